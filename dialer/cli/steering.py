"""How a command tells the ledger something: the campaign is looked up first, then its owner is told."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.archiving import still_here
from campaigns.ledger.campaigns import find
from dialer.access import reading, tell
from dialer.cli.options import who
from dialer.site import Site


def campaign_of(site: Site, name: str) -> sa.Row[Any]:
    """The campaign of this name; raises NotFound, NotAllowed where it was archived, or what ``reading`` raises."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        return still_here(ledger.read_now(find, name))


def instruct(site: Site, command: str, **arguments: Any) -> Any:
    """Have the ledger's owner, or this process, run one of ``dialer.commands``; answers once it is committed."""
    return asyncio.run(tell(site.settings, site.folder, site.clock, command, who=who(), **arguments))
