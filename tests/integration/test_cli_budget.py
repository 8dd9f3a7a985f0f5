"""``dialer budget``, ``dialer numbers health`` and what ``dialer status`` shows of both."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialer.embedded import ledger_url, make_folder
from tests.integration.shop import lead, shop_at
from tests.integration.test_pool import past
from tests.program import dialer, refused, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a campaign of one agent: 250 calls, the last 50 of them today and answered far less often."""
    make_folder(tmp_path / ".dialer")
    with shop_at(ledger_url(tmp_path / ".dialer")) as shop:
        shop.clock.at = datetime.now(UTC)
        shop.campaign(people=[lead(1)], agent="7", budget={"minutes": 30})
        past(shop, "7", 80, 200, 10)
        past(shop, "7", 4, 50, 0.5)
    return tmp_path


def test_a_budget_is_set_shown_and_taken_away(folder: Path) -> None:
    said = dialer(folder, "budget", "set", "account", "default", "--calls", "60", "--minutes", "500")
    assert said.stderr.startswith('The budget of account "default" holds for any 24 hours')
    (shown,) = told(folder, "budget", "show")
    assert (shown["calls"], shown["of_calls"], shown["of_minutes"], shown["of_money"]) == (50, 60, 500.0, None)
    page = dialer(folder, "status").stdout
    # four answered calls without a length count as the longest there can be
    assert 'account "default": 50 of 60 calls, 180 of 500 minutes in 24 hours' in page
    assert "this campaign: 180 of 30 minutes in 24 hours" in page
    assert "a budget of 24 hours is used up; room again" in page
    assert "has no budget any more" in dialer(folder, "budget", "drop", "account", "default").stderr


def test_what_cannot_be_a_budget_is_refused(folder: Path) -> None:
    assert dialer(folder, "budget", "set", "account", "default").returncode == 2
    (folder / "c.toml").write_text("[budget]\nmoney = 5\n")
    (folder / "l.csv").write_text("Phone\n+1 212 555 0101\n")
    said = refused(folder, 3, "check", "l.csv", "--campaign", "c.toml")
    assert "budget.money: write what calls cost in [cost]" in said


def test_check_shows_who_calls_and_the_rows_that_nobody_does(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[agents]\ncolumn = "Language"\n[agents.values]\nen = ["7", "8"]\n')
    (tmp_path / "l.csv").write_text("Phone,Language\n+1 212 555 0101,EN\n+1 212 555 0102,fr\n")
    page = dialer(tmp_path, "check", "l.csv", "--campaign", "c.toml").stdout
    assert 'where "Language" says "en": 7, 8 by turns' in page
    assert "1  no_agent:" in page
    (tmp_path / "l.csv").write_text("Phone\n+1 212 555 0101\n")
    said = refused(tmp_path, 3, "check", "l.csv", "--campaign", "c.toml")
    assert 'agents.column names the column "Language", which the list lacks' in said


def test_the_health_of_numbers_is_shown_with_what_chance_leaves(folder: Path) -> None:
    assert dialer(folder, "numbers", "health").stdout.splitlines()[:2] == [
        'agent 7 of account "default": 50 calls in 24 hours',
        "  answered   8 % (3 to 19 %) of 50; before that, 40 % (33 to 47 %) of 200",
    ]
    (seven,) = told(folder, "numbers", "health", "--account", "default")
    assert (seven["fallen"], seven["recent"]["calls"], round(seven["recent"]["high"], 3)) == (True, 50, 0.188)
