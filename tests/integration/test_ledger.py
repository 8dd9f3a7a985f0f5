"""The ledger's door: tables made from nothing, commits in groups, and what happens when the database is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from campaigns.errors import LedgerError
from campaigns.ledger.ledger import Ledger, Tx, connect
from campaigns.ledger.migrate import HEAD, current_version, ledger_id, migrate
from campaigns.ledger.tables import accounts, metadata
from dialer.embedded import ledger_url
from tests.integration.shop import NOON, Shop, shop_at
from tests.servers import start_postgres


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def remember(tx: Tx, names: Sequence[str]) -> list[str]:
    """Make accounts of these names; an item named ``bad`` is at fault."""
    for name in names:
        if name == "bad":
            raise ValueError(name)
        tx.conn.execute(accounts.insert().values(name=name, unknown_streak=0, rejection="", rejection_streak=0))
    return list(names)


def names(shop: Shop) -> list[str]:
    return [row.name for row in shop.beside(sa.select(accounts.c.name).order_by(accounts.c.name))]


def test_an_empty_database_becomes_a_ledger_once(database_url: str) -> None:
    assert current_version(database_url) is None
    assert migrate(database_url, NOON)
    first = _identity(database_url)
    assert not migrate(database_url, NOON)
    assert (current_version(database_url), _identity(database_url)) == (HEAD, first)


def _identity(url: str) -> str:
    ledger = Ledger(url, lambda: NOON)
    try:
        return ledger.read_now(ledger_id)
    finally:
        ledger.close()


def test_a_newer_ledger_is_refused_and_left_alone(database_url: str) -> None:
    migrate(database_url, NOON)
    engine = connect(database_url)
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(LedgerError, match=r"9999.*use the newer program"):
        migrate(database_url, NOON)
    assert current_version(database_url) == "9999"


def test_two_who_migrate_at_once_make_one_ledger(database_url: str) -> None:
    made: list[bool] = []
    both = [threading.Thread(target=lambda: made.append(migrate(database_url, NOON))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(made) == [False, True]


def test_the_migrations_make_the_tables_that_the_code_uses(database_url: str) -> None:
    migrate(database_url, NOON)
    engine = connect(database_url)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        found = {
            index["name"]: (index["unique"], ", ".join(map(str, index["dialect_options"].values())))
            for table in ("attempts", "contacts")
            for index in sa.inspect(conn).get_indexes(table)
        }
    engine.dispose()
    for unique in ("uq_attempts_open_number", "uq_attempts_open_contact"):
        assert found[unique][0]
        assert "unknown" in found[unique][1]
    assert "ready" in found["ix_contacts_due"][1]


def test_a_result_is_given_only_once_others_can_see_it(shop: Shop) -> None:
    async def write(name: str) -> list[str]:
        await shop.ledger.write(remember, name)
        return names(shop)

    assert asyncio.run(write("one")) == ["one"]
    shop.do(remember, "two")
    assert names(shop) == ["one", "two"]


def test_what_waits_is_committed_together(shop: Shop) -> None:
    groups: list[int] = []

    def count(tx: Tx, items: Sequence[int]) -> list[int]:
        groups.append(len(items))
        return list(items)

    async def crowd() -> list[int]:
        return await asyncio.gather(*(shop.ledger.write(count, n) for n in range(1200)))

    hold = threading.Event()
    holding = threading.Thread(target=lambda: shop.do(lambda _, items: [hold.wait(10)] * len(items), None))
    holding.start()

    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        loop.call_later(0.05, hold.set)
        return await crowd()

    assert asyncio.run(main()) == list(range(1200))
    holding.join()
    assert sum(groups) == 1200
    assert len(groups) <= 6


def test_one_item_at_fault_takes_no_other_down(shop: Shop) -> None:
    async def main() -> list[Any]:
        wishes = [shop.ledger.write(remember, name) for name in ("a", "bad", "b", "a", "c")]
        return await asyncio.gather(*wishes, return_exceptions=True)

    said = asyncio.run(main())
    assert [said[0], said[2], said[4]] == ["a", "b", "c"]
    assert isinstance(said[1], ValueError)
    assert isinstance(said[3], sa.exc.IntegrityError)
    assert names(shop) == ["a", "b", "c"]


def test_a_fault_of_the_database_shows_no_values(shop: Shop) -> None:
    shop.do(remember, "+12125550100")
    with pytest.raises(sa.exc.IntegrityError) as fault:
        shop.do(remember, "+12125550100")
    assert "2125550100" not in str(fault.value).split("DETAIL")[0]


def test_a_wish_that_was_cancelled_in_time_is_not_done(shop: Shop) -> None:
    hold = threading.Event()

    async def main() -> None:
        holding = asyncio.create_task(shop.ledger.write(lambda _, items: [hold.wait(10)] * len(items), None))
        await asyncio.sleep(0.05)
        unwanted = asyncio.create_task(shop.ledger.write(remember, "unwanted"))
        await asyncio.sleep(0.05)
        unwanted.cancel()
        await asyncio.sleep(0)
        hold.set()
        await holding
        with pytest.raises(asyncio.CancelledError):
            await unwanted
        await shop.ledger.write(remember, "wanted")

    asyncio.run(main())
    assert names(shop) == ["wanted"]


def test_closing_commits_what_waits_and_refuses_what_comes_later(database_url: str) -> None:
    with shop_at(database_url) as shop:
        futures = [shop.ledger._submit(remember, [name]) for name in "abc"]
        shop.ledger.close()
        assert [future.result() for future in futures] == [["a"], ["b"], ["c"]]
        with pytest.raises(LedgerError, match="closed"):
            shop.do(remember, "d")
        assert names(shop) == ["a", "b", "c"]


def test_the_database_away_is_one_line_without_the_password_and_passes() -> None:
    with start_postgres() as server:
        url = server.create()
        with shop_at(url) as shop:
            shop.do(remember, "before")
            server.kill()
            for attempt in (lambda: shop.do(remember, "during"), lambda: shop.ledger.read_now(ledger_id)):
                with pytest.raises(LedgerError) as fault:
                    attempt()
                assert "\n" not in str(fault.value)
                assert str(sa.make_url(url).password) not in str(fault.value)
            server.start()
            shop.do(remember, "after")
            assert names(shop) == ["after", "before"]


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(LedgerError, match="not a database"):
        migrate(f"sqlite:///{path}", NOON)


def test_an_sqlite_ledger_commits_durably_and_one_who_only_reads_cannot_write(tmp_path: Path) -> None:
    folder = tmp_path / "our leads #1? 100%25 ready"
    folder.mkdir()
    url = ledger_url(folder)
    with shop_at(url) as shop:
        pragmas = {name: shop.beside(sa.text(f"PRAGMA {name}"))[0][0] for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        _only_reads(url)
    _only_reads(url)


def _only_reads(url: str) -> None:
    reader = Ledger(url, lambda: NOON, read_only=True)
    try:
        assert len(reader.read_now(ledger_id)) == 32
        with pytest.raises(LedgerError, match="readonly"):
            reader.write_now(remember, "no")
    finally:
        reader.close()


def test_one_process_leads_until_it_is_gone(postgres_url: str) -> None:
    migrate(postgres_url, NOON)
    first, second = Ledger(postgres_url, lambda: NOON), Ledger(postgres_url, lambda: NOON)
    assert asyncio.run(first.leads())
    assert not asyncio.run(second.leads())
    assert asyncio.run(first.leads())
    first.close()
    assert asyncio.run(second.leads())
    second.close()


def test_a_run_is_held_by_one_process_and_says_which(postgres_url: str) -> None:
    migrate(postgres_url, NOON)
    first, second = Ledger(postgres_url, lambda: NOON), Ledger(postgres_url, lambda: NOON)
    with first.held(7, "process 1 on alpha") as holder:
        assert holder is None
        with second.held(7, "process 2 on beta") as other:
            assert other == "process 1 on alpha"
        with second.held(8, "process 2 on beta") as free:
            assert free is None
    with second.held(7, "process 2 on beta") as freed:
        assert freed is None
    first.close()
    second.close()
