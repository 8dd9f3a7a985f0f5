"""When the people of a crowd may be called: as few different timetables as there are, cut where any of them changes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from campaigns.rules.dayparts import next_try
from campaigns.rules.facts import Place
from campaigns.rules.openings import windows_of
from campaigns.rules.rules import Rules
from campaigns.rules.windows import Spans, moment_of, seconds_of, union
from campaigns.spec import PartWish

WEEKS_AT_ONCE = 4
"""How far ``windows_of`` looks."""


class Schedules:
    """Timetables from ``begin`` on for so many ``weeks``, numbered as they are asked for; then cut into eras.

    Within an era nothing opens or closes.
    """

    def __init__(self, rules: Rules, begin: datetime, weeks: int) -> None:
        self._rules = rules
        self._begins = [begin + timedelta(weeks=at) for at in range(0, weeks, WEEKS_AT_ONCE)]
        self.begin_s, self.end_s = seconds_of(begin), seconds_of(begin + timedelta(weeks=weeks))
        self._numbers: dict[Spans, int] = {}
        self._of_place: dict[Place, int] = {}
        self._places: list[Place] = []
        self._edges: list[int] = []
        self._open: NDArray[np.bool_] = np.zeros((0, 0), dtype=bool)

    def number(self, place: Place) -> int:
        """The timetable of a place."""
        if place not in self._of_place:
            periods = (period for begin in self._begins for period in windows_of(place, self._rules, begin))
            clipped = ((max(seconds_of(a), self.begin_s), min(seconds_of(b), self.end_s)) for a, b in periods)
            spans = union(span for span in clipped if span[0] < span[1])
            self._of_place[place] = self._numbers.setdefault(spans, len(self._numbers))
            if len(self._numbers) > len(self._places):
                self._places.append(place)
        return self._of_place[place]

    def next_try(self, number: int, earliest_s: int, wish: PartWish, last_s: float) -> int:
        """The second from which people of a timetable are due in the wished part of their day; last called then.

        Places of one timetable share the clock of the first of them.
        """
        at = next_try(self._places[number], self._rules, moment_of(earliest_s), wish, moment_of(int(last_s)))
        return max(earliest_s, seconds_of(at))

    def cut(self) -> None:
        """Divide the time into eras; no place is asked for any more."""
        inside = {edge for spans in self._numbers for span in spans for edge in span}
        self._edges = sorted({self.begin_s, self.end_s} | inside)
        self._open = np.zeros((len(self._edges), max(1, len(self._numbers))), dtype=bool)
        for spans, number in self._numbers.items():
            for start, end in spans:
                first, last = bisect_right(self._edges, start) - 1, bisect_right(self._edges, end) - 1
                self._open[first:last, number] = True

    def era(self, moment_s: float) -> int:
        """The era that holds this second."""
        return bisect_right(self._edges, moment_s) - 1

    def end_of(self, era: int) -> int:
        """The second at which the next era begins."""
        return self._edges[era + 1] if era + 1 < len(self._edges) else self.end_s

    def is_open(self, era: int) -> NDArray[np.bool_]:
        """Which timetables are open in this era, by their numbers."""
        row: NDArray[np.bool_] = self._open[era]
        return row
