"""Real sockets: what a server received of a request for a call, held against our verdict on it (DESIGN §4.5).

``NOT_PLACED`` may be said only if the server received nothing of it, or itself said no. Whatever happens, one ``place``
is one request.
"""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from dialer.providers.platform import Answer, Deadline, Placement, Platform, Preparing
from tests.contract.subject import KEY, Subject, within
from tests.integration.rude_servers import (
    Behaviour,
    Connection,
    Server,
    after_one_good_answer,
    broken_gzip,
    close_after_request,
    close_at_once,
    drip,
    flood,
    garbage,
    half_a_body,
    half_a_chunk,
    half_a_head,
    hang,
    replies,
    reset_after_request,
    reset_amid_request,
    serving,
)

BREAKS = [
    close_after_request, reset_after_request, reset_amid_request, half_a_head, half_a_body, half_a_chunk, garbage,
    broken_gzip, hang, drip, flood,
]  # fmt: skip


def requests(server: Server, subject: Subject, ref: str) -> int:
    """How many requests for this call the server has received."""
    return server.received.count(subject.mark(ref))


def impatient(client: Platform, seconds: float) -> None:
    """Have the client wait no longer for an answer."""
    client._transport._total_s = seconds  # type: ignore[attr-defined]


@pytest.mark.parametrize("kept_alive", [False, True], ids=["fresh", "kept-alive"])
@pytest.mark.parametrize("behaviour", BREAKS, ids=lambda behaviour: behaviour.__name__)
async def test_a_request_that_the_server_may_have_taken_is_unknown(
    subject: Subject, behaviour: Behaviour, kept_alive: bool
) -> None:
    behave = after_one_good_answer(behaviour, subject.good) if kept_alive else behaviour
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        if kept_alive:
            assert (await subject.place(client, "r0")).placement is Placement.PLACED
        if behaviour in (hang, drip):
            impatient(client, 0.5)
        answer = await subject.place(client, "r1")
    assert answer.placement is Placement.UNKNOWN, answer
    assert answer.text
    assert ("larger than" in answer.text) == (behaviour is flood)
    assert server.received
    if behaviour is not reset_amid_request:
        assert requests(server, subject, "r1") == 1


async def test_a_server_that_hangs_up_before_reading_leaves_it_unknown_or_unsent(subject: Subject) -> None:
    async with serving(close_at_once) as server, subject.calling(server.url) as client:
        answer = await subject.place(client)
    assert answer.placement in (Placement.UNKNOWN, Placement.NOT_PLACED)
    assert requests(server, subject, "r1") == 0


STATUSES = [
    (302, Placement.UNKNOWN), (500, Placement.UNKNOWN), (502, Placement.UNKNOWN), (503, Placement.UNKNOWN),
    (400, Placement.REJECTED), (422, Placement.REJECTED),
    (401, Placement.ACCOUNT), (403, Placement.ACCOUNT), (404, Placement.ACCOUNT),
    (429, Placement.NOT_PLACED),
]  # fmt: skip


@pytest.mark.parametrize(("status", "placement"), STATUSES)
async def test_a_whole_answer_is_read_and_the_request_was_received_once(
    subject: Subject, status: int, placement: Placement
) -> None:
    headers = ("Location: http://127.0.0.1:1/elsewhere",) if status == 302 else ()
    behave = replies(status, subject.says_no("it went wrong"), *headers)
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        answer = await subject.place(client)
    assert (answer.placement, answer.status) == (placement, status)
    assert "it went wrong" in answer.text
    assert requests(server, subject, "r1") == 1


@pytest.mark.parametrize("status", [400, 402, 500])
async def test_a_spent_account_is_told_by_its_words(subject: Subject, status: int) -> None:
    behave = replies(status, subject.says_no("You have reached limit."))
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        assert (await subject.place(client)).placement is Placement.ACCOUNT


async def test_a_good_status_with_a_page_of_a_proxy_is_no_call_yet(subject: Subject) -> None:
    behave = replies(200, b"<html>maintenance</html>")
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        assert (await subject.place(client)).placement is Placement.UNKNOWN


async def test_too_many_requests_says_how_long_to_wait(subject: Subject) -> None:
    no = subject.says_no("slow down")
    dated = ("Date: Sat, 21 Nov 2026 10:00:00 GMT", "Retry-After: Sat, 21 Nov 2026 10:01:30 GMT")
    for headers, wait_s in ((("Retry-After: 7",), 7.0), (dated, 90.0), ((), None)):
        async with (
            serving(replies(429, no, *headers), prelude=subject.prelude) as server,
            subject.calling(server.url) as client,
        ):
            assert (await subject.place(client)).retry_after_s == wait_s


async def test_what_the_user_declared_of_an_error_decides(subject: Subject) -> None:
    reading = {"errors": {"INVALID number": "rejected", "nothing was dialed": "not_placed"}}
    for text, placement in (("Invalid number given", Placement.REJECTED), ("Nothing was dialed", Placement.NOT_PLACED)):
        behave = replies(500, subject.says_no(text))
        async with (
            serving(behave, prelude=subject.prelude) as server,
            subject.calling(server.url, reading=reading) as client,
        ):
            assert (await subject.place(client)).placement is placement


async def test_nobody_listens(subject: Subject) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    async with subject.calling(f"http://127.0.0.1:{port}") as client:
        answer = await subject.place(client)
    assert (answer.placement, answer.status) == (Placement.NOT_PLACED, None)
    assert answer.text


async def test_a_host_that_does_not_exist(subject: Subject) -> None:
    async with subject.calling("https://platform.invalid/api") as client:
        await client.warm()
        assert (await subject.place(client)).placement is Placement.NOT_PLACED


PAST = [
    pytest.param(lambda: within(-0.001), id="both clocks"),
    pytest.param(lambda: Deadline(time.monotonic() - 0.001, time.time() + 60), id="monotonic"),
    pytest.param(lambda: Deadline(time.monotonic() + 60, time.time() - 0.001), id="wall"),
]


@pytest.mark.parametrize("kept_alive", [False, True], ids=["fresh", "kept-alive"])
@pytest.mark.parametrize("past", PAST)
async def test_past_its_deadline_nothing_is_sent(subject: Subject, past: object, kept_alive: bool) -> None:
    behave = replies(201, subject.good)
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        if kept_alive:
            await subject.place(client, "first")
        answer = await subject.place(client, "late", deadline=past())  # type: ignore[operator]
        assert answer.placement is Placement.NOT_PLACED
        assert answer.retry_after_s == 0.0, "it was our own lateness: the account need not rest"
        assert (await subject.place(client, "next")).placement is Placement.PLACED
    assert [requests(server, subject, ref) for ref in ("late", "next")] == [0, 1]


class HeldUp(Deadline):
    """A deadline, and a machine that after each look at it is held up until it has passed."""

    def passed(self) -> bool:
        passed = super().passed()
        time.sleep(max(0.0, self.monotonic - time.monotonic()) + 0.001)
        return passed


@pytest.mark.parametrize("kept_alive", [False, True], ids=["fresh", "kept-alive"])
async def test_held_up_when_all_is_ready_to_leave_nothing_is_sent(subject: Subject, kept_alive: bool) -> None:
    """The headers are made in time; what sends them has its turn too late."""
    behave = replies(201, subject.good)
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        if kept_alive:
            await subject.place(client, "first")
        at = time.monotonic() + 0.2
        answer = await subject.place(client, "late", deadline=HeldUp(at, time.time() + 60))
        assert (answer.placement, answer.retry_after_s) == (Placement.NOT_PLACED, 0.0)
        assert (await subject.place(client, "next")).placement is Placement.PLACED
    assert [requests(server, subject, ref) for ref in ("late", "next")] == [0, 1]


async def test_a_burst_is_received_once_each(subject: Subject) -> None:
    behave = replies(201, subject.good)
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        refs = [f"burst-{n}-" for n in range(20)]
        answers = await asyncio.gather(*(subject.place(client, ref) for ref in refs))
    assert {answer.placement for answer in answers} == {Placement.PLACED}
    assert [requests(server, subject, ref) for ref in refs] == [1] * 20


async def test_a_connection_the_server_closed_while_it_was_idle_is_not_used(subject: Subject) -> None:
    closed = asyncio.Event()

    async def close_when_idle(connection: Connection) -> None:
        await connection.request()
        await connection.answer(201, subject.good)
        connection.writer.close()
        closed.set()

    async with serving(close_when_idle, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        await subject.place(client, "r0")
        await closed.wait()
        await asyncio.sleep(0.05)  # the close is on its way to us; there is no other sign of it
        assert (await subject.place(client, "r1")).placement is Placement.PLACED
    assert requests(server, subject, "r1") == 1


async def test_being_cancelled_is_raised(subject: Subject) -> None:
    async with serving(hang, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        task = asyncio.create_task(subject.place(client))
        while not requests(server, subject, "r1"):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_warm_and_what_comes_before_a_call_ask_for_no_call(subject: Subject) -> None:
    behave = replies(201, subject.good)
    async with serving(behave, prelude=subject.prelude) as server, subject.calling(server.url) as client:
        await client.warm()
        if isinstance(client, Preparing):
            await client.prepare("+12025550123", {"name": "Zoë"}, "r1")
        await asyncio.sleep(0)
        assert requests(server, subject, "r1") == 0
    async with subject.calling("https://platform.invalid/api") as client:
        await client.warm()
        if isinstance(client, Preparing):
            await client.prepare("+12025550123", {}, "r1")


async def test_neither_key_nor_number_gets_out(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    said = subject.says_no(f"key {KEY} may not call +1 (202) 555-0123")
    async with serving(replies(401, said), prelude=subject.prelude) as server, subject.calling(server.url) as client:
        answer = await subject.place(client)
        assert KEY not in repr(client) + repr(vars(client))
    assert isinstance(answer, Answer)
    assert "key <key> may not call <number>" in answer.text
    assert KEY not in caplog.text
    assert "2025550123" not in caplog.text
