"""Calls in the history that ought not to be there are noticed once, kept, counted and shown; ours are not mistaken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger import forgetting
from campaigns.ledger.observations import Silence, conclude
from campaigns.ledger.queries import Standing, standing
from campaigns.ledger.settling import Settlement, settle
from campaigns.ledger.tables import incidents
from campaigns.vocabulary import AttemptState, ContactState, Incident
from dialer.cli.doubting import doubts
from tests.integration.shop import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    lead,
    number,
    odd_platform,
    shop_at,
    shop_beside_odd_platform,
    shown,
)
from tests.integration.test_collector import Collected
from tests.integration.test_forgetting import told

S = AttemptState
STRANGER = "+16465550100"


@pytest.fixture
async def collected(database_url: str) -> AsyncIterator[Collected]:
    async with shop_beside_odd_platform(database_url, Collected) as made:
        yield made


def kept(collected: Collected) -> list[tuple[str, int | None, str | None]]:
    rows = collected.shop.beside(sa.select(incidents).order_by(incidents.c.id))
    return [(row.kind, row.attempt_id, row.call_id) for row in rows]


def seen(collected: Collected, campaign_id: int = 1) -> Standing:
    shop = collected.shop
    row = shop.campaign_row(campaign_id)
    return shop.ledger.read_now(standing, row, shop.clock.now())


def lines(collected: Collected) -> str:
    return "\n".join(text for _, text in doubts(asdict(seen(collected))))


async def test_a_call_of_unknown_origin_is_kept_once_and_shown(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    collected.platform.pages = [[shown(STRANGER, NOON + SECOND, "ringing", 7)]]
    await collected.poll()
    collected.platform.pages = [[shown(STRANGER, NOON + SECOND, "completed", 7)]]
    await collected.poll()
    assert kept(collected) == [(Incident.STRANGER, None, "7")]
    (noticed,) = seen(collected).incidents
    assert (noticed.calls, noticed.last_at, noticed.of_other_ledgers) == (1, NOON + SECOND, 0)
    assert "1 × a call of the agent that is no attempt of this ledger" in lines(collected)
    assert "another program, ledger or person calls on this account" in lines(collected)


async def test_a_reading_that_brings_nothing_new_costs_no_statement(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    collected.platform.pages = [[shown(number(1), NOON, "ringing", 1), shown(STRANGER, NOON + SECOND, "busy", 7)]]
    said: list[str] = []

    @sa.event.listens_for(sa.engine.Engine, "before_cursor_execute")
    def listen(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    try:
        await collected.poll()
        first, said[:] = len(said), []
        await collected.poll()
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", listen)
    assert len([each for each in said if "INSERT" in each or "incidents" in each]) == 0
    assert len([each for each in said if "FROM attempts" in each]) == 3, "which lines, and two halves of the candidates"
    assert first > len(said)


async def test_two_ledgers_on_one_account_notice_each_other(tmp_path: Path) -> None:
    async with odd_platform() as platform:
        with shop_at(f"sqlite:///{tmp_path / 'a.sqlite'}") as a, shop_at(f"sqlite:///{tmp_path / 'b.sqlite'}") as b:
            here, there = Collected(a, platform), Collected(b, platform)
            one, two = a.in_state(S.ACCEPTED, row=1), b.in_state(S.ACCEPTED, row=2)
            refs = [{"dialer_ref": shop.attempt(id_).ref} for shop, id_ in ((a, one), (b, two))]
            platform.pages = [[shown(number(row), NOON + row * SECOND, "busy", row, custom_fields=ref)
                               for row, ref in ((2, refs[1]), (1, refs[0]))]]  # fmt: skip
            assert [await here.poll(), await there.poll()] == [1, 1]
            assert [kept(here), kept(there)] == [[(Incident.STRANGER, None, "2")], [(Incident.STRANGER, None, "1")]]
            assert "another ledger calls on this account, too" in lines(there)
            for made in (here, there):
                await made.switchboard.close()


@pytest.mark.parametrize("echoed", [True, False])
async def test_a_second_call_for_one_attempt(collected: Collected, echoed: bool) -> None:
    id_ = collected.shop.in_state(S.ACCEPTED)
    also = {"custom_fields": {"dialer_ref": collected.shop.attempt(id_).ref}} if echoed else {}
    twice = [shown(number(1), NOON + n * SECOND, "busy", n, **also) for n in (2, 1)]
    collected.platform.pages = [twice]
    await collected.poll()
    assert kept(collected) == [(Incident.SECOND, id_, "2")]
    assert "1 × one more call than was asked for" in lines(collected)


async def test_a_call_that_began_when_its_request_was_answered_is_no_stranger(collected: Collected) -> None:
    """However long after the intent that was; another one like it is one too many."""
    shop = collected.shop
    id_ = shop.in_state(S.SUBMITTED)
    shop.clock.move(3 * MINUTE)
    assert shop.record(id_, S.ACCEPTED)
    late = [shown(number(1), NOON + 3 * MINUTE + n * SECOND, "busy", n) for n in (2, 1)]
    collected.platform.pages = [late]
    assert await collected.poll() == 1
    assert kept(collected) == [(Incident.SECOND, id_, "2")]


@pytest.mark.parametrize("result", ["busy", None], ids=["as busy", "as not called"])
async def test_a_late_record_of_a_settled_lead_is_told_and_changes_nothing(
    collected: Collected, result: str | None
) -> None:
    shop = collected.shop
    held = shop.in_state(S.UNRESOLVED, "spring", 1)
    assert shop.do(settle, Settlement(1, None, result, "ann")) == 1
    before = shop.attempt(held)
    shop.in_state(S.ACCEPTED, "autumn", 2)
    collected.platform.pages = [[shown(number(1), NOON + SECOND, "completed", 5)]]
    await collected.poll()
    assert kept(collected) == [(Incident.LATE, held, "5")]
    assert shop.attempt(held) == before
    assert "settled, or closed, before its record came" in lines(collected)


async def test_a_lost_call_that_was_settled_and_then_ends(collected: Collected) -> None:
    shop = collected.shop
    id_ = shop.in_state(S.ACCEPTED)
    collected.platform.pages = [[shown(number(1), NOON, "in-progress", 5)]]
    await collected.poll()
    assert shop.do(conclude, Silence(id_, S.LOST))
    shop.do(settle, Settlement(1, None, "human", "ann"))
    shop.in_state(S.ACCEPTED, "autumn", 2)
    await collected.poll()
    assert kept(collected) == []
    collected.platform.pages = [[shown(number(1), NOON, "busy", 5)]]
    await collected.poll()
    assert kept(collected) == [(Incident.LATE, id_, "5")]


@pytest.mark.parametrize("ids", [True, False], ids=["with call ids", "without"])
async def test_calls_of_ours_are_known_again_after_a_restart(collected: Collected, ids: bool) -> None:
    shop, platform = collected.shop, collected.platform
    for row in (1, 2):
        shop.in_state(S.ACCEPTED, f"c{row}", row)
    calls = [shown(number(row), NOON + row * SECOND, "busy", row if ids else None) for row in (2, 1)]
    platform.pages = [calls]
    assert await collected.poll() == 2
    shop.clock.move(MINUTE)
    shop.in_state(S.ACCEPTED, "c3", 3)
    again = Collected(shop, platform)
    await again.poll()
    assert kept(collected) == []
    await again.switchboard.close()


async def test_older_inbound_and_unreadable_calls_are_nobodys_concern(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    collected.platform.pages = [[
        shown(STRANGER, NOON, "busy", 3, direction="inbound"),
        shown("nobody", NOON, "busy", 4),
        shown(STRANGER, NOON - MINUTE, "busy", 5),
    ]]  # fmt: skip
    await collected.poll()
    assert kept(collected) == []


async def test_a_call_between_two_readings_is_noticed_though_nothing_was_open(collected: Collected) -> None:
    shop = collected.shop
    shop.in_state(S.ACCEPTED, "a", 1)
    collected.platform.pages = [[shown(number(1), NOON, "busy", 1)]]
    await collected.poll()
    shop.clock.move(HOUR)
    shop.in_state(S.ACCEPTED, "b", 2)
    collected.platform.pages = [[shown(STRANGER, NOON + 10 * MINUTE, "busy", 7), shown(number(1), NOON, "busy", 1)]]
    await collected.poll()
    assert kept(collected) == [(Incident.STRANGER, None, "7")]


async def test_of_who_was_erased_nothing_is_kept_again(collected: Collected) -> None:
    shop = collected.shop
    shop.in_state(S.ACCEPTED, "a", 1)
    collected.platform.pages = [[shown(STRANGER, NOON, "busy", 7), shown(number(1), NOON, "busy", 1)]]
    await collected.poll()
    assert kept(collected) == [(Incident.STRANGER, None, "7")]
    for gone in (number(1), STRANGER):
        shop.do(forgetting.forget, forgetting.Wish(gone, "ann"))
    shop.in_state(S.ACCEPTED, "b", 2)
    again = Collected(shop, collected.platform)
    await again.poll()
    rows = shop.beside(sa.select(incidents))
    assert [(row.kind, row.number, row.call_id) for row in rows] == [(Incident.STRANGER, None, None)]
    await again.switchboard.close()


@pytest.mark.parametrize("shows", [number(1), ""], ids=["with the number", "without"])
async def test_the_late_record_of_who_was_erased_brings_nothing_back(collected: Collected, shows: str) -> None:
    shop = collected.shop
    held = shop.in_state(S.LOST, "a", 1)
    late = {"custom_fields": {"dialer_ref": shop.attempt(held).ref}, "transcript": "take me off your list"}
    shop.do(forgetting.forget, forgetting.Wish(number(1), "ann"))
    erased, before = shop.attempt(held), told(shop)
    shop.in_state(S.ACCEPTED, "b", 2)
    collected.platform.pages = [[shown(shows, NOON + SECOND, "completed", 77, **late)]]
    await collected.poll()
    assert (shop.attempt(held), kept(collected)) == (erased, [])
    assert number(1) not in before + told(shop)


async def test_unknown_and_held_leads_are_shown_with_their_evidence(collected: Collected) -> None:
    shop = collected.shop
    shop.campaign(people=[lead(1), lead(2)])
    first, second = shop.sent(1)
    for id_ in (first, second):
        assert shop.record(id_, S.UNKNOWN, text="out of order", http_status=502)
    assert shop.do(conclude, Silence(first, S.UNRESOLVED))
    collected.platform.pages = [[shown(number(1), NOON + 4 * MINUTE, "busy", 8), shown(STRANGER, NOON, "busy", 7)]]
    await collected.poll()
    found = seen(collected)
    (held,), (unknown,) = found.held, found.unknown
    assert (held.file, held.row, held.state, held.sent_at, held.http_status, held.text, held.history) == (
        "leads.csv", 1, S.UNRESOLVED, NOON, 502, "out of order", "",
    )  # fmt: skip
    assert (held.strangers, held.strangers_to_number) == (2, 1)
    assert (unknown.row, unknown.state, unknown.strangers, unknown.strangers_to_number) == (2, S.UNKNOWN, 2, 0)
    text = lines(collected)
    assert 'sent Mon 23 Nov 17:00:00 UTC by agent 1; answered 502 "out of order"; its history has no such call' in text
    assert "2 calls of unknown origin near that time, 1 of them to this number" in text
    assert shop.contact_of(first).state == ContactState.HELD
