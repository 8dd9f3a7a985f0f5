"""When people may be called: the campaign's hours and the law's, in every zone they could be in, as UTC periods.

What a place leaves open is worked out once a week, for five weeks, and kept; an answer is then one bisection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.rules.facts import Place
from campaigns.rules.law import binding, closure_on, jurisdictions_of
from campaigns.rules.rules import Rules
from campaigns.rules.windows import EPOCH, Span, Spans, first_after, moment_of, overlap, seconds_of, to_utc, union
from campaigns.rules.zones import all_known, zone

Period = tuple[datetime, datetime]

ALL_DAY: Spans = ((0, 1440),)

MONDAY = date(1969, 12, 29)
MONDAY_DAY = (MONDAY - EPOCH.date()).days

SPAN_DAYS = 35
"""How many days are worked out at once: the week asked about, and four more."""

SPANS_AHEAD = 14
"""How many such spans, four weeks apart, are searched for an opening: a year and more, so only a never is missed."""


def windows_of(place: Place, rules: Rules, now: datetime) -> list[Period]:
    """The periods, from the one that holds ``now`` to four weeks on, in which people of this place may be called.

    They are clipped by the campaign's start and end. An unknown zone leaves none.
    """
    moment = seconds_of(now)
    open_now_or_later = (span for span in open_spans(place, rules, _week(moment)) if span[1] > moment)
    return [period for span in open_now_or_later if (period := _within_campaign(span, rules))]


def next_opening(place: Place, rules: Rules, earliest: datetime) -> Period | None:
    """The period that holds ``earliest``, else the next one; None if none comes within a year.

    The campaign's own start and end are not looked at.
    """
    found = next_span(place, rules, seconds_of(earliest))
    return (moment_of(found[0]), moment_of(found[1])) if found else None


def next_span(place: Place, rules: Rules, moment: int) -> Span | None:
    """The same in UTC seconds."""
    week = _week(moment)
    for ahead in range(0, 4 * SPANS_AHEAD, 4):
        if found := first_after(open_spans(place, rules, week + ahead), moment):
            return found
    return None


def open_period(places: Iterable[Place], rules: Rules, now: datetime) -> Period | None:
    """The period around ``now`` in which somebody of these places may be called; None when nobody may be.

    It is the campaign's window as a whole: the places' windows together, overlapping and touching ones joined.
    """
    moment = seconds_of(now)
    week = _week(moment)
    found = first_after(union(span for place in set(places) for span in open_spans(place, rules, week)), moment)
    period = _within_campaign(found, rules) if found else None
    return period if period and period[0] <= now < period[1] else None


def windows_on(place: Place, rules: Rules, day: date) -> Spans:
    """What is open of one local date in the first zone of a place, as its clock shows it: minutes after midnight.

    An end of 1440 is midnight. The campaign's own start and end are not looked at.
    """
    here = zone(place.zones[0])
    today = to_utc(day, ALL_DAY, here) if here else ()
    spans = overlap(open_spans(place, rules, (day - MONDAY).days // 7), today)
    return tuple((_minute(start, day, here), _minute(end, day, here)) for start, end in spans)


@lru_cache(maxsize=16384)
def open_spans(place: Place, rules: Rules, week: int) -> Spans:
    """The UTC seconds open in every zone of a place, for five weeks from a Monday on; none where a zone is unknown.

    Weeks are counted from the last Monday before 1970.
    """
    if not all_known(place.zones):
        return ()
    jurisdictions, first = jurisdictions_of(place), MONDAY + timedelta(weeks=week)
    # Zones whose clocks agree, as London's and Jersey's, leave equal spans and are met once.
    common, *others = {zone_spans(name, jurisdictions, rules, first) for name in place.zones}
    for spans in (*others, *clock_spans(jurisdictions, rules, first)):
        common = overlap(common, spans)
    return common


@lru_cache(maxsize=4096)
def zone_spans(name: str, jurisdictions: tuple[str, ...], rules: Rules, first: date) -> Spans:
    """The UTC seconds open in one zone, local day by local day from the day before ``first``."""
    here = zone(name)
    if here is None:
        return ()
    return union(span for day in _days(first) for span in to_utc(day, day_minutes(jurisdictions, rules, day), here))


@lru_cache(maxsize=4096)
def clock_spans(jurisdictions: tuple[str, ...], rules: Rules, first: date) -> tuple[Spans, ...]:
    """The UTC seconds left open by each statute that is read on a clock of its own, wherever the person is."""
    return tuple(
        union(span for day in _days(first) for span in to_utc(day, _or_all_day(statute.on(day)), here))
        for statute in binding(jurisdictions, rules)
        if (here := zone(statute.clock))
    )


@lru_cache(maxsize=65536)
def day_minutes(jurisdictions: tuple[str, ...], rules: Rules, day: date) -> Spans:
    """What the campaign and every jurisdiction leave open of one local day, in minutes after midnight."""
    if day in rules.closed or closure_on(jurisdictions, rules.closures, day):
        return ()
    return overlap(union(rules.week[day.weekday()]), law_minutes(jurisdictions, rules, day))


def law_minutes(jurisdictions: tuple[str, ...], rules: Rules, day: date) -> Spans:
    """What the statutes that are read on the person's own clock leave open of one local day."""
    minutes = ALL_DAY
    for statute in binding(jurisdictions, rules):
        if not statute.clock:
            minutes = overlap(minutes, _or_all_day(statute.on(day)))
    return minutes


def _minute(seconds: int, day: date, here: ZoneInfo | None) -> int:
    wall = moment_of(seconds).astimezone(here)
    return wall.hour * 60 + wall.minute if wall.date() == day else 1440


def _or_all_day(minutes: Spans | None) -> Spans:
    return ALL_DAY if minutes is None else minutes


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(-1, SPAN_DAYS + 1))


def _within_campaign(span: Span, rules: Rules) -> Period | None:
    start, end = moment_of(span[0]), moment_of(span[1])
    if rules.start:
        start = max(start, rules.start)
    if rules.end:
        end = min(end, rules.end)
    return (start, end) if start < end else None


def _week(moment: int) -> int:
    return (moment // 86_400 - MONDAY_DAY) // 7
