"""A whole column of cells becomes phone numbers, at many times the speed of one cell after the other.

Cells of digits and plain punctuation are read by tables (``plans.py``); whatever else stands in a column is left to
``read_phones``, so every answer is its answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campaigns.leads.collection import no_collection
from campaigns.leads.lead import Phone, Refusal
from campaigns.leads.numbers.phones import MIN_DIGITS, read_phones, tidied
from campaigns.leads.numbers.plans import calling_codes, exits
from campaigns.leads.numbers.tables import LONGEST, TABLES, Known

CHUNK = 16_384
"""Cells are read by so many at a time, that their arrays stay in the processor's cache."""

WIDEST = 40
"""A cell of more bytes is left to ``read_phones``."""

PLAIN = b"0123456789+ -.()"
LABEL = b"ABCDEFGHIJKLMNOPQRSTUVWYZabcdefghijklmnopqrstuvwyz:='\""
"""What before a number changes nothing: ``tel:``, ``p:``, ``'``, ``="``. There is no x, for ``fax`` changes it."""

KEPT = b"0123456789+\n"
DROPPED = bytes(set(range(256)) - set(KEPT))
END = 10
MARGIN = b"\n" * 4


def _flags(chars: bytes) -> NDArray[np.bool_]:
    flags = np.zeros(256, np.bool_)
    flags[list(chars)] = True
    return flags


IS_KEPT, IS_LABEL, IS_STRANGE = _flags(KEPT), _flags(LABEL), ~_flags(PLAIN + LABEL + b"\n")
SYMBOLS = np.full(256, END, np.uint8)
SYMBOLS[ord("0") : ord("9") + 1] = range(10)


def read_column(cells: Sequence[str], country: str | None) -> list[tuple[Phone, ...] | Refusal]:
    """What ``read_phones(cell, country)`` answers for each cell."""
    found: list[tuple[Phone, ...] | Refusal] = []
    for first in range(0, len(cells), CHUNK):
        with no_collection():
            found += _read_chunk(cells[first : first + CHUNK], country)
    return found


def _read_chunk(cells: Sequence[str], country: str | None) -> list[tuple[Phone, ...] | Refusal]:
    found: list[tuple[Phone, ...] | Refusal] = []
    make = tuple.__new__  # what Phone(...) ends in, without the way there
    for cell, text, answer in zip(cells, *read_digits(cells, country), strict=True):
        if answer is None or isinstance(answer, str):
            found.append(read_phones(cell, country))
        else:
            lead, kept, region, types, zones = answer
            found.append((make(Phone, (lead + text[kept:], region, types, zones)),))
    return found


def read_digits(cells: Sequence[str], country: str | None) -> tuple[list[str], list[Known]]:
    """The digits of every cell, and what the tables answer to it, None where they do not know."""
    lines = "\n".join(cells)
    if lines.count("\n") >= len(cells):
        lines = "\n".join("?" if "\n" in cell else cell for cell in cells)
    raw = np.frombuffer(tidied(lines).encode(errors="replace") + b"\n", np.uint8)
    kept = raw.tobytes().translate(None, DROPPED)
    digits = np.frombuffer(kept + MARGIN, np.uint8)
    end = np.flatnonzero(digits[: len(kept)] == END)
    start = np.concatenate(([0], end[:-1] + 1))
    plus = digits[start] == ord("+")
    size = end - start - plus
    plain = ~_strange(raw, digits, start, end) & (size >= MIN_DIGITS) & (size <= LONGEST)
    first = start + plus
    for exit_digits in exits(country):
        leaves = ~plus & _begins(digits, start, exit_digits)
        plus |= leaves
        first[leaves] += len(exit_digits)
    symbols = SYMBOLS.take(digits)
    codes = np.where(plus, _codes(symbols, first), 0)
    codes[~plain | (plus & (codes == 0))] = -1
    return kept[:-1].decode("ascii").split("\n"), TABLES.read(symbols, first + _sizes(codes), end, codes, country)


Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


def _strange(raw: Bytes, digits: Bytes, start: Places, end: Places) -> NDArray[np.bool_]:
    """Which cells hold anything but digits, plain punctuation, a label before them, and one plus at their start."""
    line_end = np.flatnonzero(raw == END)
    strange = np.diff(line_end, prepend=-1) > WIDEST
    strange[line_end.searchsorted(np.flatnonzero(IS_STRANGE.take(raw)))] = True
    labels = np.flatnonzero(IS_LABEL.take(raw))
    if len(labels):
        rows = line_end.searchsorted(labels)
        strange[rows[np.flatnonzero(IS_KEPT.take(raw))[start[rows]] < labels]] = True
    pluses = np.flatnonzero(digits == ord("+"))
    inside = pluses[digits[pluses - 1] != END]  # before the first cell stands the margin's end
    strange[end.searchsorted(inside)] = True
    return strange


def _begins(digits: Bytes, start: Places, exit_digits: str) -> NDArray[np.bool_]:
    """Which cells begin with the digits of an international prefix; behind it no zero can follow."""
    begins = SYMBOLS[digits[start + len(exit_digits)]] % END > 0
    for offset, digit in enumerate(exit_digits.encode()):
        begins &= digits[start + offset] == digit
    return begins


def _codes(symbols: Bytes, first: Places) -> Places:
    """The calling codes that rows begin with; what is no digit gives none."""
    hundreds, tens, units = (symbols[first + offset].astype(np.int64) for offset in range(3))
    codes = calling_codes()[np.minimum(hundreds * 100 + tens * 10 + units, 999)]
    return np.where((hundreds < END) & (tens < END) & (units < END), codes, 0)


def _sizes(codes: Places) -> Places:
    return (codes > 0).astype(np.int64) + (codes > 9) + (codes > 99)
