"""The lines of a registry become numbers: American ones by whole columns, whatever else stands there line by line.

2125550101                       ten digits; eleven with a 1, +1, punctuation, quotes: all the same
212,5550101                      area code and number in columns of their own
2125550101,2026-11-20,D          a change list: more fields, in any order; D or DELETE takes the number out
020 7946 0000                    other countries' numbers, where the registry is of another country
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaigns.leads.lead import Refusal
from campaigns.leads.numbers.column import read_column
from campaigns.suppression.registry import Numbers
from campaigns.suppression.sorting import NOTHING

POWERS = 10 ** np.arange(9, -1, -1, dtype=np.int64)
COUNTRY_CODE = 10_000_000_000
"""What a 1 before ten digits adds."""
FEED, ZERO, NINE = 10, 48, 57
SEPARATORS = re.compile(r"[,;|\t]")
TAKEN_OUT = frozenset({"D", "DEL", "DELETE", "DELETED", "R", "REMOVE", "REMOVED"})
WIDEST = 40
"""A longer line holds more than a number."""
LEAST = 7
"""A line with fewer digits is a header or blank."""


@dataclass(frozen=True, slots=True)
class Read:
    """What some lines hold: numbers that are on the registry, numbers taken off it, lines that cannot be read."""

    numbers: Numbers
    gone: Numbers
    bad: int


def read_lines(chunks: Iterable[bytes], region: str) -> Iterator[Read]:
    """Read chunks of whole lines; ``region`` is the country that numbers without + are of."""
    for chunk in chunks:
        if region == "US":
            even = _even(chunk)
            numbers, others = _plain(chunk) if even is None else (even, [])
            read = _american(others)
            yield Read(np.concatenate([numbers, read.numbers]), read.gone, read.bad)
        else:
            yield _foreign(chunk.decode("utf-8", "replace").splitlines(), region)


def _even(chunk: bytes) -> Numbers | None:
    """The numbers of lines that are all written alike, digits over digits; None where they are not."""
    text = np.frombuffer(chunk, np.uint8)
    width = len(chunk) - len(chunk[chunk.find(b"\n") :].lstrip(b"\n"))
    if not 0 < width <= WIDEST or len(text) % width:
        return None
    lines = text.reshape(-1, width)
    digit = (lines[0] >= ZERO) & (lines[0] <= NINE)
    columns = np.flatnonzero(digit)
    if len(columns) != len(POWERS) or (lines[:, ~digit] != lines[0, ~digit]).any() or lines[0, columns[0]] < ZERO + 2:
        return None
    values = np.zeros(len(lines), np.int64)
    for column in columns:
        values = 10 * values + lines[:, column]
    values -= ZERO * int(POWERS.sum())
    cells = lines[:, columns]
    fits = ((cells >= ZERO) & (cells <= NINE)).all() and (cells[:, 0] >= ZERO + 2).all()
    values += COUNTRY_CODE
    return values if fits and american(lines[0].tobytes().decode("latin-1")) == values[0] else None


def _plain(chunk: bytes) -> tuple[Numbers, list[str]]:
    """The numbers of lines that hold ten or eleven digits and no letter, and all other lines that hold any."""
    text = np.frombuffer(chunk, np.uint8)
    ends = np.flatnonzero(text == FEED)
    starts = np.concatenate([[0], ends[:-1] + 1])
    digit = (text >= ZERO) & (text <= NINE)
    letter = ((text | 32) >= ord("a")) & ((text | 32) <= ord("z"))
    line = np.zeros(len(text), np.int32)
    line[ends[:-1] + 1] = 1
    line = np.cumsum(line, dtype=np.int32)
    count = np.bincount(line[digit], minlength=len(ends))
    strange = np.bincount(line[letter], minlength=len(ends)) > 0
    of, values = line[digit], text[digit] - np.uint8(ZERO)
    found = [NOTHING]
    plain = np.zeros(len(ends), np.bool_)
    for width in (10, 11):
        fits = (count == width) & ~strange
        rows = values[fits[of]].reshape(-1, width)
        good = (rows[:, -10] >= 2) & ((rows[:, 0] == 1) | (width == 10))
        these, numbers = np.flatnonzero(fits)[good], rows[good, -10:].astype(np.int64) @ POWERS + COUNTRY_CODE
        first = chunk[starts[these[0]] : ends[these[0]]].decode("latin-1") if len(these) else ""
        if american(first) == (numbers[0] if len(these) else None):  # its digits are one number, read in their order
            plain[these] = True
            found.append(numbers)
    others = _others(chunk, starts, ends, (count > 0) & ~plain)
    return np.concatenate(found), others


def _others(chunk: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], which: NDArray[np.bool_]) -> list[str]:
    return [chunk[starts[i] : ends[i]].decode("utf-8", "replace") for i in np.flatnonzero(which).tolist()]


def _american(lines: Iterable[str]) -> Read:
    found: dict[bool, list[int]] = {False: [], True: []}
    bad = 0
    for line in lines:
        cells = _cells(line)
        number = _number(cells)
        if number:
            found[_is_gone(cells)].append(number)
        else:
            bad += sum(map(str.isdigit, line)) >= LEAST
    return Read(np.array(found[False], np.int64), np.array(found[True], np.int64), bad)


def american(line: str) -> int | None:
    """The American number of a line of fields; None: there is none."""
    return _number(_cells(line))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("\"'").strip() for cell in SEPARATORS.split(line)]


def _is_gone(cells: Iterable[str]) -> bool:
    return any(cell.upper() in TAKEN_OUT for cell in cells)


def _number(cells: list[str]) -> int | None:
    plain = [re.sub(r"[\s().+-]", "", cell) for cell in cells]
    for first, second in zip(plain, [*plain[1:], ""], strict=True):
        if first.isdecimal() and second.isdecimal() and (len(first), len(second)) == (3, 7) and first[0] in "23456789":
            return COUNTRY_CODE + int(first + second)
        local = first.removeprefix("1") if len(first) == 11 else first
        if local.isdecimal() and len(local) == 10 and local[0] in "23456789":
            return COUNTRY_CODE + int(local)
    return None


def _foreign(lines: list[str], region: str) -> Read:
    lines = [line for line in lines if sum(map(str.isdigit, line)) >= LEAST]
    found: dict[bool, list[int]] = {False: [], True: []}
    bad = 0
    for line, phones in zip(lines, read_column([_cells(line)[0] for line in lines], region), strict=True):
        if isinstance(phones, Refusal):
            phones = next((each for each in read_column(_cells(line), region) if not isinstance(each, Refusal)), phones)
        if isinstance(phones, Refusal):
            bad += 1
        else:
            found[_is_gone(_cells(line))] += [int(phone.e164[1:]) for phone in phones]
    return Read(np.array(found[False], np.int64), np.array(found[True], np.int64), bad)
