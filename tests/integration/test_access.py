"""A command reaches a ledger: by itself, or through the process that owns it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.errors import DialerError, NotAllowed, NotFound
from campaigns.ledger.campaigns import find
from campaigns.ledger.ledger import connect
from campaigns.ledger.migrate import migrate
from campaigns.vocabulary import CampaignState
from dialer.access import reading, shared_ledger, tell
from dialer.clock import SystemClock
from dialer.embedded import ledger_url, own_ledger, private_redis
from dialer.errors import OwnerLeft, ServerAway, SettingsRefused
from dialer.feeder import AccountLimit
from dialer.locks import FileLock, only_run, worker_lock
from dialer.queue import open_redis
from dialer.settings import Settings
from dialer.valkey import socket_path
from dialer.worker import Worker, World
from tests.integration.shop import NOON, WORLD, number, shop_at, spec, switchboard

CLOCK = SystemClock()


def settle_in(folder: Path) -> None:
    with shop_at(ledger_url(folder)) as shop:
        shop.campaign("spring", state=CampaignState.PAUSED)


def state_of(folder: Path, name: str = "spring") -> str:
    with reading(Settings(folder), folder, CLOCK) as ledger:
        return str(ledger.read_now(find, name).state)


@asynccontextmanager
async def owner(folder: Path) -> AsyncIterator[None]:
    """A worker in this process owns the folder; it dials nobody."""
    lock = worker_lock(folder)
    assert lock.take()
    platforms = switchboard("http://127.0.0.1:9/api")
    async with own_ledger(folder, CLOCK.now) as ledger, private_redis(folder) as socket:
        redis = await open_redis(None, socket)
        world = World(CLOCK, {"default": WORLD}, {"default": AccountLimit(1, 1)}, platforms)
        worker = Worker(ledger, redis, world, lambda _: True)

        async def never() -> bool:
            return False

        serving = asyncio.create_task(worker.run(never))
        yield
        worker.drain()
        await serving
        await redis.aclose()
    lock.release()


async def test_without_an_owner_a_command_takes_the_lock_and_lets_it_go(state: Path) -> None:
    settle_in(state)
    assert await tell(Settings(state), state, CLOCK, "cancel", name="spring", who="ann") is True
    assert state_of(state) == CampaignState.CANCELLED
    lock = worker_lock(state)
    assert lock.take()
    lock.release()


async def test_with_an_owner_a_command_goes_through_it(state: Path, tmp_path: Path) -> None:
    settle_in(state)
    file = tmp_path / "leads.csv"
    file.write_text("name,phone\n" + "".join(f"Ann,{number(n)}\n" for n in range(100, 110)), encoding="utf-8")
    async with owner(state):
        assert not worker_lock(state).take()
        assert await tell(Settings(state), state, CLOCK, "resume", name="spring", who="ann") is True
        assert state_of(state) != CampaignState.PAUSED  # it has nobody to call, so it may be done by now
        suppressed = await tell(
            Settings(state), state, CLOCK, "suppress", entries=[number(1)] * 2, scope="global", note="", who="ann"
        )
        assert suppressed == 1
        loaded = await tell(
            Settings(state), state, CLOCK, "launch", file=str(file), name="autumn", world="elsewhere", agent="1",
            spec=spec(leads={"country": "US"}).model_dump(mode="json"), agent_fields=None, skip_recent=False,
            limit=None, who="ann",
        )  # fmt: skip
        assert (loaded["added"], loaded["known"]) == (10, False)
        assert state_of(state, "autumn") == CampaignState.RUNNING


async def test_an_error_comes_back_with_its_words_and_exit_code(state: Path) -> None:
    settle_in(state)
    for running in (False, True):
        async with owner(state) if running else _nobody():
            with pytest.raises(DialerError, match='no campaign "autumn"; there is "spring"') as fault:
                await tell(Settings(state), state, CLOCK, "pause", name="autumn", who="ann")
            assert fault.value.exit_code == NotFound.exit_code
    await tell(Settings(state), state, CLOCK, "cancel", name="spring", who="ann")
    with pytest.raises(DialerError) as refused:
        await tell(Settings(state), state, CLOCK, "pause", name="spring", who="ann")
    assert refused.value.exit_code == NotAllowed.exit_code


@asynccontextmanager
async def _nobody() -> AsyncIterator[None]:
    yield


async def test_an_owner_that_does_not_answer_is_named(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_in(state)
    monkeypatch.setattr("dialer.access.OWNER_STARTS_S", 0.4)
    lock = worker_lock(state)
    assert lock.take()
    with pytest.raises(ServerAway, match=r"is held by process .* which does not answer"):
        await tell(Settings(state), state, CLOCK, "pause", name="spring", who="ann")
    lock.release()


async def test_on_a_shared_ledger_a_command_simply_writes(postgres_url: str) -> None:
    settings = Settings(None, "redis://127.0.0.1:9", postgres_url)
    not_migrated = pytest.raises(SettingsRefused, match="run `dialer migrate`")
    with not_migrated:
        await tell(settings, None, CLOCK, "pause", name="spring", who="ann")
    with not_migrated, reading(settings, None, CLOCK):
        pass
    with not_migrated:
        async with shared_ledger(settings, CLOCK):
            pass
    migrate(postgres_url, NOON)
    with shop_at(postgres_url) as shop:
        id_ = shop.campaign("spring")
        assert await tell(settings, None, CLOCK, "pause", name="spring", who="ann") is True
        assert await tell(settings, None, CLOCK, "pause", name="spring", who="ann") is False
        assert shop.campaign_row(id_).state == CampaignState.PAUSED


async def test_no_ledger_is_made_by_looking_and_no_folder_by_a_command(state: Path) -> None:
    for folder in (None, state, state / "nowhere"):
        with pytest.raises(NotFound, match="no ledger here"), reading(Settings(folder), folder, CLOCK):
            pass
    for folder in (None, state / "nowhere"):
        with pytest.raises(NotFound, match="no ledger here"):
            await tell(Settings(folder), folder, CLOCK, "pause", name="spring", who="ann")
    assert list(state.iterdir()) == []


def test_a_lock_says_who_holds_it_and_goes_with_its_holder(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    assert second.holder().startswith("process ")
    first.release()
    first.release()
    assert second.take()
    second.release()


def test_a_campaign_is_run_once_at_a_time(state: Path) -> None:
    with shop_at(ledger_url(state)) as shop, only_run(shop.ledger, state, 1) as holder:
        assert holder is None
        with only_run(shop.ledger, state, 1) as other:
            assert other is not None
        with only_run(shop.ledger, state, 2) as free:
            assert free is None
    with shop_at(ledger_url(state)) as shop, only_run(shop.ledger, state, 1) as again:
        assert again is None


@pytest.mark.parametrize(("version", "words"), [("9999", "newer version of this program"), ("0000", "dialer migrate")])
def test_a_ledger_of_another_version_says_which_program_to_use(postgres_url: str, version: str, words: str) -> None:
    migrate(postgres_url, NOON)
    engine = connect(postgres_url)
    with engine.begin() as conn:
        conn.execute(sa.text(f"UPDATE alembic_version SET version_num = '{version}'"))
    engine.dispose()
    settings = Settings(None, "redis://127.0.0.1:9/0", postgres_url)
    with pytest.raises(SettingsRefused, match=words), reading(settings, None, CLOCK):
        pass


async def left_by_its_owner(state: Path) -> asyncio.Task[Any]:
    """A command whose owner's private Redis went away once it was asked; the lock is still held by whoever calls."""
    async with private_redis(state):
        asking = asyncio.create_task(tell(Settings(state), state, CLOCK, "cancel", name="spring", who="ann"))
        redis = await open_redis(None, socket_path(state / "redis"))
        while not await redis.keys("arq:job:*"):
            await asyncio.sleep(0.01)
        await redis.aclose()
    return asking


async def test_what_an_owner_left_unanswered_is_done_without_it(state: Path) -> None:
    """A run that ends beside another's would fail else, with nothing wrong."""
    settle_in(state)
    lock = worker_lock(state)
    assert lock.take()
    asking = await left_by_its_owner(state)
    lock.release()
    assert await asyncio.wait_for(asking, 20) is True
    assert state_of(state) == CampaignState.CANCELLED
    assert lock.take()
    lock.release()


async def test_an_owner_that_answers_no_more_and_stays_is_said(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_in(state)
    monkeypatch.setattr("dialer.access.OWNER_STARTS_S", 0.4)
    lock = worker_lock(state)
    assert lock.take()
    with pytest.raises(OwnerLeft, match="left before it answered"):
        await asyncio.wait_for(await left_by_its_owner(state), 20)
    lock.release()
