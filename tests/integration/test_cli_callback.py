"""``dialer callback`` and ``dialer review``, as a person types and reads them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.spec import Spec
from dialer.embedded import make_folder, own_ledger
from tests.agreed import CONSENT
from tests.program import dialer, refused, told
from tests.situations import launch

SPEC = Spec.model_validate({
    "consent": CONSENT,
    "leads": {"country": "US"},
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00-18:00"),
})  # fmt: skip
LIST = """\
Name,Phone,State,Call At
Ann,212 555 0102,NY,
Ben,213 555 0103,CA,after the holidays
Bad,12,NY,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the campaign "spring" in its ledger, loaded now."""
    make_folder(tmp_path / ".dialer")
    (tmp_path / "leads.csv").write_text(LIST)

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: datetime.now(UTC)) as ledger:
            await launch(ledger, tmp_path / "leads.csv", "spring", SPEC)

    asyncio.run(fill())
    return tmp_path


def test_a_callback_is_promised_in_the_persons_own_time(folder: Path) -> None:
    day = (datetime.now(ZoneInfo("America/New_York")) + timedelta(days=30)).date()
    said = dialer(folder, "callback", "spring", "2", f"{day} 11:30")
    assert (said.returncode, said.stdout) == (0, ""), said.stderr
    assert f"Row 2 of leads.csv is called back at {day:%a} {day} 11:30" in said.stderr
    assert "America/New_York" in said.stderr
    why = told(folder, "why", "spring", "2")
    assert (why["state"], why["reason"]) == ("ready", "callback")
    assert datetime.fromisoformat(why["next_at"]).astimezone(ZoneInfo("America/New_York")).hour == 11


def test_a_callback_at_23_00_waits_for_the_next_opening_and_says_so(folder: Path) -> None:
    said = dialer(folder, "callback", "spring", "(212) 555-0102", "tomorrow", "11pm")
    asked, promised = said.stderr.splitlines()
    assert "23:00" in asked
    assert asked.endswith("when nobody may be called there.")
    assert " 10:00 -0" in promised
    assert told(folder, "why", "spring", "2")["reason"] == "callback_waits"
    page = dialer(folder, "why", "spring", "2").stdout
    assert "nobody may be called there then, so it waits for the next opening" in page


def test_what_could_not_be_read_is_listed_until_somebody_says_when(folder: Path) -> None:
    (question,) = told(folder, "review", "spring")
    assert (question["row"], question["kind"], question["said"]) == (3, "call_at", "after the holidays")
    page = dialer(folder, "review")
    assert 'row 3 of leads.csv, +12135550103: call_at "after the holidays"' in page.stdout
    assert page.stderr.startswith("1 to review. Say when to call: ")
    assert "`dialer review spring`" in dialer(folder, "status").stdout
    assert dialer(folder, "callback", "spring", "3", "tomorrow noon").returncode == 0
    assert told(folder, "review", "spring") == []
    assert dialer(folder, "review", "spring").stderr == 'Nothing of "spring" waits for review.\n'


def test_what_was_seen_to_is_listed_no_more(folder: Path) -> None:
    assert dialer(folder, "review", "spring", "--seen", "3").stderr == "1 of this lead seen to.\n"
    assert told(folder, "review", "spring") == []
    assert "no lead of the campaign" in refused(folder, 2, "review", "spring", "--seen", "4")


def test_slips_are_told_in_one_line(folder: Path) -> None:
    line = refused(folder, 2, "callback", "spring", "2", "soonish")
    assert '"soonish" is no time to come; write one such as "tomorrow 10:00"' in line
    assert "is rejected and cannot be called" in refused(folder, 2, "callback", "spring", "4", "tomorrow")
    assert "no row 99" in refused(folder, 2, "callback", "spring", "99", "tomorrow")
    assert "no campaign" in refused(folder, 2, "callback", "autumn", "2", "tomorrow")
