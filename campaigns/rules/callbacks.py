"""A person asked to be called at a time: the step that keeps the promise, inside the hours that are allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from campaigns.rules.facts import Check, Decision, Place
from campaigns.rules.moments import MONTH_FIRST, read_moment
from campaigns.rules.openings import next_opening
from campaigns.rules.retry import Step
from campaigns.rules.rules import Rules
from campaigns.rules.zones import first_zone
from campaigns.spec import describe_moment
from campaigns.vocabulary import ContactState, Reason

CLOSED = frozenset({Reason.OUTSIDE_HOURS, Reason.LAW_HOURS, Reason.HOLIDAY, Reason.CLOSED_PLACE})
LONGEST = timedelta(days=366)
"""A time further ahead was misheard, or is of another year."""


def asked_for(text: str, place: Place, said_at: datetime) -> datetime | None:
    """When to call somebody who said so in a call that ended at ``said_at``; None: unreadable, over, or years away."""
    at = read_moment(text, place.zones, said_at, month_first=place.region in MONTH_FIRST)
    return at if at is not None and said_at <= at <= said_at + LONGEST else None


def callback_step(asked: datetime, place: Place, rules: Rules, now: datetime, position: int) -> Step:
    """Call this person at ``asked``, or at the next opening where nobody may be called then; never earlier.

    A time that has passed is now. The reason says which of the two it is.
    """
    earliest = max(asked, now, rules.start or now).astimezone(UTC)
    opening = next_opening(place, rules, earliest)
    at = max(earliest, opening[0]) if opening else earliest
    reason = Reason.CALLBACK if at == max(asked, now) else Reason.CALLBACK_WAITS
    return Step(ContactState.READY, reason, at, position, callback_at=asked)


def told(decision: Decision, *, called_back: bool) -> Decision:
    """The decision as somebody who asked for a callback is told it: outside hours it waits for the next opening."""
    closed = called_back and decision.reason in CLOSED and decision.next_at is not None
    return replace(decision, reason=Reason.CALLBACK_WAITS) if closed else decision


def callback_check(
    asked: datetime | None, next_at: datetime | None, now: datetime, zones: tuple[str, ...]
) -> Iterator[Check]:
    """The same in words, on the first clock of somebody who asked to be called."""
    if asked is not None:
        late = next_at is not None and next_at > max(asked, now)
        waits = "; nobody may be called there then, so it waits for the next opening" if late else ""
        local = describe_moment(asked.astimezone(first_zone(zones)))
        yield Check("callback", asked <= now, f"asked to be called at {local}{waits}")
