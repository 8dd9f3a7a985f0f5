"""The do-not-call lists from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaigns.errors import InputRefused, NotAllowed
from campaigns.leads.headings.countries import region_of
from campaigns.ledger.campaigns import every, find
from campaigns.ledger.optouts import pending
from campaigns.ledger.suppression import GLOBAL, campaign_scope, client_scope, suppression_list
from campaigns.suppression.entries import must_read
from campaigns.suppression.listing import check_list
from campaigns.vocabulary import Reason
from dialer.access import reading
from dialer.cli.options import say
from dialer.cli.steering import instruct
from dialer.embedded import make_folder
from dialer.settings import STATE
from dialer.site import Site


def ready_site(site: Site, state: Path | None) -> Site:
    """The same site with a state folder: a do-not-call list may be loaded before anything is launched."""
    if site.settings.shared or (site.folder and site.folder.exists()):
        return site
    folder = (site.folder or state or Path.cwd() / STATE).absolute()
    make_folder(folder)
    say(f"Made the state folder {folder}.")
    return replace(site, folder=folder)


def scope_of(site: Site, campaign: str | None, client: str | None) -> str:
    """The scope that the options name; raises NotAllowed for both, NotFound for an unknown campaign."""
    if campaign and client:
        raise NotAllowed("say --campaign or --client, not both")
    if campaign:
        with reading(site.settings, site.folder, site.clock) as ledger:
            return campaign_scope(ledger.read_now(find, campaign).id)
    return client_scope(client) if client else GLOBAL


def typed(texts: Sequence[str], country: str | None) -> list[str]:
    """Entries as a person types them; raises InputRefused at the first that is none."""
    return must_read(texts, region(country))


def check(file: Path, country: str | None) -> None:
    """Raises InputRefused for a file of which nothing could go onto a list."""
    check_list(file, region(country))


def add(site: Site, entries: Sequence[str], scope: str, **how: Any) -> str:
    """Put the entries on a list; answers what was done, in a sentence."""
    new = instruct(site, "suppress", entries=list(entries), scope=scope, **how)
    known = len(entries) - new
    return f"{new:,} added to the do-not-call list ({scope}){f', {known:,} were on it already' if known else ''}."


def add_file(site: Site, file: Path, country: str | None, scope: str, **how: Any) -> str:
    """Put the entries of a file on a list; answers what was done, in a sentence or two."""
    done = instruct(site, "suppress_file", file=str(file.absolute()), country=region(country), scope=scope, **how)
    known = ", the others were on it already" if done["new"] < done["read"] else ""
    bad = f" {done['bad']:,} rows hold no number that can be read." if done["bad"] else ""
    return f"{done['new']:,} added to the do-not-call list ({scope}){known}.{bad}"


def how(note: str, expires: datetime | None, *, litigators: bool) -> dict[str, Any]:
    """What ``add`` and ``add_file`` say of the entries beside their scope."""
    until = expires.replace(tzinfo=UTC).isoformat() if expires else None
    return {"note": note, "expires": until, "reason": Reason.LITIGATOR.value if litigators else None}


def take_off(site: Site, entries: Sequence[str], scope: str) -> str:
    """Take the entries off a list; answers what was done, in a sentence."""
    with reading(site.settings, site.folder, site.clock):  # where there is no ledger none is made
        pass
    gone: int = instruct(site, "unsuppress", entries=list(entries), scope=scope)
    return f"{gone:,} of {len(entries):,} taken off the do-not-call list ({scope})."


def everything(site: Site) -> list[dict[str, Any]]:
    """The whole list; a scope of one campaign is shown with the campaign's name."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        names = {campaign_scope(row.id): f"campaign:{row.name}" for row in ledger.read_now(every)}
        rows = ledger.read_now(suppression_list)
    return [row | {"scope": names.get(row["scope"], row["scope"])} for row in rows]


def list_line(row: dict[str, Any]) -> str:
    """One entry for a person: what, whose list, since when, why, by whom, until when."""
    until = f"until {row['expires_at']:%Y-%m-%d %H:%M} UTC" if row["expires_at"] else ""
    since = f"{row['added_at']:%Y-%m-%d}"
    return "\t".join([row["entry"], row["scope"], since, row["note"], row["who"], until]).rstrip()


def reviews(site: Site) -> list[dict[str, Any]]:
    """What waits for a person's judgement."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        return ledger.read_now(pending)


def region(country: str | None) -> str | None:
    """The country's two letters; raises InputRefused for one that nobody knows."""
    found = region_of(country) if country else None
    if country and not found:
        raise InputRefused(f'country "{country}" is not known; write its two letters, such as US or GB')
    return found
