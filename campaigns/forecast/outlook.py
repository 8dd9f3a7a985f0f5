"""The forecast of a campaign: calls, minutes, answers, cost and finish, how sure they are, and what limits it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple

import numpy as np

from campaigns.forecast.chain import State
from campaigns.forecast.course import NEVER, QUARTER_S, Course, Limits, Start, run
from campaigns.forecast.crowd import Crowd
from campaigns.forecast.rates import Rates
from campaigns.forecast.schedules import Schedules
from campaigns.forecast.truths import MIDDLE, TRUTHS, Array, Truths, truths
from campaigns.rules.decide import decide
from campaigns.rules.facts import History, Person
from campaigns.rules.retry import REACHED
from campaigns.rules.rules import Rules
from campaigns.rules.windows import SECOND, moment_of, seconds_of
from campaigns.spec import Spec
from campaigns.vocabulary import Reason, Result

HORIZONS_WEEKS = (4, 16)
"""How far is looked; the second only where the first is too short."""
PACE_USED = 0.98
"""The share of a pace that the dialer uses (DESIGN §4.2)."""
LEVELS = (0.1, 0.5, 0.9)
NOTHING = History()
TRACE = 0.01
"""Fewer calls than this in a quarter of an hour are not shown."""
FEW = 0.05
"""So few people left, on average, are nobody in nineteen cases of twenty."""


class Range(NamedTuple):
    """One time of ten it is below ``p10``, as often above ``p90``, and every other time below ``p50``."""

    p10: float
    p50: float
    p90: float


class Finish(NamedTuple):
    """When nobody is left to call, as sure as that; None: not within sixteen weeks, or the campaign's end."""

    p10: datetime | None
    p50: datetime | None
    p90: datetime | None


class Quarter(NamedTuple):
    """Calls begun in a quarter of an hour, and how many of them a person answers, as expected."""

    at: datetime
    calls: float
    answers: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will come of ``people`` from ``begin`` on.

    ``never`` counts those who cannot be called by reason, ``unreached`` those who will not be finished in time.
    ``tried_once`` is when everybody was called once. ``minutes`` are minutes of talk; ``cost`` is None where nothing is
    known of it. ``limits`` are shares of the time until the finish, by what kept the campaign from going faster.
    ``zones`` are the people who can be called by their first zone.
    """

    people: int
    never: Mapping[Reason, int]
    begin: datetime
    first_call: datetime | None
    tried_once: datetime | None
    finish: Finish
    unreached: int
    calls: Range
    minutes: Range
    answers: Range
    cost: Range | None
    results: Mapping[Result, float]
    limits: Mapping[str, float]
    quarters: tuple[Quarter, ...]
    zones: Mapping[str, int]
    rates: Rates


def forecast(
    crowd: Crowd, rules: Rules, spec: Spec, now: datetime, rates: Rates, made: tuple[tuple[float, int], ...] = ()
) -> Forecast:
    """Forecast what the campaign will do from the aware instant ``now`` on; ``made`` are its calls of the last day."""
    begin = max(now, rules.start or now)
    never, callable_ = _screened(crowd, rules, begin)
    limits = Limits(spec.pace.per_second * PACE_USED, spec.pace.at_once, spec.pace.per_day, made)
    likely = truths(rates, callable_.total(), spec.engine.poll_min / SECOND, spec.cost)
    course, left = Course(), np.zeros(TRUTHS)
    for weeks in HORIZONS_WEEKS:
        schedules = Schedules(rules, begin, weeks)
        starts = list(_starts(callable_, rules, begin, schedules))
        schedules.cut()
        course = run(starts, schedules, likely, spec.retries, spec.caps.per_number_24h, limits)
        left = course.left[-1][1] if course.left else np.full(TRUTHS, float(callable_.total()))
        if left.max() < FEW or (rules.end and rules.end <= moment_of(schedules.end_s)):
            break
    return _told(course, likely, callable_, begin, rates, never, left, known_cost=bool(rates.cost or spec.cost.known))


def _screened(crowd: Crowd, rules: Rules, begin: datetime) -> tuple[Counter[Reason], Crowd]:
    """Who can never be called, by reason, and the others."""
    never: Counter[Reason] = Counter()
    callable_: Crowd = Counter()
    for cohort, count in crowd.items():
        decision = decide(cohort.people[cohort.position], NOTHING, rules, begin)
        if decision.allowed or decision.next_at:
            callable_[cohort] = count
        elif decision.reason:
            never[decision.reason] += count
    return never, callable_


def _starts(crowd: Crowd, rules: Rules, begin: datetime, schedules: Schedules) -> Iterable[Start]:
    """The cohorts that differ in when, how often and on how many numbers they are called."""
    known: dict[Person, int] = {}

    def timetable(person: Person) -> int:
        if person not in known:
            decision = decide(person, NOTHING, rules, begin)
            known[person] = schedules.number(person.place) if decision.allowed or decision.next_at else NEVER
        return known[person]

    counted: Counter[tuple[tuple[int, ...], State, int]] = Counter()
    for cohort, count in crowd.items():
        route = tuple(timetable(person) for person in cohort.people)
        counted[route, State(len(route), cohort.used, cohort.position), cohort.due_s] += count
    return (Start(route, state, due_s, count) for (route, state, due_s), count in counted.items())


def _told(
    course: Course, likely: Truths, crowd: Crowd, begin: datetime, rates: Rates, never: Counter[Reason], left: Array,
    *, known_cost: bool,
) -> Forecast:  # fmt: skip
    def in_all(per_result: Array) -> Range:
        return _range((course.placed * likely.per_call(per_result)).sum(axis=1))

    ones = np.ones((TRUTHS, len(likely.results)))
    person = ones * np.array([result in REACHED for result in likely.results])
    by_kind = likely.per_call(person)[MIDDLE]
    shares = course.placed[MIDDLE] @ likely.share[MIDDLE]
    finish = Finish(*(_finish(course, level, likely.long_s) for level in LEVELS))
    return Forecast(
        people=crowd.total() + never.total(),
        never=dict(never),
        begin=begin,
        first_call=None if course.first_s is None else moment_of(int(course.first_s)),
        tried_once=None if course.tried_s is None else moment_of(ceil(course.tried_s)),
        finish=finish,
        unreached=round(float(left[MIDDLE])),
        calls=in_all(ones),
        minutes=in_all(likely.talk_s / 60),
        answers=in_all(person),
        cost=in_all(likely.cost) if known_cost else None,
        results={result: float(share) for result, share in zip(likely.results, shares, strict=True)},
        limits=_bounds(course, finish.p50),
        quarters=tuple(
            Quarter(moment_of(quarter * QUARTER_S), float(placed.sum()), float(placed @ by_kind))
            for quarter, placed in sorted(course.quarters.items())
            if placed.sum() > TRACE
        ),
        zones=_zones(crowd),
        rates=rates,
    )


def _range(values: Array) -> Range:
    return Range(*(float(value) for value in np.quantile(values, LEVELS, method="hazen")))


def _finish(course: Course, level: float, long_s: float) -> datetime | None:
    """When it is over with this probability, over all truths.

    Where on average m people are left, nobody is with the probability e^-m: each is one of many, and rare. The last
    calls must end, too, and some of them are long.
    """
    for at_s, left in course.left:
        if float(np.exp(-np.maximum(left, 0)).mean()) >= level:
            return moment_of(ceil(at_s + long_s))
    return None


def _bounds(course: Course, finish: datetime | None) -> dict[str, float]:
    last_s = seconds_of(finish) if finish else float("inf")
    spent: defaultdict[str, float] = defaultdict(float)
    for since, until, what in course.bounds:
        spent[what] += max(0.0, min(until, last_s) - since)
    total = sum(spent.values()) or 1.0
    return {what: seconds / total for what, seconds in sorted(spent.items(), key=lambda item: -item[1]) if seconds}


def _zones(crowd: Crowd) -> dict[str, int]:
    zones: Counter[str] = Counter()
    for cohort, count in crowd.items():
        zones[cohort.zones[0]] += count
    return dict(zones.most_common())
