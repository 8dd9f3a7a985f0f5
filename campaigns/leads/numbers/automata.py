"""Many patterns over digits, matched together by one table.

A subset construction (Rabin and Scott, 1959) over the patterns of ``re``'s own parser: the state that a string of
digits ends in knows which of the patterns match it, so two strings of one state and one length are alike to them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = range(10)
END = 10
"""The symbol after a string's last digit: every state stays what it is."""
SYMBOLS = 11
NOWHERE: frozenset[int] = frozenset()


class Patterns:
    """Patterns to be matched together; each is a path through states that digits lead along."""

    def __init__(self) -> None:
        self._moves: list[dict[int, list[int]]] = []
        self._free: list[list[int]] = []
        self._ends: set[int] = set()
        self._doubtful: set[int] = set()
        self._start = self._state()

    def match(self, pattern: str) -> None:
        """Tell strings that match the whole pattern from others."""
        self._ends.add(self._sequence(_parser.parse(pattern), self._start))

    def match_start(self, pattern: str) -> None:
        """Tell strings that begin with the pattern from others."""
        self._ends.add(self._beginning(pattern))

    def doubt(self, pattern: str) -> None:
        """Mark strings that begin with the pattern and at least one digit of it as doubtful."""
        self._doubtful.add(self._beginning(pattern))

    def sort(self, lead: str, values: Mapping[str, object]) -> None:
        """Tell strings apart by the value of the longest key of ``values`` that they begin with after ``lead``."""
        prefixes = {key[:size] for key in values for size in range(len(key) + 1)} | {""}
        nodes = {prefix: self._state() for prefix in sorted(prefixes, key=len)}
        leaves: dict[object, int] = {}
        inherited: dict[str, object] = {}
        for prefix, node in nodes.items():
            value = inherited[prefix] = values.get(prefix, inherited.get(prefix[:-1]))
            self._ends.add(node)
            for digit in DIGITS:
                longer = f"{prefix}{digit}"
                if longer not in nodes and value not in leaves:
                    leaves[value] = self._forever(self._state())
                    self._ends.add(leaves[value])
                self._moves[node][digit] = [nodes[longer] if longer in nodes else leaves[value]]
        self._free[self._sequence(_parser.parse(lead), self._start)].append(nodes[""])

    def table(self) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """The table of moves, ``SYMBOLS`` to a state, state 0 the start; and which states are doubtful."""
        steps = [[self._reach(moves.get(digit, ())) for digit in DIGITS] for moves in self._moves]
        first = self._reach([self._start])
        numbers = {first: 0}
        order = [first]
        moves: list[int] = []
        for number, members in enumerate(order):
            for digit in DIGITS:
                reached = NOWHERE.union(*[steps[member][digit] for member in members])
                if reached not in numbers:
                    numbers[reached] = len(order)
                    order.append(reached)
                moves.append(numbers[reached])
            moves.append(number)
        doubtful = [not self._doubtful.isdisjoint(members) for members in order]
        return np.array(moves, np.int32), np.array(doubtful, np.bool_)

    def _reach(self, members: Iterable[int]) -> frozenset[int]:
        seen = set(members)
        todo = list(seen)
        while todo:
            for state in self._free[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(state for state in seen if self._moves[state] or state in self._ends)

    def _state(self) -> int:
        self._moves.append({})
        self._free.append([])
        return len(self._moves) - 1

    def _forever(self, state: int) -> int:
        for digit in DIGITS:
            self._moves[state].setdefault(digit, []).append(state)
        return state

    def _beginning(self, pattern: str) -> int:
        first = self._state()
        last = self._sequence(_parser.parse(pattern), first)
        for state in self._reach([first]):
            for digit, targets in self._moves[state].items():
                self._moves[self._start].setdefault(digit, []).extend(targets)
        return self._forever(last)

    def _sequence(self, items: Iterable[tuple[Any, Any]], state: int) -> int:
        for kind, value in items:
            state = self._item(kind, value, state)
        return state

    def _item(self, kind: Any, value: Any, state: int) -> int:
        if kind is sre.LITERAL or kind is sre.IN:
            return self._digit(_digits(kind, value), state)
        if kind is sre.SUBPATTERN:
            return self._sequence(value[3], state)
        if kind is sre.BRANCH:
            end = self._state()
            for branch in value[1]:
                self._free[self._sequence(branch, self._after(state))].append(end)
            return end
        if kind is sre.MAX_REPEAT:
            least, most, items = value
            return self._repeat(least, most, items, state)
        if kind is sre.AT:
            return state  # "$" stands only in prefixes to be doubted, where too much doubt does no harm
        raise ValueError(f"a pattern of the numbering plans holds {kind}, which no table can follow")

    def _digit(self, digits: Iterable[int], state: int) -> int:
        end = self._state()
        for digit in digits:
            self._moves[state].setdefault(digit, []).append(end)
        return end

    def _repeat(self, least: int, most: int, items: Any, state: int) -> int:
        for _ in range(least):
            state = self._sequence(items, state)
        end = self._after(state)
        for _ in range(most - least):
            state = self._sequence(items, state)
            self._free[state].append(end)
        return end

    def _after(self, state: int) -> int:
        end = self._state()
        self._free[state].append(end)
        return end


def _digits(kind: Any, value: Any) -> set[int]:
    if kind is sre.LITERAL:
        return {value - ord("0")}
    found: set[int] = set()
    for part, bounds in value:
        if part is sre.LITERAL:
            found.add(bounds - ord("0"))
        elif part is sre.RANGE:
            found.update(range(bounds[0] - ord("0"), bounds[1] - ord("0") + 1))
        else:
            found.update(DIGITS)
    return found
