"""``dialer rules``: the rows that bind a place or a person, for people and for programs; places closed and opened."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.ledger.closures import closures_at
from campaigns.ledger.ledger import Ledger
from campaigns.spec import parse_spec
from dialer.commands import execute
from dialer.embedded import ledger_url, make_folder, own_ledger
from tests.agreed import CONSENT_TABLE
from tests.program import dialer, refused, told

TODAY = datetime.now(UTC).date()
SOON = f"{TODAY + timedelta(days=9)}"
LIST = "Name,Phone,State,Time Zone\nLou,+1 504 555 0101,LA,America/Chicago\nMoe,305-555-0102,KY,\nBad,12,,\n"
SPEC = """
[leads]
country = "US"
[[law.hours]]
jurisdiction = "US-KY"
hours = "11:00-15:00"
source = "our counsel, 2026-11-02"
[[law.override]]
jurisdiction = "US-FL"
reason = "our counsel reads it as not on our calls"
[[law.override]]
jurisdiction = "US-MI"
reason = "a harassment statute"
"""


@pytest.fixture
def launched(tmp_path: Path) -> Path:
    """A folder with the campaign "spring" in its ledger."""
    make_folder(tmp_path / ".dialer")
    (tmp_path / "leads.csv").write_text(LIST)

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: datetime.now(UTC)) as ledger:
            said = await execute(ledger, "launch", {
                "file": str(tmp_path / "leads.csv"), "name": "spring",
                "spec": parse_spec(SPEC + CONSENT_TABLE, "c.toml").model_dump(mode="json"), "world": "w", "agent": "1",
                "agent_fields": None, "skip_recent": False, "limit": None, "who": "test",
            })  # fmt: skip
            assert "answer" in said, said

    asyncio.run(fill())
    return tmp_path


def closed(folder: Path) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = told(folder, "rules", "show")["closures"]
    return shown


def test_a_state_is_shown_with_federal_law_its_source_and_how_sure_it_is(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "rules", "show", "FL")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = [line.strip() for line in ran.stdout.splitlines()]
    assert "47 CFR 64.1200(c)(1); 16 CFR 310.4(c) · sure: A" in lines
    assert "Fla. Stat. 501.616(6)(a) · sure: A" in lines
    assert any(line.split() == ["mon-sun", "08:00-20:00", "every", "call"] for line in lines)
    assert "cap          at most 3 calls to this person about this subject in 24 hours; every call" in lines
    assert "consent      wants written consent (sales); an artificial voice" in lines
    (california,) = told(tmp_path, "rules", "show", "US-CA")["jurisdictions"][1:]
    assert {row["what"] for row in california["other_rows"]} == {"consent", "disclosure"}
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


def test_a_place_is_closed_before_anything_is_launched_and_opened_again(tmp_path: Path) -> None:
    assert "No place is closed" in dialer(tmp_path, "rules", "show").stdout
    assert not (tmp_path / ".dialer").exists()
    ran = dialer(tmp_path, "rules", "close", "Louisiana", "--until", SOON, "--reason", "hurricane Zeta")
    assert f"US-LA is closed until {SOON}, that day included: hurricane Zeta." in ran.stderr
    assert (
        "was so already"
        in dialer(tmp_path, "rules", "close", "LA", "--until", SOON, "--reason", "hurricane Zeta").stderr
    )
    (one,) = closed(tmp_path)
    assert (one["jurisdiction"], one["last"], one["reason"]) == ("US-LA", SOON, "hurricane Zeta")
    assert one["first"] <= f"{(datetime.now(UTC) - timedelta(hours=12)).date()}"  # at once, whatever the date there is
    assert "CLOSED US-LA" in dialer(tmp_path, "rules", "show", "la").stdout
    assert "CLOSED" not in dialer(tmp_path, "rules", "show", "France").stdout
    assert "US-LA is open again" in dialer(tmp_path, "rules", "open", "LA").stderr
    assert "was not closed" in dialer(tmp_path, "rules", "open", "LA").stderr
    assert closed(tmp_path) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["close", "CA", "--until", SOON], '"CA" could be US-CA or CA'),
        (["close", "Narnia", "--until", SOON], "is no American state"),
        (["close", "LA", "--until", "2020-01-01"], "is over"),
        (["close", "LA", "--until", "2999-01-01"], "more than a year ahead"),
        (["open", "LA"], "no ledger here"),
        (["show", "spring", "2"], "no ledger here"),
    ],
)
def test_what_cannot_be_closed_or_shown_is_one_line(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / ".dialer").mkdir()
    assert said in refused(tmp_path, 2, "rules", *words)


def test_a_closure_reaches_a_shared_ledger_too(tmp_path: Path, postgres_url: str) -> None:
    shared = {"DIALER_DATABASE_URL": postgres_url, "DIALER_REDIS_URL": "redis://127.0.0.1:1/0"}
    dialer(tmp_path, "migrate", **shared)
    assert "US-NY is closed" in dialer(tmp_path, "rules", "close", "New York", "--until", SOON, **shared).stderr
    assert told(tmp_path, "rules", "show", **shared)["closures"][0]["jurisdiction"] == "US-NY"
    assert not (tmp_path / ".dialer").exists()


def test_a_bare_number_is_shown_by_its_area_code(tmp_path: Path) -> None:
    shown = told(tmp_path, "rules", "show", "+13055550123")
    assert [each["jurisdiction"] for each in shown["jurisdictions"]] == ["US", "US-FL"]
    assert shown["jurisdictions"][1]["because"] == "the area code 305 lies there"
    assert all(row["source"] and row["certainty"] for each in shown["jurisdictions"] for row in each["rows"])
    paris = told(tmp_path, "rules", "show", "+33 1 23 45 67 89")
    assert [(each["jurisdiction"], each["because"]) for each in paris["jurisdictions"]] == [
        ("FR", "the number is of this country")
    ]
    assert "number" in refused(tmp_path, 3, "rules", "show", "+1234567")


def test_a_number_of_no_state_is_bound_by_all_of_them(tmp_path: Path) -> None:
    said = dialer(tmp_path, "rules", "show", "+18005550123").stdout
    assert "Every American state: no column names a state and the area code 800 lies in none" in said
    assert " 10:00-17:00" in said


def test_a_lead_is_shown_by_column_and_area_code_with_what_the_campaign_says(launched: Path) -> None:
    shown = told(launched, "rules", "show", "spring", "3")
    assert (shown["campaign"], shown["row"], shown["number"], shown["voice"]) == ("spring", 3, "+13055550102", "ai")
    rows = {each["jurisdiction"]: each for each in shown["jurisdictions"]}
    assert rows["US-KY"]["because"].startswith("a column of the list names it")
    assert rows["US-FL"]["because"] == "the area code 305 lies there"
    assert rows["US-FL"]["set_aside"] == ["all rows: our counsel reads it as not on our calls"]
    page = dialer(launched, "rules", "show", "spring", "(305) 555-0102").stdout
    assert "US-KY hours of your own, mon-sun 11:00-15:00: our counsel, 2026-11-02" in page
    assert "set aside in this campaign: all rows: our counsel reads it" in page
    assert "harassment" not in page  # Michigan has nothing to do with this lead
    assert '"summer"' in refused(launched, 2, "rules", "show", "summer", "3")
    assert "has no number" in refused(launched, 2, "rules", "show", "spring", "4")


def test_a_report_repeats_closures_and_own_rules_each_with_its_reason(launched: Path) -> None:
    from python_calamine import CalamineWorkbook

    dialer(launched, "rules", "close", "LA", "--until", SOON, "--reason", "hurricane Zeta")
    because = {"hurricane Zeta", "our counsel, 2026-11-02", "our counsel reads it as not on our calls",
               "a harassment statute"}  # fmt: skip
    dialer(launched, "report", "spring", "out.json")
    rules = json.loads((launched / "out.json").read_text())["summary"]["own_rules"]
    assert {rule["because"] for rule in rules} == because
    assert {rule["jurisdiction"] for rule in rules} == {"US-LA", "US-KY", "US-FL", "US-MI"}
    dialer(launched, "report", "spring", "out.xlsx")
    cells = CalamineWorkbook.from_path(launched / "out.xlsx").get_sheet_by_name("Summary").to_python()
    assert because <= {cell for row in cells for cell in row}
    dialer(launched, "rules", "open", "LA")
    dialer(launched, "report", "spring", "later.json")
    later = json.loads((launched / "later.json").read_text())["summary"]["own_rules"]
    assert "hurricane Zeta" not in {rule["because"] for rule in later}


def test_a_closure_is_copied_into_the_rehearsal_and_nothing_comes_back(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LIST)
    (tmp_path / "c.toml").write_text('[leads]\ncountry = "US"\n')
    dialer(tmp_path, "rules", "close", "LA", "--until", SOON, "--reason", "hurricane Zeta")
    ran = dialer(tmp_path, "launch", "leads.csv", "--campaign", "c.toml", "--rehearse", "--speed", "300")
    assert ran.returncode == 0, ran.stderr
    ledger = Ledger(ledger_url(tmp_path / ".dialer" / "rehearsal"), lambda: datetime.now(UTC), read_only=True)
    (copied,) = ledger.read_now(closures_at, datetime.now(UTC))  # by its own clock that is over
    ledger.close()
    assert (copied.jurisdiction, copied.reason) == ("US-LA", "hurricane Zeta")
    far = f"{TODAY + timedelta(days=90)}"
    assert "US-NY is closed" in dialer(tmp_path, "rules", "close", "NY", "--until", far, "--rehearsal").stderr
    assert [each["jurisdiction"] for each in closed(tmp_path)] == ["US-LA"]
