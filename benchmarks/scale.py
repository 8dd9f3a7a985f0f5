"""Status and feeding in a ledger of ten million contacts and thirty million attempts, against ten thousand.

Both ledgers have a campaign most of whose people are finished with, three calls each; one in five waits, for a day to
come, and ``DUE`` of them may be called now. ``SCALE_CONTACTS=1000000`` before the command makes the large one smaller.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.figure import RUNS, Figure
from benchmarks.people import CONSENTED, launch, write_list
from campaigns.ledger.campaigns import find
from campaigns.ledger.columns import EPOCH, MICROSECOND
from campaigns.ledger.controls import Control, control
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from campaigns.ledger.queries import standing
from campaigns.ledger.tallies import differences, mend
from campaigns.spec import Pace
from campaigns.vocabulary import CampaignState
from dialer.feeder import AccountLimit, Order, feed
from dialer.turns import Turns

MANY, FEW = int(os.environ.get("SCALE_CONTACTS", "10000000")), 10_000
SPEC = CONSENTED.model_copy(update={"pace": Pace(per_second=100, at_once=5000)})
DUE = 1_900
TICKS = 15
PER_TICK = 100
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York: everybody may be called."""
WORLD = "https://api.callfluent.ai/api"
NUMBER = "(CASE WHEN i < 7900000 THEN '212' ELSE '646' END || (2000001 + i % 7900000))"
"""The ith of ten million in New York."""
PEOPLE = f"""
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO contacts (campaign_id, list_id, row, identity, copy, state, reason, next_at, priority, numbers, position,
                      zones, zone_source, region_state, withdrawn)
SELECT 1, 1, 100 + i, '+1' || {NUMBER}, 0,
       CASE WHEN i % 5 = 0 THEN 'ready' WHEN i % 5 = 1 THEN 'exhausted' ELSE 'done' END,
       CASE WHEN i % 5 = 0 THEN 'retry_wait' WHEN i % 5 = 1 THEN 'attempts_used' ELSE 'answered' END,
       CASE WHEN i % 5 > 0 THEN NULL WHEN i < 5 * :due THEN :now - i ELSE :now + 60000000 * (i % 4320 + 1) END, 0,
       '[{{"e164": "+1' || {NUMBER} || '", "region": "US", "types": ["landline", "mobile"]}}]', 0,
       'America/New_York', 'area code', NULL, 0
FROM n
"""
CALLS = """
WITH t(k) AS (VALUES (1), (2), (3))
INSERT INTO attempts (ref, campaign_id, contact_id, account, agent, number, version, state, result, callable_until,
                      reserved_at, rung_at, intent_at, outcome_at, platform_text, unclear, ended_at, duration_s,
                      raw_status, raw_answered_by, call_id)
SELECT k || '-' || c.id, 1, c.id, 'default', '1', c.identity, 1, 'ended',
       CASE WHEN k < 3 THEN 'no_answer' WHEN c.state = 'done' THEN 'human' ELSE 'busy' END,
       at, at, at, at, at, '', 0, at + 30000000, 30.0, 'completed', '', k || '-' || c.id
FROM (SELECT t.k, c.*, :now - 86400000000 * (2 + 20 * (3 - t.k)) - c.id * 100 AS at FROM t, contacts AS c
      WHERE c.row >= 100 ORDER BY t.k, c.id) AS c
"""


def prepare(folder: Path, count: int) -> Ledger:
    """A ledger with so many people, and three calls to each."""
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    migrate(url, NOW)
    ledger = Ledger(url, lambda: NOW)
    asyncio.run(launch(ledger, write_list(folder / "leads.csv", 1), "scale", SPEC, WORLD))
    ledger.write_now(control, Control(1, CampaignState.RUNNING, "benchmark"))
    values = {"count": count, "due": DUE, "now": (NOW - EPOCH) // MICROSECOND}
    engine = sa.create_engine(url)
    with engine.begin() as conn:
        conn.execute(sa.text(PEOPLE), values)
        conn.execute(sa.text(CALLS), {"now": values["now"]})
    with engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    ledger.write_now(mend, ledger.read_now(differences))
    return ledger


def measure(ledger: Ledger) -> tuple[float, float]:
    """Looks at the campaign, and transactions that each reserve ``PER_TICK`` calls, per second."""
    campaign = ledger.read_now(find, "scale")
    looks, ticks = [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        ledger.read_now(standing, campaign, NOW)
        looks.append(time.perf_counter() - began)
    turns = Turns()
    for tick in range(1, TICKS + 1):
        order = Order({"default": WORLD}, {"default": AccountLimit(PER_TICK, 5000)}, timedelta(seconds=tick), turns)
        began = time.perf_counter()
        fed = ledger.write_now(feed, order)
        ticks.append(time.perf_counter() - began)
        if len(fed.reserved["default"]) != PER_TICK:
            raise AssertionError(f"{fed} after {tick} ticks")
    return 1 / statistics.median(looks), 1 / statistics.median(ticks)


def run() -> list[Figure]:
    """More is better; ten thousand are the peer."""
    rates = []
    for count in (MANY, FEW):
        with tempfile.TemporaryDirectory() as name:
            began = time.perf_counter()
            ledger = prepare(Path(name), count)
            print(f"{count:,} contacts made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            rates.append(measure(ledger))
            ledger.close()
    (look, tick), (few_look, few_tick) = rates
    return [
        Figure("scale", "looks", look, few_look, f"{FEW:,} contacts, not {MANY:,}"),
        Figure("scale", "ticks", tick, few_tick, f"{FEW:,} contacts, not {MANY:,}"),
    ]
