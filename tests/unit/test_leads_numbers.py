"""The fast step against the library alone: whole columns, at random and exhaustively over the tables' classes."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.leads.lead import Phone
from campaigns.leads.numbers import column as numbers
from campaigns.leads.numbers import library, phones, tables
from campaigns.leads.numbers.automata import DIGITS, SYMBOLS
from campaigns.leads.numbers.column import read_column
from campaigns.leads.numbers.plans import home, patterns_of
from campaigns.leads.numbers.tables import Tables

COUNTRIES: tuple[str, ...] = (
    "US",
    "GB",
    "DE",
    "IN",
    "BR",
    "AU",
    "CA",
    "MX",
    "FR",
    "ES",
    "IT",
    "RU",
    "JP",
    "AR",
    "KR",
    "CN",
    "BS",
    "JE",
)
COUNTRIES += (
    "SM",
    "HU",
    "PL",
    "ZA",
    "NG",
    "BY",
    "KZ",
    "GG",
    "AX",
    "SJ",
    "VA",
    "ID",
    "CO",
    "CR",
    "LT",
    "MG",
    "LI",
    "SG",
)
CELLS = 5_600
"""Cells of each of the 36 countries: 201,600 in all."""

MARRED = (
    "{} ext 12", "{}x33", "tel:{}", "p:{}", "'{}", "{};ext=9", " {} ", "({})", "++{}", "{}+", "{}.0", "{}.00 ", "+{}",
    "00{}", "011{}", "0011{}", "８{}", "{} / {}", "#{}", "*31#{}", "\u200e{}", "\u00a0{}", "{}\n", "{}\t", "+0{}",
    "{}e5", "Fax {}", "{} cell", "", "n/a", "-", "1-800-FLOWERS", "1.2025550123E+10", "3.05782E+09", "+", "0" * 8,
    "9" * 17,
)  # fmt: skip


def written(rnd: random.Random, country: str) -> Iterator[str]:
    """Numbers as lists hold them: of this country or any other, valid, nearly valid or wrong, in every format."""
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    while True:
        region = rnd.choice(regions) if rnd.random() < 0.6 else country
        code, digits = _number(rnd, region)
        trunk = library.plan_of(region).national_prefix or ""
        forms = (
            *(f"+{code}{digits}",) * 6, f"+{code}{trunk}{digits}", f"+{code} ({trunk or 0}) {digits}", *(digits,) * 4,
            *(trunk + digits,) * 3, f"{code}{digits}", f"{code}{trunk}{digits}", f"00{code}{digits}",
            f"{rnd.choice(('011', '0011', '810', '00 '))}{code}{digits}", _random(rnd, rnd.randint(1, 19)),
            "+" + _random(rnd, rnd.randint(1, 19)), rnd.choice(MARRED).replace("{}", digits),
        )  # fmt: skip
        yield _punctuated(rnd, rnd.choice(forms))


def _number(rnd: random.Random, region: str) -> tuple[int, str]:
    kind = rnd.choice([0, 1, 2, 0, 1, *range(11)])
    example = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    assert example is not None
    digits = phonenumbers.national_significant_number(example)
    kept = rnd.randint(0, len(digits))
    digits = digits[:kept] + _random(rnd, len(digits) - kept)
    change = rnd.random()
    if change < 0.1:
        digits = digits[: rnd.randint(1, len(digits))]
    return phonenumbers.country_code_for_region(region), digits + (_random(rnd, 1) if change > 0.9 else "")


def _random(rnd: random.Random, count: int) -> str:
    return "".join(rnd.choices("0123456789", k=count))


def _punctuated(rnd: random.Random, text: str) -> str:
    if rnd.random() < 0.4:
        return text
    marks = [" ", "-", ".", ") ", " (", "-"] if rnd.random() < 0.95 else ["/", "\u00a0", "\u2011", "x", "#", ",", "~"]
    return "".join(char + (rnd.choice(marks) if rnd.random() < 0.25 else "") for char in text)


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table is made for the first number that could use it."""
    monkeypatch.setattr(tables, "WORTHWHILE", 1)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_column_reads_as_its_cells_do_by_the_library_alone(country: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [cell for cell, _ in zip(written(random.Random(country), country), range(CELLS), strict=False)]
    phones.read_phones.cache_clear()

    found = read_column(cells, country)

    phones.read_phones.cache_clear()
    monkeypatch.setattr(tables, "TABLES", Tables())  # knows no plan: every question goes to the library
    monkeypatch.setattr(tables, "WORTHWHILE", 10**9)
    for cell, answer in zip(cells, found, strict=True):
        assert answer == phones.read_phones(cell, country), repr(cell)


@given(st.lists(st.text("0123456789+ -.()xetpafX:'=\"\n\r\t/;,#٣８\u200e\u00a0\u0301\ud800é\0", max_size=24)))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_stands_in_a_cell(cells: list[str]) -> None:
    assert read_column(cells, "US") == [phones.read_phones(cell, "US") for cell in cells]
    assert read_column(cells, None) == [phones.read_phones(cell, None) for cell in cells]


def test_most_of_a_column_is_read_by_the_tables() -> None:
    cells = [
        "+12025550123",
        "(202) 555-0123",
        "12025550123.0",
        "p:+12025550123",
        "011442079460958",
        "0044 20 7946 0958",
    ]

    _, answers = numbers.read_digits(cells, "US")

    assert all(isinstance(answer, tuple) for answer in answers)


@pytest.mark.parametrize("codes", [range(1, 2), range(2, 50), range(50, 100), range(100, 1000)], ids=str)
def test_numbers_of_one_class_are_one_to_the_library(codes: range) -> None:
    table = Tables()
    for code in sorted(set(codes) & set(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)):
        _check_classes(table, code, None)


@pytest.mark.parametrize(
    "country", ["US", "BS", "GB", "JE", "DE", "IT", "AU", "BR", "AR", "MX", "HU", "JP", "RU", "KZ"]
)
def test_numbers_of_one_class_are_one_to_the_library_at_home(country: str) -> None:
    _check_classes(Tables(), home(country), country)


def _check_classes(table: Tables, code: int, country: str | None) -> None:
    """Let the lowest number of every class ask the library, then hold the highest one's answer against its own."""
    moves = patterns_of(code, country).table()[0].tolist()
    before = "" if country else f"+{code}"
    longest = 15 - len(before)
    table._start((code, country), 1)
    for order in (DIGITS, reversed(DIGITS)):
        for digits in _witnesses(moves, list(order), longest):
            number = before + digits
            kept, known = table.look_up(number, country)
            expected = library.read(number, country)
            if isinstance(known, str):
                assert (expected, known) == (None, library.fault(number, country)), number
            elif known is not None:
                assert expected == Phone(known[0] + kept[known[1] :], *known[2:]), number


def _witnesses(moves: list[int], order: list[int], longest: int) -> Iterator[str]:
    """One number for each state and length, the first in the order of digits."""
    level = {0: ""}
    for size in range(1, longest + 1):
        following: dict[int, str] = {}
        for state, digits in level.items():
            for digit in order:
                following.setdefault(moves[state * SYMBOLS + digit], f"{digits}{digit}")
        level = following
        if size > 3:
            yield from level.values()
