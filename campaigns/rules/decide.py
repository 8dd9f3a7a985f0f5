"""May this person be called now; if not, when.

The rules in their order: suppression, phone type, known zone, the campaign's start and end, hours in every candidate
zone, calls within 24 hours. The first that fails gives the reason; ``next_at`` satisfies all of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from campaigns.rules.facts import Decision, History, Person
from campaigns.rules.openings import next_opening
from campaigns.rules.rules import Rules
from campaigns.rules.zones import all_known
from campaigns.vocabulary import PhoneType, Reason

DAY = timedelta(hours=24)


def decide(person: Person, history: History, rules: Rules, now: datetime) -> Decision:
    """Judge one call at the aware instant ``now``; every instant in the answer is UTC."""
    if reason := history.suppressed or type_reason(person, rules) or zone_reason(person):
        return Decision(False, reason)
    if rules.end and now >= rules.end:
        return Decision(False, Reason.CAMPAIGN_ENDED)
    start = max(now, rules.start or now)
    free = max(start, cap_ends(history, rules, now) or start)
    opening = next_opening(person.place, rules, free)
    if not opening:
        return Decision(False, Reason.NO_WINDOW)
    at = max(free, opening[0])
    if rules.end and at >= rules.end:
        return Decision(False, Reason.CAMPAIGN_ENDED)
    if at == now:
        return Decision(True, until=min(opening[1], rules.end or opening[1]).astimezone(UTC))
    return Decision(False, _why_waiting(person, rules, now, start), next_at=at.astimezone(UTC))


def screen(person: Person, history: History, rules: Rules, now: datetime) -> Reason | None:
    """What excludes this person for good, judged when the list is loaded; None: the person becomes a contact.

    It is the reason of the suppression, ``blocked_type``, ``undecided_type``, ``no_time_zone`` or ``no_window``.
    """
    if reason := history.suppressed or type_reason(person, rules) or zone_reason(person):
        return reason
    return None if next_opening(person.place, rules, max(now, rules.start or now)) else Reason.NO_WINDOW


def type_reason(person: Person, rules: Rules) -> Reason | None:
    """Whether the phone type forbids the call: all candidates blocked, or some and nothing settled which it is."""
    types = set(person.types) or {PhoneType.NONE}
    if types <= rules.blocked:
        return Reason.BLOCKED_TYPE
    if types & rules.blocked and not rules.allow_undecided:
        return Reason.UNDECIDED_TYPE
    return None


def zone_reason(person: Person) -> Reason | None:
    """Whether the person could be anywhere: no candidate zone, or one that is none."""
    return None if all_known(person.zones) else Reason.NO_TIME_ZONE


def cap_ends(history: History, rules: Rules, now: datetime) -> datetime | None:
    """When the number may be called again under the 24-hour cap; None: it may be now.

    A call counts until it is 24 hours old: then the oldest of the last ``cap`` calls makes room.
    """
    counted = sorted(moment for moment in history.recent if moment > now - DAY)
    cap = rules.cap_per_number_24h
    return counted[-cap] + DAY if len(counted) >= cap else None


def _why_waiting(person: Person, rules: Rules, now: datetime, start: datetime) -> Reason:
    if start > now:
        return Reason.NOT_STARTED
    opening = next_opening(person.place, rules, now)
    return Reason.ATTEMPT_CAP if opening and opening[0] <= now else Reason.OUTSIDE_HOURS
