"""May this person be called now; if not, when.

The rules in their order: suppression, phone type, known zone, consent, the campaign's start and end, hours in every
candidate zone, those of the campaign and of every law that binds, every cap, and last, since it costs money, a look-up
of the phone type. The first that fails gives the reason; ``next_at`` satisfies all but the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from campaigns.rules.caps import cap_ends, last_to_free
from campaigns.rules.consent import consent_reason
from campaigns.rules.facts import Decision, History, Person, Place
from campaigns.rules.law import binding, closure_on, holiday_of, jurisdictions_of
from campaigns.rules.openings import Period, next_opening
from campaigns.rules.rules import Rules
from campaigns.rules.zones import all_known, zone
from campaigns.vocabulary import PhoneType, Reason

LOOK_UP_WAIT = timedelta(minutes=10)
"""When somebody is decided again whose phone type is being looked up; the answer brings it forward."""


def decide(person: Person, history: History, rules: Rules, now: datetime) -> Decision:
    """Judge one call at the aware instant ``now``; every instant in the answer is UTC."""
    if reason := _never(person, history, rules, now):
        return Decision(False, reason)
    if rules.end and now >= rules.end:
        return Decision(False, Reason.CAMPAIGN_ENDED)
    start = max(now, rules.start or now)
    found = _first(person, history, rules, start)
    if not found:
        return Decision(False, Reason.NO_WINDOW)
    at, until = found
    if rules.end and at >= rules.end:
        return Decision(False, Reason.CAMPAIGN_ENDED)
    if at == now and awaits_look_up(person, rules):
        return Decision(False, Reason.UNDECIDED_TYPE, next_at=now.astimezone(UTC) + LOOK_UP_WAIT)
    if at == now:
        return Decision(True, until=min(until, rules.end or until).astimezone(UTC))
    return Decision(False, _why_waiting(person, history, rules, now, start), next_at=at.astimezone(UTC))


def decide_all(asked: Iterable[tuple[Person, History]], rules: Rules, now: datetime) -> list[Decision]:
    """``decide`` for many people, in their order: those without a history whom no rule can tell apart are judged once.

    A million people of a few hundred places cost a look-up each.
    """
    known: dict[tuple[object, ...], Decision] = {}
    decisions: list[Decision] = []
    append, get = decisions.append, known.get
    for person, history in asked:
        if history.calls or history.suppressed:
            append(decide(person, history, rules, now))
            continue
        kind = person.kind
        decision = get(kind)
        if decision is None:
            decision = known[kind] = decide(person, history, rules, now)
        append(decision)
    return decisions


def screen(person: Person, history: History, rules: Rules, now: datetime) -> Reason | None:
    """What excludes this person for good, judged when the list is loaded; None: the person becomes a contact.

    It is the reason of the suppression, of the phone type, ``no_time_zone``, one of consent, or ``no_window``.
    """
    if reason := _never(person, history, rules, now):
        return reason
    return None if next_opening(person.place, rules, max(now, rules.start or now)) else Reason.NO_WINDOW


def type_reason(person: Person, rules: Rules) -> Reason | None:
    """Whether the phone type forbids the call: all candidates blocked, or some and nothing will settle which it is."""
    if _types(person) <= rules.blocked:
        return Reason.BLOCKED_TYPE
    if is_undecided(person, rules) and not rules.allow_undecided and not awaits_look_up(person, rules):
        return Reason.UNDECIDED_TYPE
    return None


def is_undecided(person: Person, rules: Rules) -> bool:
    """Whether the phone could be of a blocked type and of another."""
    types = _types(person)
    return bool(types & rules.blocked) and not types <= rules.blocked


def awaits_look_up(person: Person, rules: Rules) -> bool:
    """Whether a look-up is to settle the phone type before the call."""
    return rules.look_up and not person.looked_up and is_undecided(person, rules)


def _types(person: Person) -> frozenset[PhoneType]:
    return frozenset(person.types) or frozenset({PhoneType.NONE})


def zone_reason(person: Person) -> Reason | None:
    """Whether the person could be anywhere: no candidate zone, or one that is none."""
    return None if all_known(person.zones) else Reason.NO_TIME_ZONE


def _never(person: Person, history: History, rules: Rules, now: datetime) -> Reason | None:
    """What forbids the call at any hour."""
    reason = history.suppressed or type_reason(person, rules) or zone_reason(person)
    return reason or consent_reason(person, rules, now)


def _first(person: Person, history: History, rules: Rules, earliest: datetime) -> Period | None:
    """The first instant that hours and caps allow, and the end of that opening; None: no opening comes.

    Caps are asked again at each opening: others may be in force by then.
    """
    at = earliest
    while True:
        free = cap_ends(person, history, rules, at) or at
        opening = next_opening(person.place, rules, free)
        if not opening:
            return None
        found = max(free, opening[0])
        if found == at or not history.calls:
            return found, opening[1]
        at = found


def _why_waiting(person: Person, history: History, rules: Rules, now: datetime, start: datetime) -> Reason:
    if start > now:
        return Reason.NOT_STARTED
    place = person.place
    opening = next_opening(place, rules, now)
    if opening and opening[0] <= now and (capped := last_to_free(person, history, rules, now)):
        return capped[1].reason
    return _why_closed(place, rules, now)


def _why_closed(place: Place, rules: Rules, now: datetime) -> Reason:
    """Why no window is open, by what reaches furthest: a closed place, a holiday, the campaign's hours, the law's."""
    jurisdictions = jurisdictions_of(place)
    walls = [now.astimezone(zone(name)) for name in place.zones]
    reasons = {_day_reason(jurisdictions, rules, wall.date()) for wall in walls}
    for reason in (Reason.CLOSED_PLACE, Reason.HOLIDAY):
        if reason in reasons:
            return reason
    minutes = ((wall.weekday(), wall.hour * 60 + wall.minute) for wall in walls)
    kept = all(any(start <= minute < end for start, end in rules.week[weekday]) for weekday, minute in minutes)
    return Reason.LAW_HOURS if kept else Reason.OUTSIDE_HOURS


@lru_cache(maxsize=4096)
def _day_reason(jurisdictions: tuple[str, ...], rules: Rules, day: date) -> Reason | None:
    if closure_on(jurisdictions, rules.closures, day):
        return Reason.CLOSED_PLACE
    holiday = day in rules.closed or holiday_of(binding(jurisdictions, rules), day)
    return Reason.HOLIDAY if holiday else None
