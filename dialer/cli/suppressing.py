"""The do-not-call list from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from campaigns.errors import InputRefused, NotAllowed
from campaigns.leads.headings.countries import region_of
from campaigns.leads.lead import Refusal
from campaigns.leads.lists import open_list
from campaigns.leads.numbers.phones import read_phones
from campaigns.ledger.campaigns import every, find
from campaigns.ledger.suppression import GLOBAL, campaign_scope, client_scope, suppression_list
from campaigns.spec import Leads
from dialer.access import reading
from dialer.cli.options import say
from dialer.cli.steering import instruct
from dialer.embedded import make_folder
from dialer.settings import STATE
from dialer.site import Site

CHUNK = 2000
PLAIN_TEXT = (".txt", ".text", ".lst")


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


def typed(numbers: Sequence[str], country: str | None) -> list[str]:
    """Numbers as a person types them, as E.164; raises InputRefused at the first that is none."""
    region = _region(country)
    read: dict[str, None] = {}
    for text in numbers:
        found = read_phones(text, region)
        if isinstance(found, Refusal):
            raise InputRefused(f"{found.detail} {found.suggestion} Nothing was changed.".replace("  ", " "))
        read.update(dict.fromkeys(phone.e164 for phone in found))
    return list(read)


def listed(file: Path, country: str | None) -> tuple[list[str], int]:
    """The numbers of a file and how many of its rows hold none; raises ListRefused."""
    if file.suffix.lower() in PLAIN_TEXT:
        return _plain(file, _region(country))
    read: dict[str, None] = {}
    bad = 0
    for lead in open_list(file, Leads(country=_region(country))):
        read.update(dict.fromkeys(phone.e164 for phone in lead.phones))
        bad += not lead.phones
    return _some(file, list(read)), bad


def suppress(site: Site, numbers: Sequence[str], scope: str, note: str) -> str:
    """Put the numbers on the list; answers what was done, in a sentence."""
    new = 0
    for start in range(0, len(numbers), CHUNK):
        new += instruct(site, "suppress", numbers=numbers[start : start + CHUNK], scope=scope, note=note)
    known = len(numbers) - new
    return f"{new:,} added to the do-not-call list ({scope}){f', {known:,} were on it already' if known else ''}."


def unsuppress(site: Site, numbers: Sequence[str], scope: str) -> str:
    """Take the numbers off the list; answers what was done, in a sentence."""
    everything(site)  # where there is no ledger none is made
    gone: int = instruct(site, "unsuppress", numbers=list(numbers), scope=scope)
    return f"{gone:,} of {len(numbers):,} taken off the do-not-call list ({scope})."


def everything(site: Site) -> list[dict[str, Any]]:
    """The whole list; a scope of one campaign is shown with the campaign's name."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        rows = ledger.read_now(suppression_list)
        names = {campaign_scope(row.id): f"campaign:{row.name}" for row in ledger.read_now(every)}
    return [row | {"scope": names.get(row["scope"], row["scope"])} for row in rows]


def _plain(file: Path, region: str | None) -> tuple[list[str], int]:
    try:
        lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise InputRefused(f"{file}: cannot be read: {error.strerror}") from error
    found = [read_phones(line, region) for line in lines if line.strip()]
    read = dict.fromkeys(phone.e164 for phones in found if not isinstance(phones, Refusal) for phone in phones)
    return _some(file, list(read)), sum(isinstance(phones, Refusal) for phones in found)


def _some(file: Path, numbers: list[str]) -> list[str]:
    if not numbers:
        raise InputRefused(f"{file}: not one phone number can be read; --country XX says where they are from")
    return numbers


def _region(country: str | None) -> str | None:
    region = region_of(country) if country else None
    if country and not region:
        raise InputRefused(f'country "{country}" is not known; write its two letters, such as US or GB')
    return region
