"""What a campaign will do, before it does it: the plan that ``launch`` shows.

Only first calls are counted; retries come on top. People are counted by cohort (alike in area code, zones and phone
types), so a million leads cost as much as their few hundred cohorts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, inf
from operator import itemgetter

from campaigns.rules.decide import decide
from campaigns.rules.facts import History, Person
from campaigns.rules.openings import Period, windows_of
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import Reason

DAY = timedelta(days=1)
HORIZON_DAYS = 28
"""How far the plan looks from the first opening on."""
EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the arithmetic takes for granted until an account's own history says better."""

    answer_share: float = 0.3
    mean_talk: timedelta = timedelta(seconds=90)
    mean_ring: timedelta = timedelta(seconds=25)

    @property
    def mean_busy(self) -> timedelta:
        """How long one call holds one of the calls at once: it rings, and a share of them is answered."""
        return self.mean_ring + self.answer_share * self.mean_talk


@dataclass(frozen=True, slots=True)
class Plan:
    """First calls: how many now, from when to when, what limits them.

    ``waiting`` counts those who wait by the instant their window opens, ``never`` those who cannot be called by
    reason, ``unreached`` those whose turn does not come within four weeks or before the campaign's end. ``first_call``
    and ``last_first_call`` are None when nobody is called. ``limit`` names what bounds ``calls_per_hour``.
    """

    people: int
    callable_now: int
    waiting: tuple[tuple[datetime, int], ...]
    never: dict[Reason, int]
    first_call: datetime | None
    last_first_call: datetime | None
    unreached: int
    calls_per_hour: float
    limit: str
    assumed: Assumptions


ASSUMED = Assumptions()
Windows = tuple[Period, ...]


def plan(people: Iterable[Person], rules: Rules, spec: Spec, now: datetime, assumed: Assumptions = ASSUMED) -> Plan:
    """Plan the first calls to ``people`` from the aware instant ``now`` on."""
    never: Counter[Reason] = Counter()
    waiting: Counter[datetime] = Counter()
    by_windows: dict[Windows, float] = defaultdict(float)
    alike = Counter(person.alike for person in people)
    for person, count in alike.items():
        decision = decide(person, History(), rules, now)
        if decision.allowed or decision.next_at:
            waiting[decision.next_at or now] += count
            by_windows[tuple(windows_of(person.place, rules, decision.next_at or now))] += count
        elif decision.reason:
            never[decision.reason] += count
    begin = min(waiting, default=now)
    callable_now = waiting.pop(now, 0)
    per_second, limit = _rate(spec, assumed)
    first, last, unreached = _sweep(by_windows, per_second, spec.pace.per_day, begin)
    return Plan(
        people=alike.total(),
        callable_now=callable_now,
        waiting=tuple(sorted(waiting.items())),
        never=dict(never),
        first_call=first,
        last_first_call=last,
        unreached=unreached,
        calls_per_hour=per_second * 3600,
        limit=limit,
        assumed=assumed,
    )


def _rate(spec: Spec, assumed: Assumptions) -> tuple[float, str]:
    freed_per_second = spec.pace.at_once / assumed.mean_busy.total_seconds()
    if freed_per_second < spec.pace.per_second:
        return freed_per_second, "calls at once"
    return spec.pace.per_second, "pace"


def _sweep(
    left: dict[Windows, float], per_second: float, per_day: int, begin: datetime
) -> tuple[datetime | None, datetime | None, int]:
    """Call whose window closes soonest, from one opening or closing to the next, until ``left`` is empty.

    Returns first call, last call, and how many are not reached. A day of ``per_day`` is 24 hours from ``begin``.
    """
    first = last = None
    quota = per_day or inf
    days = {begin + DAY * n for n in range(HORIZON_DAYS + 1)}
    edges = {edge for windows in left for period in windows for edge in period if begin < edge < max(days)}
    for at, until in pairwise(sorted(days | edges)):
        if at in days:
            quota = per_day or inf
        room = min(quota, per_second * (until - at).total_seconds())
        placed = 0.0
        for _, windows in sorted((end, windows) for windows in left if (end := _open_until(windows, at))):
            served = min(left[windows], room - placed)
            left[windows] -= served
            placed += served
        quota -= placed
        if placed:
            first = first or at
            last = at + timedelta(seconds=max(0.0, placed - 1) / per_second)
    return first, last, sum(ceil(people - EPSILON) for people in left.values())


def _open_until(windows: Windows, at: datetime) -> datetime | None:
    index = bisect_right(windows, at, key=itemgetter(1))
    return windows[index][1] if index < len(windows) and windows[index][0] <= at else None
