"""Five lists of 100,000 rows: the reader's counts by reason are those of two other programs.

One is the generator, which knows what it wrote; the other the plain loop below, which shares nothing with the reader.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import phonenumbers
import pytest

from campaigns.leads.lists import open_list
from campaigns.spec import Leads
from tests.corpus.full_size import NAMES, FullSize, write

REGIONS = {name: region for region, name in NAMES.items()} | {region: region for region in NAMES}
PHONE, COUNTRY = ("Phone number", "Phone", "Telefon", "phone_number", "Mobile"), ("Country/Region", "Country")
WISH, YES = ("Do not call", "Do Not Call", "Nicht anrufen", "dnd", "Opt Out"), ("true", "1", "ja", "yes", "Y")


def records(made: FullSize) -> Iterator[dict[str, str]]:
    if made.encoding:
        yield from csv.DictReader(
            io.StringIO(made.path.read_text(made.encoding), newline=""), delimiter=made.delimiter or ","
        )
        return
    with made.path.open("rb") as file, closing(openpyxl.load_workbook(file, read_only=True)) as book:
        head, *rows = book.active.iter_rows(values_only=True)
    for row in rows:
        yield {name: "" if cell is None else str(cell) for name, cell in zip(head, row, strict=True)}


def number(cell: str, region: str | None) -> str | None:
    """The cell's one number in E.164, or None when there is no such number."""
    text = cell.removeprefix("p:").strip().lstrip("'")
    if power := re.fullmatch(r"(\d)\.(\d+)E\+(\d+)", text):
        text = power[1] + power[2]
    text = re.sub(r"\.0$", "", text)
    text = re.sub(r"^00(?=[1-9])", "+", text)
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return (
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(parsed)
        else None
    )


def counted(made: FullSize) -> Counter[tuple[str, str]]:
    """What each row is, by a plain loop."""
    counts: Counter[tuple[str, str]] = Counter()
    seen: set[str] = set()
    for record in records(made):
        cell = next(record[name] for name in PHONE if name in record)
        region = next((REGIONS[record[name]] for name in COUNTRY if name in record), made.leads["country"])
        power = re.search(r"(\d)\.(\d+)E\+(\d+)", cell)
        if not cell.strip():
            counts["rejected", "no_number"] += 1
        elif power and len(power[2]) < int(power[3]):
            counts["rejected", "shortened_number"] += 1
        elif (e164 := number(cell, region)) is None:
            counts["rejected", "bad_number"] += 1
        elif any(record.get(name) in YES for name in WISH):
            counts["excluded", "opted_out"] += 1
        elif e164 in seen:
            counts["duplicate", "duplicate_in_file"] += 1
        else:
            seen.add(e164)
            counts["accepted", ""] += 1
    return counts


@pytest.mark.timeout(900)
def test_counts_by_reason_agree_with_two_other_programs(tmp_path: Path) -> None:
    for made in write(tmp_path):
        by_hand = counted(made)
        assert by_hand == made.truth, f"{made.path.name}: the two other programs differ"
        opened = open_list(made.path, Leads.model_validate(made.leads))
        ours = Counter((str(lead.verdict), str(lead.reason or "")) for lead in opened)
        assert ours == made.truth, made.path.name
        assert opened.info.encoding in (made.encoding, "utf-16-le" if made.encoding == "utf-16" else made.encoding)
        assert opened.info.delimiter == made.delimiter
