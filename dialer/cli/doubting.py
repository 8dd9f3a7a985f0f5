"""What ``status`` says of calls whose outcome is not known, and of calls that ought not to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from campaigns.ledger.queries import meaning
from campaigns.vocabulary import AttemptState, ContactState, Incident
from dialer.cli.board import moment


def doubts(seen: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines of a campaign's document that are about these, each with its label."""
    for unclear in seen["unknown"]:
        yield "unknown", _evidence(unclear, AttemptState.UNKNOWN.meaning)
    yield from _more(seen["open"][AttemptState.UNKNOWN] - len(seen["unknown"]))
    for held in seen["held"]:
        yield "held", _evidence(held, meaning(held["reason"]))
    yield from _more(seen["leads"][ContactState.HELD] - len(seen["held"]))
    for noticed in seen["incidents"]:
        yield "incident", _noticed(noticed)


def _more(count: int) -> Iterator[tuple[str, str]]:
    if count > 0:
        yield "", f"… and {count:,} more"


def _evidence(seen: Mapping[str, Any], why: str) -> str:
    """An attempt whose outcome is not known, by the row it was for, and what there is to judge it by."""
    sent: datetime | None = seen["sent_at"]
    answer = " ".join(
        str(word) for word in (seen["http_status"], f'"{seen["text"]}"' if seen["text"] else None) if word
    )
    parts = [
        f"row {seen['row']} of {seen['file']}: {why}",
        f"sent {moment(sent)} by agent {seen['agent']}" if sent else "",
        f"answered {answer}" if answer else "no answer is known",
        f'its history says "{seen["history"]}"' if seen["history"] else "its history has no such call",
    ]
    if seen["strangers"]:
        to_number = f", {seen['strangers_to_number']:,} of them to this number" if seen["strangers_to_number"] else ""
        parts.append(f"{seen['strangers']:,} calls of unknown origin near that time{to_number}")
    return "; ".join(filter(None, parts))


def _noticed(incident: Mapping[str, Any]) -> str:
    last = f", last {moment(incident['last_at'])}" if incident["last_at"] else ""
    said = f"{incident['calls']:,} × {Incident(incident['kind']).meaning}{last}"
    if incident["kind"] != Incident.STRANGER:
        return said
    other = "another ledger" if incident["of_other_ledgers"] else "another program, ledger or person"
    return f"{said}: {other} calls on this account, too"
