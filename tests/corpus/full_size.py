"""Five lists of 100,000 rows as real users have them, and what the writer of each row knows of it.

The lists hold three countries or more, duplicates, damage and two encodings; every number is drawn from a range of its
country's plan that is wholly in use, so that no library is needed to know whether it exists. A list's content is the
same for the same seed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.corpus.writing import delimited, workbook

ROWS = 100_000
RANGES = {
    "US": ("1", "", ("212", "305", "312", "415", "617", "713", "303", "206"), 7),
    "CA": ("1", "", ("416", "514", "604"), 7),
    "GB": ("44", "0", ("7400", "7411", "7425"), 6),
    "DE": ("49", "0", ("151", "160"), 8),
    "AT": ("43", "0", ("664",), 7),
    "CH": ("41", "0", ("79", "78"), 7),
    "FR": ("33", "0", ("61", "66"), 7),
    "ES": ("34", "", ("61", "65"), 7),
    "AU": ("61", "0", ("412", "423"), 6),
    "BR": ("55", "", ("1196", "2198"), 7),
}
"""By country: calling code, trunk prefix, beginnings of numbers, and how many digits follow."""
NAMES = dict(
    US="United States",
    CA="Canada",
    GB="United Kingdom",
    DE="Germany",
    AT="Austria",
    CH="Switzerland",
    FR="France",
    ES="Spain",
    AU="Australia",
    BR="Brazil",
)
PEOPLE = (
    "José Núñez",
    "Zoë Müller",
    "Ann Lee",
    "François Côté",
    "Bob O'Neil",
    "Ærø Ødegård",
    "Smith, Jane",
    'Al "Ace" Ray',
)


@dataclass(slots=True)
class Writer:
    """Draws rows, and counts what each of them is."""

    seed: int
    home: str
    abroad: tuple[str, ...]
    truth: Counter[tuple[str, str]] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    kept: list[tuple[str, str]] = field(default_factory=list)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def number(self, country: str) -> str:
        """A national number without its trunk prefix that was not drawn before."""
        _, _, beginnings, digits = RANGES[country]
        while True:
            tail = "".join(self.chance.choices("23456789", k=digits))
            national = self.chance.choice(beginnings) + tail
            if (key := country + national) not in self.used:
                self.used.add(key)
                return national

    def spelled(self, country: str, national: str, named: bool) -> str:
        """The number as somebody wrote it; only where its country is told otherwise (``named``) in the national way."""
        code, trunk, _, _ = RANGES[country]
        ways = [f"+{code}{national}", f"+{code} {national[:3]} {national[3:6]} {national[6:]}", f"00{code}{national}"]
        if named or country == self.home:
            ways += [f"{trunk}{national[:3]}-{national[3:6]}-{national[6:]}", f"{trunk}{national}", f"{national}.0"]
            ways += [f"({trunk}{national[:3]}) {national[3:]}", f"{national[0]}.{national[1:]}E+{len(national) - 1:02}"]
            ways += [
                f"'{trunk}{national}",
                f"{trunk}{national[:4]}\u00a0{national[4:]}",
                f"tel:{trunk}{national} ext 12",
            ]
        return self.chance.choice(ways)

    def row(self, named: bool) -> tuple[str, str, bool]:
        """One row's phone cell, its country, and whether it says do-not-call; what it is, is counted."""
        country = self.chance.choice((self.home,) * 3 + self.abroad)
        kind = self.chance.choices(("new", "again", "blank", "bad", "short", "out"), (84, 6, 3, 3, 1, 3))[0]
        if kind == "again" and self.kept:
            country, national = self.chance.choice(self.kept)
            self.truth["duplicate", "duplicate_in_file"] += 1
            return self.spelled(country, national, named), country, False
        if kind == "blank":
            self.truth["rejected", "no_number"] += 1
            return self.chance.choice(("", "", " ")), country, False
        if kind == "bad":
            self.truth["rejected", "bad_number"] += 1
            return self.chance.choice(("123", "+1 23", "00000000000000", "12-34")), self.home, False
        national = self.number(country)
        if kind == "short":
            self.truth["rejected", "shortened_number"] += 1
            return f"{national[0]}.{national[1:6]}E+{len(national) - 1:02}", country, False
        if kind == "out":
            self.truth["excluded", "opted_out"] += 1
            return self.spelled(country, national, named), country, True
        self.kept.append((country, national))
        self.truth["accepted", ""] += 1
        return self.spelled(country, national, named), country, False


@dataclass(frozen=True, slots=True)
class FullSize:
    """A list's file, how it is read, where its phone, country and wish stand, and the counts its writer knows."""

    path: Path
    leads: Mapping[str, Any]
    encoding: str | None
    delimiter: str | None
    truth: Counter[tuple[str, str]]


def hubspot(rows: int) -> tuple[list[list[str]], Writer]:
    writer = Writer(1, "US", ("CA", "GB"))
    table = [["Record ID", "First name", "Phone number", "City", "Country/Region", "Do not call", "Notes"]]
    for at, name, phone, country, wish in people(writer, rows, named=True):
        note = "two\r\nlines" if at % 50 == 0 else ""
        table.append([str(15000 + at), name, phone, "", NAMES[country], "true" if wish else "false", note])
    return table, writer


def salesforce(rows: int) -> tuple[list[list[str]], Writer]:
    writer = Writer(2, "FR", ("ES", "DE"))
    table = [["Lead ID", "Full Name", "Company", "Phone", "Country", "Do Not Call"]]
    for at, name, phone, country, wish in people(writer, rows, named=True):
        company = "Société Générale" if at % 3 else ""
        table.append([f"00Q{at:012}", name, company, phone, NAMES[country], "1" if wish else "0"])
    return table, writer


def kunden(rows: int) -> tuple[list[list[str]], Writer]:
    writer = Writer(3, "DE", ("AT", "CH"))
    table = [["Name", "Telefon", "Ort", "Nicht anrufen", "Betrag"]]
    for at, name, phone, _, wish in people(writer, rows, named=False):
        table.append([name, phone, "Köln", "ja" if wish else "nein", f"{at % 90},50"])
    return table, writer


def meta(rows: int) -> tuple[list[list[str]], Writer]:
    writer = Writer(4, "US", ("BR", "ES"))
    table = [["id", "created_time", "platform", "full_name", "phone_number", "dnd"]]
    for at, name, phone, _, wish in people(writer, rows, named=False):
        number = phone.strip() in ("", "123") or re.fullmatch(r"[\d.]+(E\+\d+|\.0)", phone)  # Excel damages no text
        prefixed = phone if number else "p:" + phone.strip("'")
        table.append([f"l:{10**15 + at}", "2026-03-12T10:30:00-05:00", "fb", name, prefixed, "yes" if wish else ""])
    return table, writer


def book(rows: int) -> tuple[list[list[str]], Writer]:
    writer = Writer(5, "GB", ("US", "AU"))
    table = [["Customer", "Mobile", "Country", "Opt Out", "Balance"]]
    for at, name, phone, country, wish in people(writer, rows, named=True):
        table.append([name, phone, country, "Y" if wish else "N", str(at % 977)])
    return table, writer


def people(writer: Writer, rows: int, named: bool) -> Iterator[tuple[int, str, str, str, bool]]:
    """Place, name, phone cell, country and do-not-call of each row."""
    for at in range(rows):
        yield at, PEOPLE[at % len(PEOPLE)], *writer.row(named)


def write(folder: Path, rows: int = ROWS) -> Iterator[FullSize]:
    """Write the five lists into ``folder``, one at a time."""
    texts: list[tuple[str, Callable[[int], tuple[list[list[str]], Writer]], str | None, str, str]] = [
        ("hubspot.csv", hubspot, None, "utf-8-sig", ","),
        ("salesforce.csv", salesforce, None, "cp1252", ","),
        ("kunden.csv", kunden, "DE", "cp1252", ";"),
        ("meta.csv", meta, "US", "utf-16", "\t"),
    ]
    for name, made, country, encoding, delimiter in texts:
        table, writer = made(rows)
        path = folder / name
        path.write_bytes(delimited(table, delimiter, encoding))
        yield FullSize(path, {"country": country}, encoding, delimiter, writer.truth)
    table, writer = book(rows)
    path = folder / "customers.xlsx"
    digits = [[float(cell[:-2]) if cell.endswith(".0") else cell for cell in row] for row in table]
    path.write_bytes(workbook({"Customers": digits}))
    yield FullSize(path, {"country": "GB"}, None, None, writer.truth)
