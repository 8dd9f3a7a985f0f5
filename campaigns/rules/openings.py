"""When people may be called: the campaign's hours and the law's, in every zone they could be in, as UTC periods.

What a place leaves open is worked out once a week, for five weeks, and kept; an answer is then one bisection.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from campaigns.rules.facts import Place
from campaigns.rules.hours import jurisdictions_of, law_on, rows_of
from campaigns.rules.rules import Rules
from campaigns.rules.windows import Span, Spans, first_after, moment_of, overlap, seconds_of, to_utc, union
from campaigns.rules.zones import all_known, zone

Period = tuple[datetime, datetime]

SPAN_DAYS = 35
"""How many days are worked out at once: the week asked about, and four more."""

SPANS_AHEAD = 14
"""How many such spans, four weeks apart, are searched for an opening: a year and more, so only a never is missed."""


def windows_of(place: Place, rules: Rules, now: datetime) -> list[Period]:
    """The periods, from the one that holds ``now`` to four weeks on, in which people of this place may be called.

    They are clipped by the campaign's start and end. An unknown zone leaves none.
    """
    moment = seconds_of(now)
    open_now_or_later = (span for span in open_spans(place, rules, _monday(now)) if span[1] > moment)
    return [period for span in open_now_or_later if (period := _within_campaign(span, rules))]


def next_opening(place: Place, rules: Rules, earliest: datetime) -> Period | None:
    """The period that holds ``earliest``, else the next one; None if none comes within a year.

    The campaign's own start and end are not looked at.
    """
    moment, first = seconds_of(earliest), _monday(earliest)
    for ahead in range(SPANS_AHEAD):
        found = first_after(open_spans(place, rules, first + timedelta(weeks=4 * ahead)), moment)
        if found:
            return moment_of(found[0]), moment_of(found[1])
    return None


def open_period(places: Iterable[Place], rules: Rules, now: datetime) -> Period | None:
    """The period around ``now`` in which somebody of these places may be called; None when nobody may be.

    It is the campaign's window as a whole: the places' windows together, overlapping and touching ones joined.
    """
    first, moment = _monday(now), seconds_of(now)
    found = first_after(union(span for place in set(places) for span in open_spans(place, rules, first)), moment)
    period = _within_campaign(found, rules) if found else None
    return period if period and period[0] <= now < period[1] else None


@lru_cache(maxsize=4096)
def open_spans(place: Place, rules: Rules, first: date) -> Spans:
    """The UTC seconds open in every zone of a place, from ``first`` for five weeks; none where a zone is unknown."""
    if not all_known(place.zones):
        return ()
    jurisdictions = jurisdictions_of(place)
    # Zones whose clocks agree, as London's and Jersey's, leave equal spans and are met once.
    common, *others = {zone_spans(name, jurisdictions, rules, first) for name in place.zones}
    for spans in others:
        common = overlap(common, spans)
    return common


@lru_cache(maxsize=4096)
def zone_spans(name: str, jurisdictions: tuple[str, ...], rules: Rules, first: date) -> Spans:
    """The UTC seconds open in one zone, local day by local day from the day before ``first``."""
    here = zone(name)
    if here is None:
        return ()
    days = (first + timedelta(days=offset) for offset in range(-1, SPAN_DAYS + 1))
    return union(span for day in days for span in to_utc(day, day_minutes(jurisdictions, rules, day), here))


def day_minutes(jurisdictions: tuple[str, ...], rules: Rules, day: date) -> Spans:
    """What the campaign and every jurisdiction leave open of one local day, in minutes after midnight."""
    if day in rules.closed:
        return ()
    minutes = union(rules.week[day.weekday()])
    for jurisdiction in jurisdictions:
        law = law_on(rows_of(jurisdiction), day)
        if law is not None:
            minutes = overlap(minutes, law)
    return minutes


def _within_campaign(span: Span, rules: Rules) -> Period | None:
    start, end = moment_of(span[0]), moment_of(span[1])
    if rules.start:
        start = max(start, rules.start)
    if rules.end:
        end = min(end, rules.end)
    return (start, end) if start < end else None


def _monday(moment: datetime) -> date:
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())
