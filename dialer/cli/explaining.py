"""Why a lead, or the whole campaign, is where it is: as a document for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.ledger.freeing import Freeing
from campaigns.ledger.inquiry import Inquiry, Try
from campaigns.ledger.queries import meaning
from campaigns.rules.zones import zone
from campaigns.spec import describe_moment
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from dialer.cli.board import moment
from dialer.cli.looking import counts, name_of, override

Seen = Mapping[str, Any]
"""A campaign's document, as ``looking.look`` gives it."""

LAWFUL_WAITS = (
    *(Reason.OUTSIDE_HOURS, Reason.LAW_HOURS, Reason.HOLIDAY, Reason.ATTEMPT_CAP, Reason.ATTEMPT_CAP_DAYS),
    Reason.SPOKEN_LATELY,
)
HELP: dict[str, str] = {
    Reason.BLOCKED_TYPE: "[phones] of the campaign file says which types are blocked.",
    Reason.UNDECIDED_TYPE: '[phones] undecided = "allow" in the campaign file lets such numbers be called.',
    Reason.NO_TIME_ZONE: "A zone, state or ZIP column would settle where the person is.",
    Reason.NO_WINDOW: "Wider [hours], or a zone column that settles where the person is, may open one.",
    Reason.NO_CONSENT: "A column of consent, or an attestation in [consent] of the campaign file, would do.",
    Reason.NO_GROUND: "A column of consent, an attestation in [consent], or [consent.grounds] would do.",
    Reason.CONSENT_REFUSED: "If the column means something else, [leads.map] says so.",
    Reason.OPTED_OUT: "If the column means something else, [leads.map] says so.",
    Reason.AMBIGUOUS_COUNTRY: "[leads] country in the campaign file says where such numbers are from.",
    Reason.UNKNOWN_COUNTRY: 'If the column means something else, [leads.map] says so: "Region" = "custom".',
}
"""What to do about rows that never became contacts."""

MOST = 5
"""How many changes that would free people are shown."""
EVERYONE = ("campaign", "state", "reason", "detail", "rows", "leads", "reasons", "next_due_at", "next_call_at")


def everyone(seen: Seen, found: Freeing) -> dict[str, Any]:
    """The campaign's counts by reason, its next opening, and what would free most."""
    return {key: seen[key] for key in EVERYONE} | {"asked": found.asked, "freeing": list(map(asdict, found.changes))}


def page_of_everyone(seen: Seen, found: Freeing) -> str:
    """The same for a person."""
    lines = [f"{seen['campaign']} · {seen['state']} · {counts(seen['leads'])}", override(seen)]
    for share in seen["reasons"]:
        lines.append(f"  {share['count']:>7,}  {share['state']:<10} {share['reason']}: {meaning(share['reason'])}")
    if seen["next_call_at"]:
        lines.append(f"  next call: {_now_or(seen, seen['next_call_at'], moment(seen['next_call_at']))}")
    if found.changes:
        lines.append(f"What would bring calls forward, of the {found.asked:,} who wait or were excluded:")
    for freed in found.changes[:MOST]:
        now = f", {freed.now:,} of them now" if freed.now else ""
        lines.append(f"  {freed.people:>7,}  {freed.change}{now}")
    if seen["reasons"]:
        lines.append(f"Of one lead: `dialer why {name_of(seen)} ROW`")
    return "\n".join(filter(None, lines))


def lead_document(found: Inquiry, seen: Seen) -> dict[str, Any]:
    """One lead; ``next_local`` is on the clock of the first zone the person could be in."""
    here = zone(found.zones[0]) if found.zones else None
    local = found.next_at.astimezone(here) if found.next_at and here else None
    return (
        asdict(found) | {"next_local": local} | {f"campaign_{key}": seen[key] for key in ("state", "reason", "detail")}
    )


def lead_page(found: Inquiry, seen: Seen) -> str:
    """The same for a person."""
    return "\n".join(_lines(found, seen))


def _lines(found: Inquiry, seen: Seen) -> Iterator[str]:
    hint = override(seen) if found.state in (ContactState.READY, ContactState.DIALING) else ""
    if hint:
        yield hint
    yield f"Row {found.row} of {found.file}, {found.phone or 'no phone'}: {_state(found)}"
    if found.suggestion:
        yield found.suggestion
    elif not found.checks and found.reason in HELP:
        yield HELP[found.reason]
    for check in found.checks:
        yield f"  {'✓' if check.passed else '✗'} {check.rule:<22} {check.facts}"
    for number, attempt in enumerate(found.attempts, start=1):
        yield f"  attempt {number}: {_attempt(attempt, found.zones)}"
        if attempt.allowed:
            yield f"    allowed because {attempt.allowed}"
    if found.state == ContactState.HELD:
        settle = f"dialer settle {name_of(seen)} {found.phone}"
        yield f"Say what happened: `{settle} --result busy` (or another result), or `{settle} --not-called`."
    if found.next_at:
        begin = "Once the campaign dials, the next call" if hint else "Next call"
        yield f"{begin}: {_now_or(seen, found.next_at, everywhere(found.next_at, found.zones))}"
    elif found.state == ContactState.READY:
        yield "Never, as things stand."
    yield from _sooner(found, seen)


def _sooner(found: Inquiry, seen: Seen) -> Iterator[str]:
    """What the user could change; where nothing helps one who waits for hours, that is said, too."""
    wishes = [wish for wish in found.sooner if found.next_at is None or wish.at < found.next_at]
    if wishes:
        yield "What would bring it forward:"
    for wish in wishes:
        yield f"  {wish.words}: {_now_or(seen, wish.at, everywhere(wish.at, found.zones))}"
    if not wishes and found.state == ContactState.READY and found.next_at and found.reason in LAWFUL_WAITS:
        yield "Nothing of yours would bring it forward: the law makes it wait."


def _state(found: Inquiry) -> str:
    if found.state == ContactState.DIALING:
        return ContactState.DIALING.meaning
    why = meaning(found.reason)
    detail = f" ({found.detail.rstrip('.')})" if found.detail and found.detail != why else ""
    return f"{found.state}: {why or ContactState(found.state).meaning}{detail}"


def _attempt(attempt: Try, zones: tuple[str, ...]) -> str:
    what = Result(attempt.result).meaning if attempt.result else AttemptState(attempt.state).meaning
    sent = f"{everywhere(attempt.sent_at, zones)}: " if attempt.sent_at else ""
    said = " ".join(filter(None, (attempt.raw_status, attempt.raw_answered_by, attempt.text)))
    return f"{sent}{attempt.result or attempt.state}, {what}{f' (platform: {said})' if said else ''}"


def _now_or(seen: Seen, at: datetime, text: str) -> str:
    return "now" if at <= seen["now"] else text


def everywhere(at: datetime, zones: tuple[str, ...]) -> str:
    """An instant on every wall clock the person could have, and in UTC."""
    readings: dict[str, list[str]] = {}
    for name in zones:
        if here := zone(name):
            local = at.astimezone(here)
            readings.setdefault(f"{local:%a} {describe_moment(local)}", []).append(name)
    there = "; ".join(f"{reading} in {', '.join(names)}" for reading, names in readings.items())
    return f"{there} ({at:%Y-%m-%d %H:%M} UTC)" if there else f"{at:%Y-%m-%d %H:%M} UTC"
