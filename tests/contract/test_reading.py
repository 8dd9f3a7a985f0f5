"""What a platform's records say is read, whatever they look like; what cannot be read ends no call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialer.errors import KeyRefused, NoPermission, PlatformError, UnknownAgent
from dialer.providers.platform import CallRecord, Liveness, Placement, Platform
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.calls import draw
from dialer.sandbox.faults import Answers, Faults
from tests.contract.subject import KEY, NUMBER, SEED, Subject, practising
from tests.integration.rude_servers import Connection, replies, serving
from tests.integration.shop import HOUR, SECOND


async def every(client: Platform, subject: Subject) -> list[CallRecord]:
    """The whole history, page by page."""
    records: list[CallRecord] = []
    page = 1
    while found := await client.calls(subject.agent, page):
        records += found
        page += 1
    return records


async def one(subject: Subject, document: object) -> CallRecord:
    """The record of a history with one call."""
    async with serving(replies(200, json.dumps(document).encode())) as server, subject.calling(server.url) as client:
        (record,) = await client.calls(subject.agent, 1)
    return record


def talkative() -> str:
    """A number where somebody answers within 20 seconds and goes on talking past 40."""
    numbers = (f"+1212555{n:04}" for n in range(1000))
    courses = ((number, draw(SEED, number, 0, None)) for number in numbers)
    return next(number for number, one in courses if one.answered_s and one.answered_s < 20 and one.ended_s > 40)


async def test_a_call_is_in_the_history_while_it_goes_on_and_when_it_is_over(subject: Subject, tmp_path: Path) -> None:
    async with practising(subject, tmp_path) as practice, subject.calling(practice.url) as client:
        began = practice.clock.now()
        answer = await subject.place(client, "ref-1", talkative())
        assert answer.placement is Placement.PLACED
        assert (answer.call_id is not None) == client.abilities.gives_call_id
        practice.clock.move(30 * SECOND)
        (live,) = await every(client, subject)
        practice.clock.move(HOUR)
        (final,) = await every(client, subject)
    assert (live.liveness, live.result, final.liveness) == (Liveness.LIVE, None, Liveness.FINAL)
    assert final.result is not None
    assert final.identity == live.identity
    assert (final.number, final.outbound) == (talkative(), True)
    assert final.created_at is not None
    assert began <= final.created_at <= began + 30 * SECOND
    assert ((final.ref or final.contact_ref) == "ref-1") == client.abilities.echoes_reference
    if client.abilities.gives_call_id:
        assert final.call_id == answer.call_id


@pytest.mark.parametrize("newest_first", [True, False])
async def test_every_page_is_read_and_every_call_is_on_one(
    subject: Subject, tmp_path: Path, newest_first: bool
) -> None:
    assumed = Assumptions(page_size=3, newest_first=newest_first)
    async with practising(subject, tmp_path, assumed=assumed) as practice, subject.calling(practice.url) as client:
        number = talkative()
        for n in range(7):
            await subject.place(client, f"ref-{n}", number)
            practice.clock.move(SECOND)
        practice.clock.move(HOUR)
        records = await every(client, subject)
        again = await every(client, subject)
        placed = len(practice.book.every())
        answered = sum(call.answered_at is not None for call in practice.book.every())
    assert placed == 7
    assert len({record.identity for record in records}) == len(records)
    assert len(records) in (placed, answered), "every call has a record, or every one that was answered"
    assert [record.identity for record in again] == [record.identity for record in records]
    times = [record.created_at for record in records]
    assert times == sorted(times, reverse=newest_first)  # type: ignore[type-var]


async def test_an_unknown_word_ends_no_call(subject: Subject) -> None:
    for document in subject.strange:
        record = await one(subject, document)
        assert (record.liveness, record.result) == (Liveness.UNREADABLE, None), document
        assert record.raw


async def test_numbers_and_times_are_read_in_every_shape(subject: Subject) -> None:
    for document, at in subject.shapes:
        record = await one(subject, document)
        assert (record.number, record.created_at) == (NUMBER, at), document


REFUSALS = [(401, KeyRefused), (403, NoPermission), (429, PlatformError), (500, PlatformError), (503, PlatformError)]


@pytest.mark.parametrize(("status", "kind"), REFUSALS)
async def test_a_reading_that_is_refused_says_why_and_tells_no_key(
    subject: Subject, status: int, kind: type[PlatformError]
) -> None:
    said = subject.says_no(f"{KEY} may not")
    async with serving(replies(status, said)) as server, subject.calling(server.url) as client:
        with pytest.raises(kind) as refused:
            await client.calls(subject.agent, 1)
    assert type(refused.value) is kind or kind is PlatformError
    assert KEY not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"null and void", b"<html></html>", b'{"what": 1}', b'"x"'])
async def test_an_answer_without_a_history_is_no_empty_history(subject: Subject, body: bytes) -> None:
    async with serving(replies(200, body)) as server, subject.calling(server.url) as client:
        with pytest.raises(PlatformError):
            await client.calls(subject.agent, 1)


async def test_a_reading_is_tried_again_while_the_platform_is_away(subject: Subject, tmp_path: Path) -> None:
    times = 0

    async def away_once(connection: Connection) -> None:
        nonlocal times
        while True:
            await connection.request()
            times += 1
            document = json.dumps(subject.shapes[0][0]).encode()
            await connection.answer(*((503, b"") if times == 1 else (200, document)))

    async with serving(away_once) as server, subject.calling(server.url) as client:
        assert await client.calls(subject.agent, 1)
    assert times >= 2


async def test_nobody_there_is_said_in_a_line(subject: Subject) -> None:
    async with subject.calling("https://platform.invalid/api") as client:
        with pytest.raises(PlatformError) as away:
            await client.calls(subject.agent, 1)
    assert "\n" not in str(away.value)


async def test_agents_and_numbers_are_known(subject: Subject, tmp_path: Path) -> None:
    async with practising(subject, tmp_path) as practice, subject.calling(practice.url) as client:
        agent = await client.agent(subject.agent)
        assert (agent.id, agent.outbound) == (subject.agent, True)
        numbers = await client.numbers()
        assert numbers
        assert all(number.startswith("+") for number in numbers)
        with pytest.raises(UnknownAgent, match=subject.missing):
            await client.agent(subject.missing)


async def test_a_wrong_key_is_told_from_a_wrong_call(subject: Subject, tmp_path: Path) -> None:
    async with practising(subject, tmp_path) as practice, subject.calling(practice.url, key="wrong") as client:
        with pytest.raises(KeyRefused):
            await client.numbers()
        assert (await subject.place(client)).placement is Placement.ACCOUNT
        assert practice.book.every() == []


async def test_a_call_is_hung_up_where_that_is_possible(subject: Subject, tmp_path: Path) -> None:
    async with practising(subject, tmp_path) as practice, subject.calling(practice.url) as client:
        await subject.place(client, "ref-1", talkative())
        practice.clock.move(30 * SECOND)
        (live,) = await client.calls(subject.agent, 1)
        assert live.call_id is not None
        if not client.abilities.hangs_up:
            with pytest.raises(PlatformError):
                await client.hang_up(live.call_id)
            return
        await client.hang_up(live.call_id)
        (ended,) = await client.calls(subject.agent, 1)
    assert ended.liveness is Liveness.FINAL


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [kind for kind in Answers.model_fields if kind != "hang"])
async def test_no_fault_of_the_platform_makes_a_call_that_is_not_known_of(
    subject: Subject, tmp_path: Path, kind: str, when: str
) -> None:
    faults = Faults.model_validate({"make_call": {when: {kind: 1.0}}})
    async with practising(subject, tmp_path, faults) as practice, subject.calling(practice.url) as client:
        answer = await subject.place(client, "ref-1", talkative())
        placed = len(practice.book.every())
    assert placed == (when == "after")
    assert answer.placement is not Placement.PLACED
    assert answer.placement is Placement.UNKNOWN or kind.startswith("too_many"), answer
