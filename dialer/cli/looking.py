"""Where a campaign stands, as a document for programs and as a page for people."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from campaigns.ledger.curbs import Curbs, breaker_words, first_calls_words
from campaigns.ledger.queries import Line, choose, meaning, overview, standing
from campaigns.vocabulary import CampaignState, ContactState, Reason
from dialer.access import reading
from dialer.cli.board import moment
from dialer.locks import worker_lock
from dialer.site import Site


def look(site: Site, name: str | None) -> dict[str, Any]:
    """Where the campaign of this name, or the newest, stands; ``served_by`` is who may dial it now.

    ``served_by`` is None where nobody is, and in the shared size, where any worker may.
    """
    with reading(site.settings, site.folder, site.clock) as ledger:
        campaign = ledger.read_now(choose, name)
        seen = ledger.read_now(standing, campaign, site.clock.now())
    return asdict(seen) | {
        "curbs": seen.curbs,
        "rehearsal": site.rehearsal,
        "served_by": owner(site.folder),
        "shared": site.folder is None,
    }


def look_at_all(site: Site) -> list[Line]:
    """All campaigns, newest first."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        return ledger.read_now(overview)


def owner(folder: Path | None) -> str | None:
    """Who owns the ledger of this state folder now, in words; None where nobody does."""
    if folder is None:
        return None
    lock = worker_lock(folder)
    return lock.holder() if lock.is_held() else None


def page(seen: Mapping[str, Any]) -> str:
    """The document as a page for a terminal."""
    return "\n".join(_lines(seen))


def counts(numbers: Mapping[str, int]) -> str:
    """``{"ready": 3, "held": 0}`` → ``3 ready``."""
    return ", ".join(f"{count:,} {word}" for word, count in numbers.items() if count) or "none"


def name_of(seen: Mapping[str, Any]) -> str:
    """The campaign as it is typed in a command."""
    return shlex.quote(seen["campaign"]) + (" --rehearsal" if seen["rehearsal"] else "")


def override(seen: Mapping[str, Any]) -> str:
    """What keeps the whole campaign from dialing, and what to type; empty where nothing does."""
    name = name_of(seen)
    match seen["state"]:
        case CampaignState.PAUSED:
            why = seen["detail"] or meaning(seen["reason"])
            return f"The campaign is paused: {why}. Nobody is called until `dialer resume {name}`."
        case CampaignState.WAITING:
            return f"The campaign waits for its next run: `dialer run {name}`."
        case CampaignState.RUNNING if not seen["served_by"] and not seen["shared"]:
            return f"No dialer is at work here: `dialer run {name}` dials."
        case CampaignState.RUNNING:
            return ""
        case CampaignState.ARCHIVED if seen["detail"]:
            return f"The campaign was archived: `dialer status {name} --state {shlex.quote(seen['detail'])}`."
        case state:
            return f"The campaign is {state}: {CampaignState(state).meaning}."


def _lines(seen: Mapping[str, Any]) -> Iterator[str]:
    yield f"{seen['campaign']} · {seen['state']} · {moment(seen['now'])}{' · rehearsal' if seen['rehearsal'] else ''}"
    if hint := override(seen):
        yield hint
    yield _entry("rows", f"{sum(seen['rows'].values()):,} = {counts(seen['rows'])}")
    yield _entry("leads", counts(seen["leads"]))
    for share in seen["reasons"]:
        yield _entry("", f"{share['count']:,} {share['state']}: {meaning(share['reason'])}")
    yield _entry("attempts", f"{seen['attempts']:,}; open: {counts(seen['open'])}")
    yield _entry("results", counts(seen["results"]))
    for held in seen["held"]:
        yield _entry("held", f"row {held['row']} of {held['file']}: {meaning(held['reason'])}{_evidence(held)}")
    if seen["leads"][ContactState.HELD] > len(seen["held"]):
        yield _entry("", f"… and {seen['leads'][ContactState.HELD] - len(seen['held']):,} more")
    if seen["to_review"]:
        yield _entry("review", f"{seen['to_review']:,} said what nobody could read: `dialer review {name_of(seen)}`")
    for said in seen["said"]:
        yield _entry("platform", f'{said["requests"]:,} × "{said["text"]}" ({said["state"]})')
    if seen["rests_until"]:
        yield _entry("account", f'"{seen["account"]}" rests until {moment(seen["rests_until"])}')
    yield from _curbs(seen["curbs"])
    if seen["next_call_at"]:
        yield _entry("next call", "now" if seen["next_call_at"] <= seen["now"] else moment(seen["next_call_at"]))
    if seen["served_by"]:
        yield _entry("dialed by", seen["served_by"])


def _curbs(held_back: Curbs) -> Iterator[str]:
    if held_back.breaker.half_open_at:
        yield _entry("breaker", breaker_words(held_back.breaker))
    full = held_back.reason is Reason.BUDGET
    for budget in held_back.budgets:
        yield _entry("budget", budget.words)
    if full:
        again = f"at the latest {moment(held_back.until)}" if held_back.until else "never: one call alone is too much"
        yield _entry("", f"{Reason.BUDGET.meaning}; room again {again}")
    if held_back.first_calls:
        yield _entry("ramp-up", first_calls_words(held_back.first_calls))
    for number in held_back.resting:
        yield _entry("number", f"of agent {number.agent} rests until {moment(number.until)}: {number.why}")


def _entry(label: str, text: str) -> str:
    return f"  {label:<10} {text}"


def _evidence(held: Mapping[str, Any]) -> str:
    sent: datetime | None = held["sent_at"]
    said = " ".join(str(word) for word in (held["http_status"], f'"{held["text"]}"' if held["text"] else None) if word)
    return (f"; sent {moment(sent)}" if sent else "") + (f"; answered {said}" if said else "; no answer is known")
