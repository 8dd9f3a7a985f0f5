"""What goes wrong on the practice platform, as a caller sees it over real sockets; and that the log is the truth."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestServer

from dialer.clock import SystemClock
from dialer.errors import SettingsRefused
from dialer.sandbox.agents import Agents
from dialer.sandbox.application import application
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.calls import Call, Course
from dialer.sandbox.distortion import Distortion
from dialer.sandbox.endpoints import Endpoints
from dialer.sandbox.faults import Answers, Dice, Faults, Records, read_faults
from dialer.sandbox.journal import Journal
from dialer.sandbox.log import Log
from dialer.sandbox.practice import Practice
from dialer.sandbox.shelf import Shelf

NOON = datetime(2026, 3, 12, 17, tzinfo=UTC)
SEEN: dict[str, Callable[[httpx.Response], bool]] = {
    "error": lambda answer: answer.status_code == 500 and answer.json()["status"] is False,
    "garbage": lambda answer: answer.status_code == 200 and not is_json(answer),
    "bad_gateway": lambda answer: answer.status_code == 502 and "<html>" in answer.text,
    "refusal": lambda answer: answer.status_code == 200 and answer.json()["status"] is False,
    "too_many": lambda answer: answer.status_code == 429 and "retry-after" not in answer.headers,
    "too_many_wait": lambda answer: answer.status_code == 429 and answer.headers["retry-after"] == "1",
}
BROKEN: dict[str, type[httpx.HTTPError]] = {
    "reset": httpx.ReadError,
    "hang": httpx.ReadTimeout,
    "half_body": httpx.RemoteProtocolError,
}


def is_json(answer: httpx.Response) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


@asynccontextmanager
async def serving(folder: Path, faults: Faults, seed: int = 1) -> AsyncIterator[tuple[httpx.AsyncClient, Book, Path]]:
    """A practice platform in this process, a client to it, its book and its log."""
    log = Log(Journal(folder / "log.jsonl"))
    shelf, assumed = Shelf(Journal(folder / "kept.jsonl")), Assumptions()
    book = Book(Journal(folder / "calls.jsonl"), seed, shelf, assumed)
    endpoints = Endpoints(Practice(Agents(None, shelf), book, shelf, log, SystemClock(), assumed))
    server = TestServer(application(endpoints, log, SystemClock(), "key", Dice(faults, seed)))
    await server.start_server()
    try:
        base, key = f"http://127.0.0.1:{server.port}/api", {"Authorization": "Bearer key"}
        async with httpx.AsyncClient(base_url=base, headers=key, timeout=0.5) as client:
            yield client, book, folder / "log.jsonl"
    finally:
        await server.close()


async def call(client: httpx.AsyncClient, n: int = 0) -> httpx.Response:
    return await client.post("/call/make-call/1", json={"data": {"phone_number": f"+1212555{n:04}"}})


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [*SEEN, *BROKEN])
async def test_each_answer_is_as_named_and_the_log_says_whether_there_was_a_call(
    tmp_path: Path, kind: str, when: str
) -> None:
    faults = Faults.model_validate({"make_call": {when: {kind: 1.0}}})
    async with serving(tmp_path, faults) as (client, book, log):
        if kind in SEEN:
            assert SEEN[kind](await call(client))
        else:
            with pytest.raises(BROKEN[kind]):
                await call(client)
        (line,) = lines(log)
        assert len(book.calls(1)) == (when == "after")
        assert (line["fault"], line.get("placed", False)) == (kind, when == "after")


async def test_a_slow_answer_comes_late_and_is_good(tmp_path: Path) -> None:
    faults = Faults.model_validate({"make_call": {"slow": 1.0, "slow_s": 0.9}})
    async with serving(tmp_path, faults) as (client, book, _):
        with pytest.raises(httpx.ReadTimeout):
            await call(client)
        client.timeout = httpx.Timeout(5.0)
        assert (await call(client, 1)).json()["status"] is True
        assert len(book.calls(1)) == 2


async def test_what_goes_wrong_is_drawn_from_the_seed_and_nothing_does_where_nothing_is_said(tmp_path: Path) -> None:
    faults = Faults.model_validate({"make_call": {"before": {"error": 0.3}, "after": {"bad_gateway": 0.3}}})
    said = []
    for n, (seed, told) in enumerate([(1, faults), (1, faults), (2, faults), (1, Faults())]):
        (tmp_path / str(n)).mkdir()
        async with serving(tmp_path / str(n), told, seed) as (client, _, log):
            for person in range(40):
                await call(client, person)
            said.append([line.get("fault") for line in lines(log)])
    assert said[0] == said[1] != said[2]
    assert {*said[0]} == {None, "error", "bad_gateway"}
    assert {*said[3]} == {None}


async def test_a_history_that_fails_fails_only_there(tmp_path: Path) -> None:
    faults = Faults.model_validate({"history": {"before": {"error": 1.0}}})
    async with serving(tmp_path, faults) as (client, _, _):
        assert (await call(client)).status_code == 200
        assert (await client.get("/agent/1/calls", params={"page": "1"})).status_code == 500
        assert (await client.get("/agent/get-one/1")).status_code == 200


def calls(count: int) -> list[Call]:
    """Calls a second apart, oldest first."""
    course = Course("completed", 20.0, 5.0, "human")
    return [Call(n + 1, 1, f"+1212555{n:04}", NOON + timedelta(seconds=n), course) for n in range(count)]


def read(count: int, page: int = 1, minutes: float = 60, **records: Any) -> list[dict[str, Any]]:
    distortion = Distortion(Records.model_validate(records), 1)
    return distortion.page(calls(count), page, NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({"numbers": "spaced"}, {"phone_number": "+1 212 555 0000"}),
        ({"numbers": "digits"}, {"phone_number": "12125550000"}),
        ({"numbers": "national"}, {"phone_number": "2125550000"}),
        ({"times": "epoch"}, {"created_at": NOON.timestamp()}),
        ({"times": "milliseconds"}, {"created_at": NOON.timestamp() * 1000}),
        ({"times": "naive"}, {"created_at": "2026-03-12 17:00:00"}),
        ({"times": "unreadable"}, {"created_at": "12 of March, 17 o'clock"}),
        ({"names": "camel"}, {"toPhoneNumber": "+12125550000", "callId": 1}),
        ({"names": "foreign"}, {"rufnummer": "+12125550000", "kennung": 1}),
        ({"without_number": 1.0}, {"phone_number": None}),
        ({"without_time": 1.0}, {"created_at": None, "ended_at": None}),
    ],
)
def test_records_are_written_in_other_ways(records: dict[str, Any], expected: dict[str, Any]) -> None:
    (row,) = read(1, **records)
    assert {**row, **expected} == row


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def test_calls_show_late_or_never_and_pages_repeat_shuffle_grow_and_shrink() -> None:
    usual = ids(read(50, page_size=[50, 50], lag_s=0.001))
    assert usual == list(range(50, 0, -1))
    assert 0 < len(read(50, minutes=0.9, lag_s=120)) < 50 == len(read(50, minutes=60, lag_s=120))
    assert 0 < len(read(50, lost=0.5)) < 50
    assert read(50, lost=1.0) == []
    shuffled = ids(read(50, reordered=1.0))
    assert shuffled != usual
    assert sorted(shuffled, reverse=True) == usual
    repeated = ids(read(40, page=2, repeated=1.0, page_size=[20, 20]))
    assert repeated == [*range(40, 30, -1), *range(20, 0, -1)]
    distortion = Distortion(Records(page_size=(3, 30)), 1)
    sizes = {len(distortion.page(calls(50), 1, NOON + timedelta(hours=1))) for _ in range(20)}
    assert len(sizes) > 5
    assert min(sizes) >= 3
    assert max(sizes) <= 30


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[make_call.before]\nerror = 0.7\n[make_call.after]\nreset = 0.7\n", "come to more than 1"),
        ("[make_call.before]\nerrors = 0.7\n", "make_call.before.errors"),
        ("[make_call\n", "line 1"),
        ("[history.records]\nnames = 'none'\n", "history.records.names"),
    ],
)
def test_a_file_of_faults_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "faults.toml").write_text(text)
    with pytest.raises(SettingsRefused) as refused:
        read_faults(tmp_path / "faults.toml")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_documented_example_can_be_used_and_shows_every_key(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
    (tmp_path / "faults.toml").write_text(page.split("```toml")[1].split("```")[0])
    faults = read_faults(tmp_path / "faults.toml")
    assert faults.make_call.before.hang == 0.01
    assert faults.make_call.before.model_fields_set == set(Answers.model_fields)
    assert faults.history.records.model_fields_set == set(Records.model_fields)
