"""What only one process does is done by whoever leads; when it is gone another one leads within seconds."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import sqlalchemy as sa

from campaigns.ledger.ledger import LOCK, Ledger, connect
from campaigns.ledger.migrate import migrate
from tests.integration.shop import NOON

LEADER = """
import asyncio, sys, time
from datetime import UTC, datetime
from campaigns.ledger.ledger import Ledger
print(asyncio.run(Ledger(sys.argv[1], lambda: datetime.now(UTC)).leads()), flush=True)
time.sleep(600)
"""
HOLDER = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {(LOCK + 1) & 0xFFFFFFFF}"


async def leads_soon(ledger: Ledger) -> None:
    async with asyncio.timeout(10):
        while not await ledger.leads():
            await asyncio.sleep(0.05)


async def test_a_killed_leader_is_followed_by_another(postgres_url: str) -> None:
    migrate(postgres_url, NOON)
    first = subprocess.Popen([sys.executable, "-c", LEADER, postgres_url], stdout=subprocess.PIPE, text=True)
    second = Ledger(postgres_url, lambda: NOON)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "True\n"
        assert not await second.leads()
        first.kill()
        first.communicate()
        await leads_soon(second)
    finally:
        first.kill()
        second.close()


async def test_a_leader_whose_session_ended_leads_no_longer(postgres_url: str) -> None:
    """PostgreSQL took its lock away: it must notice before it does a leader's work again."""
    migrate(postgres_url, NOON)
    first, second = (Ledger(postgres_url, lambda: NOON) for _ in range(2))
    beside = connect(postgres_url)
    try:
        assert await first.leads()
        with beside.connect() as conn:
            conn.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM ({HOLDER}) AS leader"))
        await leads_soon(second)
        assert not await first.leads()
    finally:
        first.close()
        second.close()
        beside.dispose()


def test_the_server_notices_a_machine_without_power_within_seconds(postgres_url: str) -> None:
    engine = connect(postgres_url)
    try:
        with engine.connect() as conn:
            idle, interval, count = (
                int(conn.execute(sa.text(f"SHOW tcp_keepalives_{name}")).scalar_one())
                for name in ("idle", "interval", "count")
            )
        assert 0 < idle + interval * count <= 15
    finally:
        engine.dispose()
