"""Lines below a table that are no leads: totals, copyright, who exported it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaigns.leads.headings.contents import is_number
from campaigns.leads.reading.table import Record

MAX_LINES = 50
"""Footers are shorter than this; so many rows are held back at most."""

FEW_CELLS = 2
TOTAL = re.compile(
    r"(grand |sub|report )?totals?|sum|summe|gesamt(summe)?|total g[ée]n[ée]ral|suma|somme|totale|totaa?l|合計|総計|計",
    re.IGNORECASE,
)
"""Labels of totals; after them only a colon or something in parentheses may follow: "Total Fitness" is a company."""

TYPICAL = re.compile(
    r"copyright ?(\(c\)|©|\d{4})|©|\(c\) ?\d{4}|.*\ball rights reserved|.*\bdo not distribute"
    r"|(confidential( information)?|vertraulich|confidentiel|confidencial)(\W|$)(?!\w)|page \d+( of \d+)?$|以上$|出力日"
    r"|(report |list )?(generated|exported|printed|created|downloaded) (by|on|at|from)\b"
    r"|(erstellt|exportiert) (am|von)\b|(généré|exporté) (le|par)\b|(generado|exportado) (el|por)\b"
    r"|(gerado|exportado) (em|por)\b|(generato|esportato) (il|da)\b|(gegenereerd|geëxporteerd) (op|door)\b"
    r"|(number of |total )?(records?|rows?|contacts?|leads?|results?|entries)( count)? ?: ?[\d,. ]+$"
    r"|[\d,.]+ (records?|rows?|contacts?|leads?|results?|entries)( total| found| exported| selected)?\.?$"
    r"|\W*end of (report|file|list|data|export)\b|as of \d",
    re.IGNORECASE,
)
SENTENCE_WORDS = 5
MONEY = re.compile(r"\D{0,3}\d{1,3}(([.,]\d{3})+([.,]\d{1,2})?|[.,]\d{1,2})\D{0,3}|\d+[.,]\d{1,2}")


def without_footer(records: Iterator[Record], width: int, dropped: list[Record] | None = None) -> Iterator[Record]:
    """The records but for a footer; what is left out is put into ``dropped`` when the end is reached.

    A footer is the end of a table ``width`` columns wide: rows with few cells and nothing like a phone number, one of
    which at least reads like a footer. It begins with that one, or with a single cell below blank rows. A lead that
    merely lacks its number does not read so, and stays.
    """
    most = max(FEW_CELLS, width // 2)
    held: list[Record] = []
    sure = False
    above: Record = (0, [])
    for record in records:
        cells = record[1]
        # nearly every row has more cells than a footer, and nothing else is asked of it
        part = _is_part(record, above, begun=bool(held)) if len(cells) - cells.count("") <= most else None
        if part is None or len(held) == MAX_LINES:
            yield from held
            held.clear()
            sure = False
        if part is None:
            yield record
        else:
            held.append(record)
            sure = sure or part
        above = record
    if not sure:
        yield from held
    elif dropped is not None:
        dropped += held


def _is_part(record: Record, above: Record, begun: bool) -> bool | None:
    """Whether the row reads like a part of a footer: surely (True), perhaps (False), or not at all (None)."""
    row, cells = record
    filled = [text for cell in cells if (text := cell.strip())]
    if any(map(_like_phone, filled)):
        return None
    label = filled[0]
    end_above = above[0] + sum(cell.count("\n") for cell in above[1])
    below_gap = row > end_above + 1 > 1 and len(filled) == 1
    if TOTAL.fullmatch(re.sub(r"\s*(:.*|\(.*\))$", "", label)):
        return True
    if len(filled) <= FEW_CELLS and TYPICAL.match(label):
        return True
    if below_gap and len(label.split()) >= SENTENCE_WORDS:
        return True
    return False if below_gap or (begun and len(filled) <= FEW_CELLS) else None


def _like_phone(text: str) -> bool:
    return is_number(text) and not MONEY.fullmatch(text)
