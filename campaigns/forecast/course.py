"""The course of a campaign: its people moved through time cohort by cohort, under several possible truths at once.

People are taken as they come due, those who waited since their window opened before those who came due today, as the
dialer does it. Numbers of people are expectations and need not be whole.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from campaigns.forecast.chain import State, follow
from campaigns.forecast.schedules import Schedules
from campaigns.forecast.truths import MIDDLE, TRUTHS, Array, Truths
from campaigns.rules.windows import SECOND
from campaigns.spec import PartWish, Retries

DAY_S = 86_400
QUARTER_S = 900
STEPS_S = (900, 300, 60, 30, 10, 5)
"""A quarter of an hour at most: no window of any zone opens or closes within one but by the campaign's own hours."""
STEPS_OF_WORK = 40
"""The calls are divided into at least so many steps, were they made without a pause."""
NOBODY = 1e-3
NEVER = -1
"""The timetable of a number that is never called."""

Route = tuple[int, ...]
"""The timetables of a person's numbers."""


class Start(NamedTuple):
    """So many people who stand at ``state`` and may be called from ``due_s`` on."""

    route: Route
    state: State
    due_s: int
    people: int


class Limits(NamedTuple):
    """How fast calls may begin: per second, so many at once, so many in 24 hours (0: any number).

    ``made`` are calls of the last 24 hours: a second since 1970, and how many.
    """

    per_second: float
    at_once: int
    per_day: int
    made: tuple[tuple[float, int], ...] = ()


@dataclass(slots=True)
class Course:
    """What happened. Arrays are by truth; ``placed`` also by kind of call (first, later).

    ``left`` holds pairs of a second and how many people were not finished by then. ``quarters`` are calls by kind, in
    the middle truth, by quarter of an hour since 1970. ``bounds`` are seconds spent under each limit, with their end.
    """

    placed: Array = field(default_factory=lambda: np.zeros((TRUTHS, 2)))
    first_s: float | None = None
    tried_s: float | None = None
    left: list[tuple[float, Array]] = field(default_factory=list)
    quarters: defaultdict[int, Array] = field(default_factory=lambda: defaultdict(lambda: np.zeros(2)))
    bounds: list[tuple[float, float, str]] = field(default_factory=list)


class _Cells:
    """Every (route, state) that can be reached from the starts, numbered, and what moves people between them."""

    def __init__(self, starts: Sequence[Start], truths: Truths, retries: Retries, cap: int) -> None:
        self.number: dict[tuple[Route, State], int] = {}
        edges: list[tuple[int, int, float, PartWish, int]] = []
        for start in starts:
            self._number(start.route, start.state)
        queue = deque(self.number)
        while queue:
            route, state = queue.popleft()
            for at, result in enumerate(truths.results):
                then = follow(state, result, retries, cap)
                if then is None or route[then.state.position] == NEVER:
                    continue
                if (route, then.state) not in self.number:
                    queue.append((route, then.state))
                to = self._number(route, then.state)
                edges.append((self.number[route, state], to, then.wait / SECOND, then.part, at))
        states = [state for _, state in self.number]
        self.schedule = np.array([route[state.position] for route, state in self.number])
        self.kind = np.array([min(1, state.used) for state in states])
        used = np.array([state.used for state in states])
        self.level = used.max(initial=0) - used
        self.levels = int(self.level.max(initial=0)) + 2
        self.moves = self._moves(edges, truths)

    def __len__(self) -> int:
        return len(self.number)

    def _number(self, route: Route, state: State) -> int:
        return self.number.setdefault((route, state), len(self.number))

    def _moves(self, edges: Sequence[tuple[int, int, float, PartWish, int]], truths: Truths) -> list[_Move]:
        """Edges of the same wait and results of about the same length move together."""
        grouped: defaultdict[tuple[float, PartWish, int], list[tuple[int, int]]] = defaultdict(list)
        for come, to, wait_s, part, at in edges:
            grouped[wait_s, part, at].append((come, to))
        moves = []
        for (wait_s, part, at), pairs in grouped.items():
            target = np.full(len(self), NEVER)
            target[[come for come, _ in pairs]] = [to for _, to in pairs]
            after_s = wait_s + float(truths.hold_s[MIDDLE, at])
            moves.append(_Move(after_s, part, target, truths.share[:, :, at][:, self.kind]))
        return moves


class _Move(NamedTuple):
    """Where a share of each cell's calls leads, by truth and cell; how long after a call began, in which day part."""

    after_s: float
    part: PartWish
    target: Any
    share: Array


def run(
    starts: Sequence[Start], schedules: Schedules, truths: Truths, retries: Retries, cap: int, limits: Limits
) -> Course:
    """Move everybody until nobody is left or the timetables end."""
    cells = _Cells(starts, truths, retries, cap)
    return _Run(cells, starts, schedules, truths, limits).to_the_end() if len(cells) else Course()


class _Run:
    """One campaign under way. ``morning`` waited when their window opened, ``due`` came since; both by truth, cell."""

    def __init__(
        self, cells: _Cells, starts: Sequence[Start], schedules: Schedules, truths: Truths, limits: Limits
    ) -> None:
        self._cells, self._schedules, self._truths, self._limits = cells, schedules, truths, limits
        self._morning, self._due = np.zeros((TRUTHS, len(cells))), np.zeros((TRUTHS, len(cells)))
        self._calendar: dict[int, list[tuple[Any, Array]]] = {}
        self._instants: list[int] = []
        self._hold_s = truths.per_call(truths.hold_s)[:, cells.kind]
        self._ends = 1 - sum((move.share * (move.target != NEVER) for move in cells.moves), np.zeros(self._due.shape))
        self._left = np.zeros(TRUTHS)
        self._fresh = 0.0
        self._day = deque((at_s, np.full(TRUTHS, float(many))) for at_s, many in limits.made)
        self._course = Course()
        for start in starts:
            self._start(start)
        self._step_s = self._choose_step()

    def _start(self, start: Start) -> None:
        cell = self._cells.number[start.route, start.state]
        self._left += start.people
        self._fresh += start.people * (start.state.used == 0)
        if start.due_s <= self._schedules.begin_s:
            self._morning[:, cell] += start.people
        else:
            self._expect(start.due_s, np.array([cell]), np.full((TRUTHS, 1), float(start.people)))

    def _choose_step(self) -> int:
        """The longest step that divides the work finely enough."""
        calls = np.ones(len(self._cells))
        for _ in range(self._cells.levels):
            calls = 1 + sum(
                (move.share[MIDDLE] * np.where(move.target != NEVER, calls[move.target], 0)
                 for move in self._cells.moves), np.zeros(len(self._cells)),
            )  # fmt: skip
        people = self._morning[MIDDLE].copy()
        for chunks in self._calendar.values():
            for cell, many in chunks:
                people[cell] += many[MIDDLE]
        hold_s = float(self._hold_s[MIDDLE].mean())
        a_day = self._limits.per_day / DAY_S or self._limits.per_second
        work_s = float(people @ calls) / min(self._limits.per_second, self._limits.at_once / hold_s, a_day)
        return next((step for step in STEPS_S if step <= work_s / STEPS_OF_WORK), STEPS_S[-1])

    def _expect(self, moment_s: int, cells: Any, people: Array) -> None:
        if moment_s not in self._calendar:
            self._calendar[moment_s] = []
            heapq.heappush(self._instants, moment_s)
        self._calendar[moment_s].append((cells, people))

    def to_the_end(self) -> Course:
        at: float = self._schedules.begin_s
        era = -1
        is_open = np.zeros(len(self._cells), dtype=bool)
        while at < self._schedules.end_s and self._left.max() > NOBODY:
            now = self._schedules.era(at)
            if now != era:
                era, is_open = now, self._schedules.is_open(now)[self._cells.schedule]
            self._come_due(at, is_open)
            closes = self._schedules.end_of(era)
            if (self._morning[:, is_open].sum() + self._due[:, is_open].sum()) <= NOBODY:
                until: float = min(closes, self._instants[0] if self._instants else closes)
                self._note(at, until, self._waiting_for(is_open))
            else:
                until = min((at // self._step_s + 1) * self._step_s, closes)
                bound = self._call(at, until, np.flatnonzero(is_open))
                self._note(at, until, bound or self._waiting_for(is_open))
            at = until
        return self._course

    def _come_due(self, at: float, is_open: Any) -> None:
        while self._instants and self._instants[0] <= at:
            for cells, people in self._calendar.pop(heapq.heappop(self._instants)):
                np.add.at(self._due.T, cells, people.T)
        shut = ~is_open
        self._morning[:, shut] += self._due[:, shut]
        self._due[:, shut] = 0

    def _call(self, at: float, until: float, cells: Any) -> str | None:
        """Make the calls of one step among these cells; answers what kept it from making more, if anything did."""
        course, span_s = self._course, until - at
        waiting = np.concatenate([self._morning[:, cells], self._due[:, cells]], axis=1)
        level = np.concatenate([self._cells.level[cells], np.full(len(cells), self._cells.levels - 1)])
        total = waiting.sum(axis=1)
        rates = self._rates(at, span_s, cells, waiting)
        room = np.min(np.stack(list(rates.values())), axis=0) * span_s
        taken = waiting * self._fraction(waiting, level, room)
        self._morning[:, cells] -= taken[:, : len(cells)]
        self._due[:, cells] -= taken[:, len(cells) :]
        served = taken[:, : len(cells)] + taken[:, len(cells) :]
        many = served.sum(axis=1)
        self._day.append((at, many))
        later = served[:, self._cells.kind[cells] == 1].sum(axis=1)
        placed = np.stack([many - later, later], axis=1)
        course.placed += placed
        course.quarters[int(at // QUARTER_S)] += placed[MIDDLE]
        course.first_s = at if course.first_s is None else course.first_s
        filled = np.minimum(1.0, many / np.maximum(room, NOBODY))
        self._fresh -= float(placed[MIDDLE, 0])
        if self._fresh < 0.5 and course.tried_s is None:
            course.tried_s = at + span_s * float(filled[MIDDLE])
        self._left = self._left - (served * self._ends[:, cells]).sum(axis=1)
        course.left.append((at + span_s * float(filled.max()), self._left))
        self._answered(at + span_s * float(filled.mean()) / 2, until, cells, served)
        short = total[MIDDLE] - many[MIDDLE] > NOBODY
        return min(rates, key=lambda name: float(rates[name][MIDDLE])) if short else None

    def _rates(self, at: float, span_s: float, cells: Any, waiting: Array) -> dict[str, Array]:
        """What each limit allows, in calls per second."""
        people = np.maximum(waiting[:, : len(cells)] + waiting[:, len(cells) :], 1e-12)
        hold_s = (people * self._hold_s[:, cells]).sum(axis=1) / people.sum(axis=1)
        rates = {
            "pace": np.full(TRUTHS, self._limits.per_second),
            "calls at once": self._limits.at_once / hold_s,
        }
        while self._day and self._day[0][0] <= at - DAY_S:
            self._day.popleft()
        if self._limits.per_day:
            made = sum((many for _, many in self._day), np.zeros(TRUTHS))
            rates["calls a day"] = np.maximum(0.0, self._limits.per_day - made) / span_s
        return rates

    def _fraction(self, waiting: Array, level: Any, room: Array) -> Array:
        """Which share of each column is called: level by level, and within one all alike, until there is no room."""
        per_level = np.zeros((TRUTHS, self._cells.levels))
        np.add.at(per_level.T, level, waiting.T)
        before = np.cumsum(per_level, axis=1) - per_level
        taken = np.clip(room[:, None] - before, 0.0, per_level)
        fraction: Array = np.divide(taken, per_level, out=np.zeros_like(taken), where=per_level > 0)[:, level]
        return fraction

    def _answered(self, began_s: float, until: float, cells: Any, served: Array) -> None:
        """Let those who were called come back when the retry table says so."""
        for move in self._cells.moves:
            going = move.target[cells] != NEVER
            if going.any():
                back_s = round((began_s + move.after_s) / self._step_s) * self._step_s
                flow = served[:, going] * move.share[:, cells[going]]
                self._come_back(max(back_s, int(-(-until // 1))), move, began_s, move.target[cells[going]], flow)

    def _come_back(self, earliest_s: int, move: _Move, last_s: float, cells: Any, people: Array) -> None:
        if move.part == "any":
            self._expect(earliest_s, cells, people)
            return
        schedule = self._cells.schedule[cells]
        for number in np.unique(schedule).tolist():
            these = schedule == number
            due_s = self._schedules.next_try(number, earliest_s, move.part, last_s)
            self._expect(due_s, cells[these], people[:, these])

    def _waiting_for(self, is_open: Any) -> str:
        shut = float((self._morning[MIDDLE, ~is_open] + self._due[MIDDLE, ~is_open]).sum())
        return "hours" if shut > self._left[MIDDLE] / 2 else "retries"

    def _note(self, since: float, until: float, what: str) -> None:
        self._course.bounds.append((since, until, what))
