"""Places are closed and opened from the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from campaigns.errors import InputRefused, NotAllowed, NotFound
from campaigns.ledger.closures import closures_at, earliest_date
from campaigns.rules.facts import Closure
from dialer.access import reading
from dialer.cli.options import open_site
from dialer.cli.ruling import named
from dialer.cli.steering import instruct
from dialer.cli.suppressing import ready_site
from dialer.site import Site


def close_place(place: str, first: date | None, last: date, reason: str, state: Path | None, *, rehearsal: bool) -> str:
    """Close a place; answers what was done, in a sentence. Raises NotAllowed where it is not clear which place."""
    jurisdiction = the_one(place)
    if not reason.strip():
        raise InputRefused("--reason must say something: it is repeated in reports")
    site = open_site(state, rehearsal=rehearsal)
    site = site if rehearsal else ready_site(site, state)
    begin = first or earliest_date(site.clock.now())
    new = instruct(
        site, "close_place", jurisdiction=jurisdiction, first=begin.isoformat(), last=last.isoformat(), reason=reason
    )
    since = f"from {first} " if first else ""
    again = "" if new else " That was so already."
    return f"{jurisdiction} is closed {since}until {last}, that day included: {reason}.{again}"


def open_place(place: str, site: Site) -> str:
    """Open a place again; answers what was done, in a sentence."""
    jurisdiction = the_one(place)
    lasting(site)  # where there is no ledger none is made
    ended = instruct(site, "open_place", jurisdiction=jurisdiction)
    if ended:
        return f"{jurisdiction} is open again; the other rules hold as before."
    return f"{jurisdiction} was not closed by `dialer rules close`."


def lasting(site: Site) -> tuple[Closure, ...]:
    """The closures that hold or will hold; raises NotFound where there is no ledger."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        return ledger.read_now(closures_at, site.clock.now())


def lasting_if_any(site: Site) -> tuple[Closure, ...]:
    """The same; where there is no ledger there are none."""
    try:
        return lasting(site)
    except NotFound:
        return ()


def the_one(place: str) -> str:
    """The jurisdiction that is meant; raises NotFound, or NotAllowed where it could be a state or a country."""
    names = named(place)
    names = names[1:] if len(names) > 1 and names[0] == "US" else names
    if len(names) > 1:
        raise NotAllowed(f'"{place}" could be {" or ".join(names)}: write {names[0]}, or the country by its name')
    return names[0]
