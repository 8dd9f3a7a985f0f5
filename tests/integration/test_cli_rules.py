"""``dialer rules show``: the rows that bind in a place, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.program import dialer


def test_a_state_is_shown_with_federal_law_its_source_and_how_sure_it_is(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "rules", "show", "FL")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = [line.strip() for line in ran.stdout.splitlines()]
    assert "47 CFR 64.1200(c)(1); 16 CFR 310.4(c) · sure: A" in lines
    assert "Fla. Stat. 501.616(6)(a) · sure: A" in lines
    assert any(line.split() == ["mon-sun", "08:00-20:00", "every", "call"] for line in lines)
    assert "no legal advice" in lines[-1]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("florida", ["US", "US-FL"]),
        ("US-CA", ["US", "US-CA"]),
        ("CA", ["US", "US-CA", "CA"]),
        ("France", ["FR"]),
        ("PR", ["US", "US-PR"]),
        ("us", ["US"]),
        ("JP", ["JP"]),
    ],
)
def test_states_and_countries_are_known_by_code_and_by_name(tmp_path: Path, asked: str, names: list[str]) -> None:
    ran = dialer(tmp_path, "rules", "show", asked, "--json")
    shown = json.loads(ran.stdout)["jurisdictions"]
    assert [each["jurisdiction"] for each in shown] == names
    assert [each["default"] for each in shown] == [name == "JP" for name in names]
    assert all(row["source"] and row["certainty"] for each in shown for row in each["rows"])


def test_holidays_are_listed_where_a_law_closes_them(tmp_path: Path) -> None:
    federal, utah = json.loads(dialer(tmp_path, "rules", "show", "UT", "--json").stdout)["jurisdictions"]
    assert federal["next_holidays"] == []
    assert len(utah["next_holidays"]) == 5


def test_what_is_no_place_is_said_so(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "rules", "show", "Narnia")
    assert ran.returncode == 2
    assert (
        ran.stderr.strip() == 'dialer: "Narnia" is no American state and no country; write FL, "New York", GB or France'
    )
