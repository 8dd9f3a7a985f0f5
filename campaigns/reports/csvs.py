"""The Leads sheet as CSV that a spreadsheet program opens as it should: UTF-8 with BOM, CRLF, no cell a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from campaigns.reports.sheets import Cell, Sheet
from campaigns.reports.summary import Summary

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A cell that starts with one of these may be run as a formula (OWASP ASVS 1.2.10)."""

HARMLESS = re.compile(r"\+[0-9]{6,15}|-?[0-9][0-9.,]*")
"""E.164 numbers and plain numbers start like formulas and are none."""


def write_csv(path: Path, summary: Summary, sheets: Sequence[Sheet]) -> None:
    """Write the first sheet, the leads, to a new file."""
    write_table(path, sheets[0])


def write_table(path: Path, sheet: Sheet) -> None:
    """Write one sheet to a new file; datetimes as ``2026-11-23 09:00:00``."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe(name) for name in sheet.columns])
        writer.writerows([text_of(cell) for cell in row] for row in sheet.rows)


def text_of(cell: Cell) -> str:
    """The cell as CSV holds it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return safe(cell) if isinstance(cell, str) else f"{cell:g}" if isinstance(cell, float) else str(cell)


def safe(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet program could take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not HARMLESS.fullmatch(text) else text
