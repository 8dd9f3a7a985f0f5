"""A campaign's calls on OpenCX: the contact first, the outcome from its session, and what no session means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from redis.asyncio import Redis

from campaigns.ledger.tables import incidents
from campaigns.spec import Platform as Reading
from campaigns.vocabulary import AttemptState, ContactState, Result
from dialer.caller import Caller
from dialer.collector import Collector, busy_lines
from dialer.pacing.pacer import Limit, Pacer, Slots
from dialer.pacing.requests import turns
from dialer.presuming import PRESUMED
from dialer.providers.opencx.account import OpenCXAccount
from dialer.providers.opencx.client import OpenCX
from dialer.providers.platform import Placement
from dialer.providers.switchboard import Switchboard
from dialer.sandbox.calls import draw
from dialer.sandbox.faults import Faults
from tests.contract.opencx import SUBJECT
from tests.contract.subject import KEY, SEED, Practice, practising
from tests.integration.shop import HOUR, MINUTE, SECOND, WORLD, Shop, lead, number, shop_at

WORLDS = {"default": WORLD}
OPENCX = {"platform": {"name": "opencx"}}
COURSES = {n: [draw(SEED, number(n), times, None) for times in range(2)] for n in range(1, 300)}
SILENT = next(n for n, (one, _) in COURSES.items() if one.answered_s is None)
TALKS = next(n for n, (one, two) in COURSES.items() if one.answered_s and two.answered_s and two.ended_s > 30)


@dataclass
class Dialed:
    """A shop whose campaign calls on OpenCX, and its collector."""

    shop: Shop
    practice: Practice
    switchboard: Switchboard
    collector: Collector

    async def call(self, row: int, name: str = "spring") -> int:
        """Call somebody; the attempt's id."""
        shop = self.shop
        campaign = shop.campaign(name, [lead(row)], **OPENCX)
        id_ = shop.reserve(campaign, shop.contacts()[-1].id, number(row))
        assert id_ is not None
        assert shop.submit(id_)
        client = self.switchboard.platform("default")
        answer = await SUBJECT.place(client, shop.attempt(id_).ref, number(row))
        assert answer.placement is Placement.PLACED
        assert shop.record(id_, AttemptState.ACCEPTED)
        return id_

    async def poll(self) -> int:
        (line,) = self.shop.ledger.read_now(busy_lines, WORLDS)
        return await self.collector.poll(line)


@pytest.fixture
async def dialed(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Dialed]:
    faults = Faults.model_validate(getattr(request, "param", {}))
    with shop_at(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as shop:
        async with practising(SUBJECT, tmp_path, faults, clock=shop.clock) as practice:
            account = OpenCXAccount(base_url=practice.url, key=SecretStr(KEY))
            async with Switchboard(lambda _: account) as board:
                collector = Collector(shop.ledger, shop.clock, board.platform, WORLDS, lambda: None, lambda _: 1.0)
                yield Dialed(shop, practice, board, collector)


async def test_a_call_that_is_answered_ends_as_its_session_does(dialed: Dialed) -> None:
    id_ = await dialed.call(TALKS)
    dialed.shop.clock.move(20 * SECOND)
    assert await dialed.poll() == 1
    assert (dialed.shop.attempt(id_).state, dialed.shop.attempt(id_).raw_status) == (AttemptState.ACCEPTED, "open")
    dialed.shop.clock.move(HOUR)
    assert await dialed.poll() == 1
    row = dialed.shop.attempt(id_)
    assert (row.state, row.result, row.disposition) == (AttemptState.ENDED, Result.HUMAN, row.raw_status)
    assert row.duration_s == pytest.approx(COURSES[TALKS][0].ended_s - (COURSES[TALKS][0].answered_s or 0))
    assert dialed.shop.contact_of(id_).state == ContactState.DONE


async def test_one_that_nobody_answers_is_presumed_so_after_ten_minutes_and_tried_again(dialed: Dialed) -> None:
    id_ = await dialed.call(SILENT)
    intent = dialed.shop.attempt(id_).intent_at
    dialed.shop.clock.move(10 * MINUTE)
    assert await dialed.poll() == 0
    assert dialed.shop.attempt(id_).state == AttemptState.ACCEPTED
    dialed.shop.clock.move(SECOND)
    assert await dialed.poll() == 1
    row, contact = dialed.shop.attempt(id_), dialed.shop.contact_of(id_)
    assert (row.state, row.result, row.raw_status) == (AttemptState.ENDED, Result.NO_ANSWER, PRESUMED)
    assert contact.state == ContactState.READY
    assert contact.next_at >= intent + 10 * MINUTE + 2 * HOUR, "as after any call that nobody answered"


async def test_a_second_call_is_not_ended_by_the_session_of_the_first(dialed: Dialed) -> None:
    """Both sessions show the one contact that there is of this number, with the second call's reference."""
    first = await dialed.call(TALKS)
    dialed.shop.clock.move(HOUR)
    assert await dialed.poll() == 1
    second = await dialed.call(TALKS, "summer")
    dialed.shop.clock.move(SECOND)
    assert await dialed.poll() == 0
    assert dialed.shop.attempt(second).state == AttemptState.ACCEPTED
    dialed.shop.clock.move(HOUR)
    assert await dialed.poll() == 1
    ids = [dialed.shop.attempt(id_).call_id for id_ in (first, second)]
    assert len({*ids}) == 2
    assert dialed.shop.attempt(second).state == AttemptState.ENDED


async def test_a_call_may_last_six_hours(dialed: Dialed) -> None:
    id_ = await dialed.call(TALKS)
    dialed.shop.clock.move(20 * SECOND)
    await dialed.poll()
    for call in dialed.practice.book.every():
        dialed.practice.book.delete(call)  # its session is nowhere for a while
    dialed.shop.clock.move(6 * HOUR)
    assert await dialed.poll() == 0
    assert dialed.shop.attempt(id_).state == AttemptState.ACCEPTED
    dialed.shop.clock.move(15 * MINUTE)
    assert await dialed.poll() == 1
    assert dialed.shop.attempt(id_).state == AttemptState.LOST


@pytest.mark.parametrize("dialed", [{"history": {"records": {"lag_s": 7200}}}], indirect=True)
async def test_a_session_that_comes_after_all_is_noticed(dialed: Dialed) -> None:
    late = await dialed.call(TALKS)
    dialed.shop.clock.move(11 * MINUTE)
    assert await dialed.poll() == 1
    assert dialed.shop.attempt(late).raw_status == PRESUMED
    other = await dialed.call(SILENT, "summer")
    dialed.shop.clock.move(timedelta(hours=2))
    await dialed.poll()
    (found,) = dialed.shop.beside(sa.select(incidents))
    assert (found.kind, found.attempt_id) == ("late_record", late)
    assert dialed.shop.attempt(other).state == AttemptState.ENDED


async def test_the_contact_is_made_before_the_call_is_committed_to_and_every_request_takes_its_turn(
    dialed: Dialed, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialer.caller.LATE_S", 0.25)  # a test machine wakes late now and then
    shop, redis = dialed.shop, Redis.from_url(redis_url)
    await redis.set("{pace:ledger}:epoch", 0)
    pacer = Pacer(redis, "ledger")
    dialed.switchboard.turn = turns(pacer, 60.0)
    client = dialed.switchboard.platform("default", Reading(name="opencx"))
    assert isinstance(client, OpenCX)
    states, prepare, book, booked = [], client.prepare, pacer.book, []

    async def watched_prepare(number: str, fields: Mapping[str, str], ref: str) -> None:
        states.append(shop.attempts()[-1].state)
        await prepare(number, fields, ref)

    async def watched_book(limits: Sequence[Limit], *rest: Any) -> Slots:
        booked.append([limit.name for limit in limits])
        return await book(limits, *rest)

    monkeypatch.setattr(client, "prepare", watched_prepare)
    monkeypatch.setattr(pacer, "book", watched_book)
    campaign = shop.campaign("spring", [lead(TALKS)], **OPENCX)
    id_ = shop.reserve(campaign, shop.contacts()[-1].id, number(TALKS))
    assert id_ is not None
    await Caller(shop.ledger, shop.clock, pacer, dialed.switchboard.platform, WORLDS, lambda _: 50.0).dial([id_])
    await redis.aclose()
    assert states == [AttemptState.RESERVED]
    assert shop.attempt(id_).state == AttemptState.ACCEPTED
    assert booked[0] == ["requests:default"], "the contact's request"
    assert booked[-1] == ["account:default", f"campaign:{campaign}", "requests:default"], "and the call's own"
    assert len(dialed.practice.book.every()) == 1


async def test_what_may_have_rung_unanswered_is_never_redialed_for_its_silence(
    dialed: Dialed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialer.silence.redial_is_safe", lambda *_: True)
    shop = dialed.shop
    campaign = shop.campaign("spring", [lead(SILENT)], on_unknown="redial", **OPENCX)
    id_ = shop.reserve(campaign, shop.contacts()[-1].id, number(SILENT))
    assert id_ is not None
    assert shop.submit(id_)
    assert shop.record(id_, AttemptState.UNKNOWN)
    shop.clock.move(HOUR)
    assert await dialed.poll() == 1
    assert (shop.attempt(id_).state, shop.contact_of(id_).state) == (AttemptState.UNRESOLVED, ContactState.HELD)
