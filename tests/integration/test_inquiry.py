"""Why each lead was not called and when it will be, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns.errors import NotFound
from campaigns.ledger.campaigns import find
from campaigns.ledger.inquiry import Inquiry, inquire
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from campaigns.ledger.outcomes import rest_account
from campaigns.ledger.queries import choose, overview, standing
from campaigns.spec import Spec
from campaigns.vocabulary import Result
from tests.situations import LEADS, NOW, SPEC, Hand, build, launch

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

SITUATIONS: dict[int, tuple[str, str | None, datetime | None]] = {
    2: ("ready", "new", NOW),
    3: ("ready", "outside_hours", NOW + HOUR),
    4: ("ready", "retry_wait", NOW + 10 * MINUTE),
    5: ("held", "unresolved", None),
    6: ("dialing", None, None),
    7: ("done", "answered", None),
    8: ("exhausted", "refused_number", None),
    9: ("excluded", "dnc_global", None),
    10: ("excluded", "opted_out", None),
    11: ("rejected", "bad_number", None),
    12: ("duplicate", "duplicate_in_file", None),
    13: ("ready", "attempt_cap_24h", NOW + 24 * HOUR - 115 * MINUTE),
    14: ("excluded", "blocked_type", None),
    15: ("ready", "number_busy", NOW + 5 * MINUTE),
    16: ("excluded", "consent_refused", None),
    17: ("excluded", "no_time_zone", None),
    18: ("ready", "new", NOW),
    19: ("ready", "new", NOW),
    20: ("ready", "minimum_gap", NOW + MINUTE),
    21: ("ready", "new", NOW),
    22: ("ready", "new", NOW),
    23: ("rejected", "bad_number", None),
    24: ("ready", "outside_hours", NOW + HOUR),
    25: ("ready", "outside_hours", NOW + HOUR),
}


@pytest.fixture
async def ledger(database_url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    migrate(database_url, NOW)
    clock = [NOW]
    ledger = Ledger(database_url, lambda: clock[0])
    await build(ledger, clock, tmp_path)
    yield ledger
    ledger.close()


def ask(ledger: Ledger, lead: str, name: str = "spring", now: datetime = NOW) -> Inquiry:
    return ledger.read_now(lambda conn: inquire(conn, find(conn, name), lead, now))


def see(ledger: Ledger, name: str | None = "spring", now: datetime = NOW) -> Any:
    return ledger.read_now(lambda conn: standing(conn, choose(conn, name), now))


async def test_every_situation_has_its_reason_and_its_next_instant(ledger: Ledger) -> None:
    found = {row: ask(ledger, str(row)) for row in SITUATIONS}
    assert {row: (lead.state, lead.reason, lead.next_at) for row, lead in found.items()} == SITUATIONS
    assert [(one.state, one.result, one.raw_status) for one in found[4].attempts] == [("ended", "busy", "raw busy")]
    (lost,) = found[5].attempts
    assert (lost.http_status, lost.text, lost.sent_at) == (502, "server hung up", NOW)
    failing = {row: [check.rule for check in found[row].checks if not check.passed] for row in (2, 3, 9, 13, 15)}
    assert failing == {
        2: [], 3: ["hours", "turn"], 9: ["suppression"], 13: ["call limit"], 15: ["call limit", "number", "turn"],
    }  # fmt: skip
    assert "row 2" in found[12].detail


@pytest.mark.parametrize("typed", ["3", "+1 213 555 0103", "(213) 555-0103", "2135550103"])
async def test_a_lead_is_named_by_its_row_or_its_number_in_any_form(ledger: Ledger, typed: str) -> None:
    assert ask(ledger, typed).row == 3


async def test_a_number_that_only_a_rejected_row_or_a_second_column_has_is_found(
    ledger: Ledger, tmp_path: Path
) -> None:
    assert ask(ledger, "8005550114").row == 14
    (tmp_path / "two.csv").write_text("Name,Mobile,Home phone\nTwo Phones,212 555 0120,212 555 0121\n")
    await launch(ledger, tmp_path / "two.csv", "two")
    assert ask(ledger, "212 555 0121", "two").row == 2


@pytest.mark.parametrize("typed", ["99", "212 555 0199", "nobody"])
async def test_an_unknown_lead_is_not_found(ledger: Ledger, typed: str) -> None:
    with pytest.raises(NotFound):
        ask(ledger, typed)


async def test_a_retry_that_falls_outside_the_hours_waits_for_the_next_window(ledger: Ledger) -> None:
    evening = datetime(2026, 11, 24, 0, 55, tzinfo=NOW.tzinfo)  # 19:55 in New York
    await Hand(ledger, [NOW], 1).call(2, Result.BUSY)
    assert ask(ledger, "2", now=NOW).next_at == NOW + 15 * MINUTE
    assert ask(ledger, "2", now=evening + 10 * MINUTE).reason == "outside_hours"
    assert ask(ledger, "2", now=evening + 10 * MINUTE).next_at == datetime(2026, 11, 24, 14, tzinfo=NOW.tzinfo)


async def test_calls_of_the_day_and_a_resting_account_put_the_next_call_off(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("Name,Phone\nA,212 555 0130\nB,212 555 0131\n")
    spec = Spec.model_validate(SPEC.model_dump(mode="json") | {"pace": {"per_day": 1}})
    day = Hand(ledger, [NOW], await launch(ledger, tmp_path / "day.csv", "day", spec))
    await day.call(2, Result.HUMAN)
    assert (ask(ledger, "3", "day").reason, ask(ledger, "3", "day").next_at) == ("calls_per_day", NOW + 24 * HOUR)
    assert see(ledger, "day").next_call_at == NOW + 24 * HOUR
    await ledger.write(lambda tx, items: [rest_account(tx, "default", item) for item in items], NOW + 30 * MINUTE)
    assert ask(ledger, "2").next_at == see(ledger).next_call_at == see(ledger).rests_until == NOW + 30 * MINUTE


async def test_a_campaign_is_counted_and_its_numbers_tie(ledger: Ledger) -> None:
    seen = see(ledger)
    assert sum(seen.rows.values()) == LEADS.count("\n") - 1
    assert seen.rows["accepted"] == sum(seen.leads.values()) == 17
    assert seen.leads | {"ready": 12, "held": 1, "dialing": 1, "done": 1, "exhausted": 1, "excluded": 1} == seen.leads
    assert (seen.attempts, seen.open["accepted"], sum(seen.open.values())) == (8, 1, 1)
    assert seen.results == {"busy": 3, "declined": 1, "human": 1, "invalid_number": 1}
    (held,) = seen.held
    assert (held.file, held.row, held.http_status, held.text) == ("leads.csv", 5, 502, "server hung up")
    assert [(said.text, said.requests) for said in seen.said] == [("server hung up", 1)]
    assert seen.next_call_at == NOW
    assert see(ledger, None).campaign == "other"
    assert [line.campaign for line in ledger.read_now(overview)] == ["other", "spring"]


async def test_the_next_call_is_the_first_that_anybody_may_get(ledger: Ledger) -> None:
    night = datetime(2026, 11, 24, 4, tzinfo=NOW.tzinfo)
    assert see(ledger, now=night).next_call_at == datetime(2026, 11, 24, 9, tzinfo=NOW.tzinfo)  # in Paris
