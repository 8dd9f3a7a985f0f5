"""The law's table: what a row means, whom it binds, and that every row names its source."""

from __future__ import annotations

from datetime import date

import pytest

from campaigns.errors import InputRefused
from campaigns.rules.facts import Place
from campaigns.rules.hours import jurisdictions_of, law_on, parse_hours, rows_of

HEADER = "jurisdiction,effective_from,effective_to,days,start,end,source,certainty"
MONDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 29)


def rows(*lines: str):
    return parse_hours([HEADER, *lines], "hours.csv")


def test_the_federal_hours_are_eight_to_nine_every_day() -> None:
    for day in (MONDAY, SATURDAY, SUNDAY):
        assert law_on(rows_of("US"), day) == ((480, 1260),)
    assert {row.source for row in rows_of("US")} == {"47 CFR 64.1200(c)(1)"}


@pytest.mark.parametrize("region", ["US", "PR", "VI", "GU", "AS", "MP"])
def test_american_numbers_are_bound_by_federal_law(region: str) -> None:
    assert jurisdictions_of(Place(("America/New_York",), region, "KY")) == ("US",)


@pytest.mark.parametrize("region", ["CA", "JM", "GB"])
def test_other_numbers_are_not(region: str) -> None:
    assert jurisdictions_of(Place(("America/New_York",), region)) == ()


def test_several_rows_of_a_day_are_several_windows_and_an_unnamed_day_is_closed() -> None:
    france = rows("FR,,,mon-fri,10:00,13:00,D223-9,A", "FR,,,mon-fri,14:00,20:00,D223-9,A")
    assert law_on(france, MONDAY) == ((600, 780), (840, 1200))
    assert law_on(france, SATURDAY) == ()


def test_a_dated_row_binds_from_its_first_to_its_last_day() -> None:
    law = rows("US-PA,2026-10-18,2026-11-27,sun,09:00,19:00,73 P.S. 2245,B")
    assert law_on(law, date(2026, 10, 17)) is None
    assert law_on(law, date(2026, 10, 18)) == ((540, 1140),)
    assert law_on(law, date(2026, 11, 27)) == ()
    assert law_on(law, date(2026, 11, 28)) is None


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("US,,,mon-sun,08:00,21:00,,A", "line 3: a rule needs its source"),
        ("US,,,mon-sun,08:00,21:00,47 CFR,", "line 3: a rule needs its source"),
        ("US,,,mon-sun,21:00,08:00,47 CFR,A", "line 3"),
        ("US,2026-13-01,,mon-sun,08:00,21:00,47 CFR,A", "line 3"),
        ("US,,,monday,08:00,21:00,47 CFR,A", "line 3"),
    ],
)
def test_a_row_without_a_source_or_that_cannot_be_read_is_refused(line: str, complaint: str) -> None:
    with pytest.raises(InputRefused, match=complaint):
        rows("US,,,mon-sun,08:00,21:00,47 CFR,A", line)
