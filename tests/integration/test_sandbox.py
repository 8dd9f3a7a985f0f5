"""The practice platform as a process, over real HTTP; what it says is held against seed 000 literally."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialer.clock import ScaledClock

NOON = datetime(2026, 3, 12, 17, tzinfo=UTC)
PATIENCE_S = 20.0


class Sandbox:
    """One practice platform's process and a client to it."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self.state, self.log_path = folder / "state", folder / "log.jsonl"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "dialer",
                "sandbox",
                "--port",
                "0",
                "--state",
                self.state,
                "--sandbox-log",
                self.log_path,
                *options,
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        assert self.process.stderr is not None
        self.first_line = self.process.stderr.readline()
        self.http = httpx.Client()
        if "ready" in self.first_line:
            self.port = json.loads((self.state / "sandbox.json").read_text(encoding="utf-8"))["port"]
            headers = {"Authorization": "Bearer sandbox"}
            self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api", headers=headers)

    def call(self, number: str, agent: int = 1, **fields: str) -> httpx.Response:
        return self.http.post(f"/call/make-call/{agent}", json={"data": {"phone_number": number, **fields}})

    def history(self, agent: int = 1, page: int = 1) -> list[dict[str, Any]]:
        answer = self.http.get(f"/agent/{agent}/calls", params={"page": page}).json()
        assert answer["status"] is True
        calls: list[dict[str, Any]] = answer["data"]
        return calls

    def log(self) -> list[dict[str, Any]]:
        text = self.log_path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]  # the last may be half written

    def ends(self) -> list[dict[str, Any]]:
        return [line for line in self.log() if "call" in line]

    def wait_for_ends(self, count: int) -> list[dict[str, Any]]:
        until = time.monotonic() + PATIENCE_S
        while len(self.ends()) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.ends()

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop the process; gives its exit code and what else it had to say."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.leave()

    def leave(self) -> tuple[int, str]:
        """Wait until the process leaves by itself; gives its exit code and what else it had to say."""
        self.http.close()
        said = self.process.communicate(timeout=PATIENCE_S)[1]
        return self.process.returncode, said


Start = Callable[..., Sandbox]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Sandbox] = []

    def start(*options: str, folder: Path = tmp_path, **environment: str) -> Sandbox:
        started.append(Sandbox(folder, *options, **environment))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.end()


@pytest.fixture
def clock(tmp_path: Path) -> ScaledClock:
    """A clock that stands still until a test lets it jump."""
    clock = ScaledClock.start(tmp_path / "clock.json", NOON, 1.0)
    clock.freeze()
    return clock


def test_it_says_where_it_listens_and_stops_quietly(start: Start) -> None:
    sandbox = start()
    told = json.loads((sandbox.state / "sandbox.json").read_text(encoding="utf-8"))
    assert told == {"port": sandbox.port, "pid": sandbox.process.pid, "base": "/api"}
    assert sandbox.first_line == f"sandbox ready on http://127.0.0.1:{sandbox.port}/api\n"
    assert sandbox.end() == (0, "")


def test_make_call_answers_the_agents_and_no_call(start: Start) -> None:
    sandbox = start()
    answer = sandbox.call("+1 234 5678910", agent=519, name="Ann", ref="a1")
    assert (answer.status_code, set(answer.json())) == (200, {"status", "data"})
    assert answer.json()["status"] is True
    [agent] = answer.json()["data"]
    assert (agent["id"], agent["format"], agent["phone_number"]) == (519, "outbound", "+12025550123")
    assert (agent["enable_voice_mail"], agent["voice_mail_mode"], agent["blocked_phone_types"]) == (True, 1, "")
    assert agent["custom_fields"] == []


def test_what_the_documents_would_reject_is_rejected_and_logged(start: Start, tmp_path: Path) -> None:
    (tmp_path / "agent.json").write_text(json.dumps({"id": 519, "blocked_phone_types": "6,7"}), encoding="utf-8")
    sandbox = start("--agent", str(tmp_path / "agent.json"))
    bodies: list[dict[str, Any]] = [
        {"json": {"phone_number": "+12345678910"}},
        {"json": {"data": {"phone_number": "2345678910"}}},
        {"json": {"data": {"phone_number": "+12345678910", "age": 41}}},
        {"json": {"data": {"phone_number": "+18005550123"}}},
        {"content": b'{"data": {"phone_number": "+123456789'},
        {"content": b'{"data": NaN}'},
        {"content": b'{"data": {"phone_number": 1e999}}'},
        {"content": b"[" * 100_000},
        {"content": b""},
    ]
    for body in bodies:
        answer = sandbox.http.post("/call/make-call/519", **body)
        assert answer.status_code == 500
        assert answer.json() == {"status": False, "error": answer.json()["error"]}
    unknown = sandbox.call("+12345678910", agent=520)
    assert (unknown.status_code, unknown.json()) == (500, {"status": False, "error": "Agent not found"})
    assert sandbox.http.get("/agent/519/calls", params={"page": "x"}).status_code == 500
    assert sandbox.http.get("/agent/number-list/1/sideways").status_code == 500
    assert sandbox.http.delete("/agent/remove/519").status_code == 404
    assert sandbox.history(519) == []
    assert [line["status"] for line in sandbox.log()] == [500] * 12 + [404, 200]
    assert [line["body"] for line in sandbox.log()][4:9:4] == ['{"data": {"phone_number": "+123456789', None]
    assert sandbox.end() == (0, "")


def test_a_wrong_key_gets_401_and_no_call(start: Start) -> None:
    sandbox = start(DIALER_SANDBOX_KEY="s3cret")
    refused = sandbox.call("+12345678910")
    assert (refused.status_code, refused.json()) == (401, {"status": False, "msg": "Unauthorized"})
    odd = sandbox.http.get("/agent/1/calls", headers={b"Authorization": b"Bearer \xff"})
    assert odd.status_code == 401
    sandbox.http.headers["Authorization"] = "Bearer s3cret"
    assert sandbox.history() == []
    assert [(line["status"], line["key_ok"]) for line in sandbox.log()] == [(401, False)] * 2 + [(200, True)]
    assert "s3cret" not in sandbox.log_path.read_text(encoding="utf-8")


def test_the_other_endpoints_answer_in_the_documented_shape(start: Start) -> None:
    sandbox = start()
    numbers = sandbox.http.get("/agent/number-list/1/outbound").json()
    number, verified = numbers["data"]
    assert set(number) == {"number", "sid", "type"}
    assert numbers == {"status": True, "data": [number, verified], "agentNumMap": {"+12025550123": ""}}

    field = sandbox.http.put("/agent/custom-field/7", json={"data": {"name": "ref", "label": "Reference"}}).json()
    assert field == {"status": True, "data": {"id": field["data"]["id"], "name": "ref", "label": "Reference"}}
    sandbox.end(signal.SIGKILL)
    agent = start().http.get("/agent/get-one/7").json()
    assert set(agent["data"]) == {"agent", "files", "totalCalls", "averageDuration"}
    assert agent["data"]["agent"]["custom_fields"] == [field["data"]]


def test_history_is_newest_first_fifty_a_page_and_follows_the_clock(
    start: Start, clock: ScaledClock, tmp_path: Path
) -> None:
    sandbox = start("--clock", str(tmp_path / "clock.json"), "--echo")
    numbers = [f"+121255501{n:02d}" for n in range(60)]
    for n, number in enumerate(numbers):
        sandbox.call(number, ref=str(n))
    first, second = sandbox.history(), sandbox.history(page=2)
    assert [call["phone_number"] for call in first + second] == numbers[::-1]
    assert (len(first), sandbox.history(page=3)) == (50, [])
    assert first[0]["custom_fields"] == {"ref": "59"}
    assert {call["status"] for call in first + second} == {"queued"}
    clock.jump(NOON + timedelta(minutes=5))
    over = sandbox.history() + sandbox.history(page=2)
    assert {call["status"] for call in over} == {"completed", "no-answer", "busy", "failed"}
    detail = sandbox.http.get("/agent/get-one/1").json()["data"]
    assert detail["totalCalls"] == 60
    assert 1 < detail["averageDuration"] < 55


def test_every_request_and_every_end_is_logged(start: Start, clock: ScaledClock, tmp_path: Path) -> None:
    sandbox = start("--clock", str(tmp_path / "clock.json"))
    before = datetime.now(UTC)
    sandbox.call("+1 212 555 0001", name="Zoë")
    after = datetime.now(UTC)
    sandbox.history(page=2)
    placed, listed = sandbox.log()
    assert set(placed) == {"at", "real", "method", "path", "body", "status", "key_ok", "placed"}
    assert (placed["method"], placed["path"], placed["status"]) == ("POST", "/api/call/make-call/1", 200)
    assert placed["body"] == {"data": {"phone_number": "+1 212 555 0001", "name": "Zoë"}}
    assert (listed["method"], listed["path"], listed["body"]) == ("GET", "/api/agent/1/calls?page=2", None)
    assert before <= datetime.fromisoformat(placed["real"]) <= after
    assert datetime.fromisoformat(placed["at"]) == clock.now()

    clock.jump(NOON + timedelta(days=3))
    [end] = sandbox.wait_for_ends(1)
    assert set(end) == {"call", "number", "agent", "started", "answered", "ended", "result", "answered_by"}
    [shown] = sandbox.history()
    assert end == {
        "call": shown["id"],
        "number": "+12125550001",
        "agent": 1,
        "started": shown["created_at"],
        "answered": shown["answered_at"],
        "ended": shown["ended_at"],
        "result": shown["status"],
        "answered_by": shown["answered_by"],
    }
    assert datetime.fromisoformat(end["ended"]) < NOON + timedelta(minutes=2)


def test_kill_9_forgets_no_call_and_logs_each_end_once(start: Start, clock: ScaledClock, tmp_path: Path) -> None:
    at = ("--clock", str(tmp_path / "clock.json"))
    numbers = [f"+12125550{n:03d}" for n in range(30)]
    sandbox = start(*at)
    shown: list[dict[str, Any]] = []
    for n, number in enumerate(numbers):
        assert sandbox.call(number).status_code == 200
        if n % 10 == 9:
            sandbox.end(signal.SIGKILL)
            clock.jump(clock.now() + timedelta(seconds=12))
            sandbox = start(*at)
            assert [call["phone_number"] for call in sandbox.history()] == numbers[n::-1]
    clock.jump(clock.now() + timedelta(hours=1))
    sandbox.wait_for_ends(30)
    shown = sandbox.history()
    sandbox.end(signal.SIGKILL)
    sandbox = start(*at)
    assert sandbox.history() == shown
    clock.jump(clock.now() + timedelta(hours=1))
    assert sandbox.call("+12125559999").status_code == 200
    clock.jump(clock.now() + timedelta(hours=1))
    assert sorted(end["call"] for end in sandbox.wait_for_ends(31)) == list(range(1, 32))
    placed = [line["body"]["data"]["phone_number"] for line in sandbox.log() if line.get("method") == "POST"]
    assert placed == [*numbers, "+12125559999"]


def test_a_call_is_hung_up_once_and_stays_so(start: Start, clock: ScaledClock, tmp_path: Path) -> None:
    options = ("--clock", str(tmp_path / "clock.json"))
    first = start(*options)
    first.call("+12125550100")
    clock.jump(NOON + timedelta(seconds=2))
    (ringing,) = first.history()
    assert ringing["status"] == "ringing"
    hang_up = first.http.post("/agent/hangup-call", json={"callid": ringing["id"]})
    assert (hang_up.status_code, hang_up.json()["status"]) == (200, True)
    for callid in (ringing["id"], 99, "1", None):
        refused = first.http.post("/agent/hangup-call", json={"callid": callid})
        assert (refused.status_code, refused.json()["status"]) == (500, False)
    (end,) = first.wait_for_ends(1)
    assert end["result"] == "canceled"
    assert datetime.fromisoformat(end["ended"]) - NOON < timedelta(seconds=10)
    first.end(signal.SIGKILL)
    again = start(*options)
    clock.jump(NOON + timedelta(minutes=5))
    assert [call["status"] for call in again.history()] == ["canceled"]
    assert again.ends() == [end]


def test_a_request_whose_line_a_kill_kept_from_the_log_is_logged_at_the_next_start(start: Start) -> None:
    sandbox = start()
    sandbox.call("+12125550001")
    sandbox.call("+12125550002")
    sandbox.end(signal.SIGKILL)
    whole = sandbox.log()
    lines = sandbox.log_path.read_bytes().splitlines(keepends=True)
    sandbox.log_path.write_bytes(b"".join(lines[:-1]))
    assert start().log() == whole


def test_the_same_seed_gives_a_number_the_same_calls(start: Start, tmp_path: Path) -> None:
    def rehearse(name: str, seed: int, numbers: list[str]) -> dict[str, list[tuple[Any, ...]]]:
        folder = tmp_path / name
        folder.mkdir()
        clock = ScaledClock.start(folder / "clock.json", NOON, 300.0)
        sandbox = start("--clock", str(folder / "clock.json"), "--seed", str(seed), folder=folder)
        for number in numbers:
            sandbox.call(number)
        clock.jump(clock.now() + timedelta(minutes=5))
        drawn: dict[str, list[tuple[Any, ...]]] = {}
        for call in sandbox.history()[::-1]:
            lasted = datetime.fromisoformat(call["ended_at"]) - datetime.fromisoformat(call["created_at"])
            drawn.setdefault(call["phone_number"], []).append((call["status"], call["answered_by"], lasted))
        return drawn

    numbers = [f"+1212555000{n}" for n in range(10)] * 4
    first = rehearse("first", 0, numbers)
    assert first == rehearse("in another order", 0, numbers[::-1])
    assert first != rehearse("with another seed", 1, numbers)


def test_calls_end_in_the_log_at_the_highest_speed(start: Start, tmp_path: Path) -> None:
    clock = ScaledClock.start(tmp_path / "clock.json", NOON, 300.0)
    sandbox = start("--clock", str(tmp_path / "clock.json"))
    for n in range(20):
        sandbox.call(f"+121255500{n:02d}")
    ends = sandbox.wait_for_ends(20)
    assert sorted(end["call"] for end in ends) == list(range(1, 21))
    assert all(datetime.fromisoformat(end["ended"]) <= clock.now() for end in ends)


def test_an_agent_that_hangs_up_on_machines_or_does_not_notice_them(start: Start, tmp_path: Path) -> None:
    answered_by = {}
    for name, settings in {
        "hang_up": {"enable_voice_mail": True, "voice_mail_mode": 2},
        "undetected": {"enable_voice_mail": False, "voice_mail_mode": 1},
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "agent.json").write_text(json.dumps({"id": 7, **settings}), encoding="utf-8")
        clock = ScaledClock.start(folder / "clock.json", NOON, 1.0)
        options = ("--clock", str(folder / "clock.json"), "--agent", str(folder / "agent.json"))
        sandbox = start(*options, folder=folder)
        for n in range(40):
            sandbox.call(f"+121255500{n:02d}", agent=7)
        clock.jump(NOON + timedelta(minutes=5))
        answered_by[name] = {call["answered_by"] for call in sandbox.history(7) if call["status"] == "completed"}
    assert answered_by == {"hang_up": {"human", "machine_start"}, "undetected": {None}}


def test_half_a_request_is_no_request(start: Start) -> None:
    sandbox = start()
    body = b'{"data": {"phone_number": "+12125550001"}}'
    head = (
        b"POST /api/call/make-call/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox\r\nContent-Length: %d\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(head % len(body) + body[:20])
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(head % len(body) + body)  # whole, though nobody waits for the answer
    while not sandbox.history():
        time.sleep(0.01)
    assert [line["body"] for line in sandbox.log() if line["method"] == "POST"] == [json.loads(body)]
    assert len(sandbox.history()) == 1
    assert sandbox.end() == (0, "")


def test_a_port_in_use_is_one_line(start: Start, tmp_path: Path) -> None:
    port = start().port
    (tmp_path / "other").mkdir()
    second = start("--port", str(port), folder=tmp_path / "other")
    assert second.first_line.startswith(f"dialer: port in use: 127.0.0.1:{port}")
    assert second.leave() == (5, "")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--host", "0.0.0.0"), 4, "this machine only"),
        (("--host", "example.com"), 4, "this machine only"),
        (("--agent", "no/such/agent.json"), 4, "no/such/agent.json"),
        (("--clock", "no/such/clock.json"), 5, "no/such/clock.json"),
        (("--sandbox-log", "/dev/null/log.jsonl"), 5, "/dev/null/log.jsonl"),
    ],
)
def test_options_that_make_no_sense_are_one_line(start: Start, options: tuple[str, ...], code: int, words: str) -> None:
    sandbox = start(*options)
    assert words in sandbox.first_line
    assert sandbox.leave() == (code, "")


def test_it_leaves_when_its_rehearsal_is_thrown_away(start: Start, clock: ScaledClock, tmp_path: Path) -> None:
    sandbox = start("--clock", str(tmp_path / "clock.json"))
    (tmp_path / "clock.json").unlink()
    code, said = sandbox.leave()
    assert (code, said.count("\n")) == (5, 1)
    assert "clock.json" in said
