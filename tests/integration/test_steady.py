"""A process that dials compares its clock, and tells no time by one that was set."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.ledger.controls import reopen
from campaigns.ledger.ledger import Ledger
from dialer.errors import ClockWrong
from dialer.steady import SteadyClock, compare
from tests.integration.shop import HOUR, shop_at

RIGHT = time.time


def set_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr(time, "time", lambda: RIGHT() + by.total_seconds())


def test_a_clock_that_was_set_tells_no_time_any_more_not_even_when_it_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SteadyClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    set_clock(monkeypatch, timedelta(seconds=1))  # what a time service does now and then
    clock.now()
    set_clock(monkeypatch, -2 * HOUR)
    with pytest.raises(ClockWrong, match=r"was set 2:00:00 back"):
        clock.now()
    set_clock(monkeypatch, timedelta(0))
    with pytest.raises(ClockWrong):
        clock.now()


async def test_nothing_is_committed_by_a_clock_that_was_set(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop_at(database_url) as shop:
        id_ = shop.campaign("spring")
        clock = SteadyClock()
        ledger = Ledger(shop.url, clock.now)
        try:
            before = shop.events()
            set_clock(monkeypatch, 2 * HOUR)
            with pytest.raises(ClockWrong):
                await ledger.write(reopen, (id_, "test"))
            assert shop.events() == before
        finally:
            ledger.close()


@pytest.mark.parametrize("hours", [2, -2])
async def test_the_database_s_clock_is_the_one_to_agree_with(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    with shop_at(postgres_url) as shop:
        await compare(shop.ledger, SteadyClock())
        set_clock(monkeypatch, hours * HOUR)
        which = "ahead of" if hours > 0 else "behind"
        with pytest.raises(ClockWrong, match=f"is 2:00:00 {which} the database's"):
            await compare(shop.ledger, SteadyClock())


async def test_an_embedded_ledger_was_not_written_in_the_future(tmp_path: Path) -> None:
    with shop_at(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as shop:
        shop.clock.at = datetime.now(UTC) - HOUR
        shop.campaign("spring")
        await compare(shop.ledger, SteadyClock())
        shop.clock.at = datetime.now(UTC) + HOUR
        shop.campaign("autumn")
        with pytest.raises(ClockWrong, match=r"is (1:00:00|0:59:5\d) behind the ledger"):
            await compare(shop.ledger, SteadyClock())
