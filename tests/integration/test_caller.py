"""One attempt is one request, at its slot, or none: against the practice platform, over real HTTP and Redis."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from aiohttp import web
from arq.connections import ArqRedis

from campaigns.errors import LedgerError
from campaigns.ledger.moves import Return, send_back
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason
from dialer import caller
from dialer.caller import Caller
from dialer.feeder import AccountLimit, feed
from dialer.pacing.pacer import MAX_AHEAD_S, Pacer
from dialer.providers.switchboard import Switchboard
from dialer.providers.transport import TOO_LATE
from dialer.queue import open_redis
from tests.integration.rude_servers import OK, SELF_SIGNED, Connection, serving, tls_context
from tests.integration.shop import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    WORLD,
    Sandbox,
    Shop,
    lead,
    number,
    odd_platform,
    sandbox,
    shop_at,
    switchboard,
)

S = AttemptState
WORLDS = {"default": WORLD}


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine wakes late now and then; what 12 ms are for is proven on the wire, by the judge of the pace."""
    monkeypatch.setattr(caller, "LATE_S", 0.25)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("practice")) as running:
        yield running


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


class Calling:
    """A caller of this shop at this address, 50 a second."""

    def __init__(self, shop: Shop, redis: ArqRedis, address: str, account_pace: float = 50.0) -> None:
        self.switchboard: Switchboard = switchboard(address)
        pacer = Pacer(redis, "test")
        self.caller = Caller(shop.ledger, shop.clock, pacer, self.switchboard.platform, WORLDS, lambda _: account_pace)


@asynccontextmanager
async def at_work(shop: Shop, redis_url: str, address: str, account_pace: float = 50.0) -> AsyncIterator[Calling]:
    redis = await open_redis(redis_url, None)
    await redis.set("{pace:test}:epoch", 0)  # it remembers for long: nothing of a memory before it may still be used
    made = Calling(shop, redis, address, account_pace)
    yield made
    await made.switchboard.close()
    await redis.aclose()


@pytest.fixture
async def calling(shop: Shop, redis_url: str, practice: Sandbox) -> AsyncIterator[Calling]:
    async with at_work(shop, redis_url, practice.address) as made:
        yield made


def own(practice: Sandbox, shop: Shop) -> list[str]:
    """What the platform received of this shop's calls."""
    refs = {row.ref for row in shop.attempts()}
    return [post["body"]["data"]["phone_number"] for post in practice.posts()
            if post["body"]["data"]["dialer_ref"] in refs]  # fmt: skip


async def test_an_attempt_is_one_request_with_the_persons_fields(
    shop: Shop, calling: Calling, practice: Sandbox
) -> None:
    shop.campaign(people=[lead(1, fields={"name": "Zoë", "zip": "02134"})], agent="519")
    (id_,) = shop.feed().reserved["default"]
    before = len(practice.posts())
    await calling.caller.dial([id_])
    (post,) = practice.posts()[before:]
    row = shop.attempt(id_)
    assert (row.state, row.http_status, row.intent_at) == (S.ACCEPTED, 200, NOON)
    assert post["path"] == "/api/call/make-call/519"
    assert post["body"]["data"] == {"phone_number": number(1), "name": "Zoë", "zip": "02134", "dialer_ref": row.ref}


async def test_a_ring_that_comes_twice_calls_once(shop: Shop, calling: Calling, practice: Sandbox) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 11)])
    while ids := shop.feed().reserved["default"]:  # who missed a slot is tried again
        await asyncio.gather(calling.caller.dial(ids), calling.caller.dial(ids[::-1]), calling.caller.dial(ids[3:5]))
        await calling.caller.dial(ids)
    assert sorted(own(practice, shop)) == [number(n) for n in range(1, 11)]
    assert {row.state for row in shop.attempts()} <= {S.ACCEPTED, S.NOT_PLACED}


async def test_paused_between_the_ring_and_the_intent_nothing_is_sent(
    shop: Shop, calling: Calling, practice: Sandbox
) -> None:
    shop.campaign(people=[lead(1), lead(2)])
    ids = shop.feed().reserved["default"]
    before = len(practice.posts())
    shop.to(1, CampaignState.PAUSED)
    await calling.caller.dial(ids)
    assert (shop.attempts(), practice.posts()[before:]) == ([], [])
    assert {contact.state for contact in shop.contacts()} == {ContactState.READY}


async def test_calls_leave_at_the_slower_pace_of_account_and_campaign(
    shop: Shop, redis_url: str, practice: Sandbox
) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 9)], pace={"per_second": 20, "at_once": 100})
    before = len(practice.posts())
    began = time.monotonic()
    async with at_work(shop, redis_url, practice.address, account_pace=10.0) as made:
        while ids := shop.feed().reserved["default"]:  # who missed a slot is tried again
            await made.caller.dial(ids)
    assert time.monotonic() - began > 7 * 0.1
    assert len(practice.posts()[before:]) == len(own(practice, shop)) == 8


async def test_who_gets_no_slot_in_time_goes_back(shop: Shop, redis_url: str, practice: Sandbox) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 6)])
    ids = shop.feed().reserved["default"]
    async with at_work(shop, redis_url, practice.address, account_pace=1.0) as made:
        await made.caller.dial(ids)
    placed = own(practice, shop)
    assert 1 <= len(placed) <= 2
    states = [row.state for row in shop.attempts() if row.state != S.NOT_PLACED]  # a busy machine misses a slot it got
    assert states == [S.ACCEPTED] * len(placed)
    assert [c.state for c in shop.contacts()].count(ContactState.READY) == 5 - len(placed)
    assert {c.next_at for c in shop.contacts() if c.state == ContactState.READY} == {NOON}


async def _dial_while(shop: Shop, calling: Calling, ids: list[int], held_s: float, slow_commit_s: float) -> None:
    """Dial; hold the ledger's writer up until the intent has waited for so long, and let its commit take its time."""
    held, hold = threading.Event(), threading.Event()

    def wait(_: object, items: list[object]) -> list[object]:
        held.set()
        hold.wait(30)
        return items

    def slow(_: object, items: list[object]) -> list[object]:
        time.sleep(slow_commit_s)
        return items

    holding = asyncio.create_task(shop.ledger.write(wait, None))  # type: ignore[arg-type]
    await asyncio.to_thread(held.wait)
    dialing = asyncio.create_task(calling.caller.dial(ids))
    while shop.ledger._jobs.empty():
        await asyncio.sleep(0.005)
    await asyncio.sleep(held_s)
    slowly = asyncio.create_task(shop.ledger.write(slow, None))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    hold.set()
    await asyncio.gather(holding, dialing, slowly)


@pytest.mark.parametrize(("held_s", "slow_commit_s"), [(0.5, 0.0), (0.0, 0.7)], ids=["intent late", "commit slow"])
async def test_what_comes_too_late_is_not_sent_and_tried_again_at_once(
    shop: Shop, calling: Calling, practice: Sandbox, held_s: float, slow_commit_s: float
) -> None:
    shop.campaign(people=[lead(1)])
    ids = shop.feed().reserved["default"]
    before = len(practice.posts())
    await _dial_while(shop, calling, ids, held_s, slow_commit_s)
    assert practice.posts()[before:] == []
    (row,) = shop.attempts()
    assert (row.state, row.platform_text) == (S.NOT_PLACED, "the slot was missed")
    contact = shop.contact_of(row.id)
    assert (contact.state, contact.reason, contact.next_at) == (ContactState.READY, Reason.NOT_PLACED, NOON)
    assert shop.feed().reserved["default"]


async def test_a_ring_whose_attempt_went_back_does_not_send_under_the_next_ones_intent(
    shop: Shop, calling: Calling, practice: Sandbox
) -> None:
    """An edit, or ``forget``, takes back what is reserved; on SQLite the next person's attempt then has its id."""
    shop.campaign(people=[lead(1), lead(2)])
    one = AccountLimit(100.0, 1)
    (first,) = shop.feed(limit=one).reserved["default"]
    before, held, hold = len(practice.posts()), threading.Event(), threading.Event()

    def wait(_: object, items: list[object]) -> list[object]:
        held.set()
        hold.wait(30)
        return items

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(shop.ledger.write(wait, None))  # type: ignore[arg-type]
        await asyncio.to_thread(held.wait)
        tasks.create_task(shop.ledger.write(send_back, Return(first, NOON + HOUR)))
        tasks.create_task(shop.ledger.write(feed, shop.order(one)))
        tasks.create_task(calling.caller.dial([first]))
        while shop.ledger._jobs.qsize() < 3:
            await asyncio.sleep(0.005)
        hold.set()
    assert practice.posts()[before:] == []
    assert [(row.number, row.state) for row in shop.attempts()] == [(number(2), S.RESERVED)]


async def test_what_waits_for_its_connection_for_longer_than_the_guard_never_leaves(
    shop: Shop, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two calls one takes the connection that is ready. Both intents are committed and both slots met in time."""
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))
    monkeypatch.setattr(caller, "LATE_S", 60.0)
    tls, shaken, held_up = tls_context(), [0], asyncio.Event()

    def slow_from_the_second(*_: object) -> None:
        shaken[0] += 1
        if shaken[0] > 1:
            time.sleep(0.6)
            held_up.set()

    async def answer(connection: Connection) -> None:
        await connection.request()
        await held_up.wait()
        await connection.answer(200, OK)

    tls.sni_callback = slow_from_the_second
    shop.campaign(people=[lead(1), lead(2)])
    ids = shop.feed().reserved["default"]
    async with serving(answer, tls) as server, at_work(shop, redis_url, server.url) as made:
        await made.caller.dial(ids)
    sent, held = sorted(shop.attempts(), key=lambda row: str(row.state))
    assert (sent.state, server.times_received(sent.ref)) == (S.ACCEPTED, 1)
    assert (held.state, server.times_received(held.ref)) == (S.NOT_PLACED, 0)
    assert (held.intent_at, held.platform_text) == (NOON, TOO_LATE)
    contact = shop.contact_of(held.id)
    assert (contact.state, contact.reason, contact.next_at) == (ContactState.READY, Reason.NOT_PLACED, NOON)


async def test_where_commits_are_slow_intents_are_made_earlier_until_calls_get_through(
    shop: Shop, calling: Calling, practice: Sandbox
) -> None:
    """Else every slot would be missed, and nobody ever called."""
    shop.campaign(people=[lead(1)])
    busy = threading.Event()

    def disk(_: object, items: list[object]) -> list[object]:
        time.sleep(0.16)
        return items

    async def slow_disk() -> None:
        while not busy.is_set():
            await shop.ledger.write(disk, None)  # type: ignore[arg-type]

    slow = asyncio.create_task(slow_disk())
    for _ in range(8):
        await calling.caller.dial(shop.feed().reserved["default"])
        if own(practice, shop):
            break
    busy.set()
    await slow
    assert own(practice, shop) == [number(1)]


async def test_one_standstill_makes_intents_earlier_once_however_many_calls_it_held_up(
    shop: Shop, calling: Calling
) -> None:
    """Else a single one made them as early as can be, for as long as the worker lived."""
    shop.campaign(people=[lead(n) for n in range(1, 4)], pace={"per_second": 50, "at_once": 100})
    await _dial_while(shop, calling, shop.feed().reserved["default"], held_s=0.0, slow_commit_s=0.7)
    assert {row.platform_text for row in shop.attempts()} == {"the slot was missed"}
    assert calling.caller._lead_s == 1.5 * caller.LEAD_S


async def test_a_platform_that_cannot_be_reached_rests_the_account(shop: Shop, redis_url: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
        shop.campaign(people=[lead(1)])
        async with at_work(shop, redis_url, address) as made:
            await made.caller.dial(shop.feed().reserved["default"])
    (row,) = shop.attempts()
    assert row.state == S.NOT_PLACED
    assert shop.contact_of(row.id).next_at == NOON + 30 * SECOND
    assert shop.account().not_before == NOON + 10 * SECOND


async def test_one_calls_fault_is_no_others(shop: Shop, redis_url: str) -> None:
    """The ledger goes away for one outcome; the other request is answered later, and is written down."""
    async with odd_platform() as platform:
        answered = asyncio.Event()

        async def place(request: web.Request) -> web.StreamResponse:
            if (await request.json())["data"]["phone_number"] == number(2):
                await answered.wait()
            else:
                asyncio.get_running_loop().call_later(0.3, answered.set)
            return web.json_response({"status": True, "data": []})

        platform.place = place
        shop.campaign(people=[lead(1), lead(2)])
        first, second = shop.feed().reserved["default"]
        write, faults = shop.ledger.write_all, [LedgerError("gone")]

        async def write_but_once(operation: object, items: Sequence[object]) -> object:
            if getattr(items[0], "to", None) is S.ACCEPTED and faults:
                raise faults.pop()
            return await write(operation, items)  # type: ignore[arg-type]

        shop.ledger.write_all = write_but_once  # type: ignore[method-assign, assignment]
        async with at_work(shop, redis_url, platform.address) as made:
            with pytest.raises(LedgerError, match="gone"):
                await made.caller.dial([first, second])
    assert len(platform.placed) == 2
    assert [shop.attempt(id_).state for id_ in (first, second)] == [S.SUBMITTED, S.ACCEPTED]


async def test_429_is_honoured_in_clock_time(shop: Shop, redis_url: str) -> None:
    shop.clock.speed = 20.0
    async with odd_platform() as platform:

        async def place(_: web.Request) -> web.StreamResponse:
            return web.json_response({"error": "slow down"}, status=429, headers={"Retry-After": "3"})

        platform.place = place
        shop.campaign(people=[lead(1)])
        async with at_work(shop, redis_url, platform.address) as made:
            await made.caller.dial(shop.feed().reserved["default"])
    assert shop.attempts()[0].http_status == 429
    assert shop.account().not_before == NOON + MINUTE


async def test_attempts_of_another_world_are_left_to_its_own_workers(
    shop: Shop, calling: Calling, practice: Sandbox
) -> None:
    shop.campaign("rehearsed", [lead(1)], world="rehearsal")
    id_ = shop.reserve(1, shop.contacts()[0].id, number(1))
    assert id_ is not None
    await calling.caller.dial([id_])
    assert (own(practice, shop), shop.attempt(id_).state) == ([], S.RESERVED)


def test_the_promises_of_time_fit_together() -> None:
    waits = (caller.LEAD_S, caller.LONGEST_LEAD_S, caller.GUARD_S, MAX_AHEAD_S)
    assert all(earlier < later for earlier, later in pairwise(waits))
    assert caller.LONGEST_LEAD_S + caller.SPAN_S < caller.GUARD_S
