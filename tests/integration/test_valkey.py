"""The private server of a state folder: one, whoever starts it; used again; gone when stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from dialer import valkey
from dialer.embedded import private_redis
from dialer.errors import ServerAway


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "redis"
    yield folder
    if folder.exists():
        if valkey.answers(valkey.socket_path(folder)):
            os.kill(pid_of(valkey.socket_path(folder)), signal.SIGCONT)
        valkey.stop(folder)


def pid_of(socket: Path) -> int:
    with redis.Redis(unix_socket_path=str(socket)) as client:
        return int(client.info("server")["process_id"])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_six_who_start_at_once_get_one_server(folder: Path) -> None:
    program = "import sys; from pathlib import Path; from dialer import valkey; print(valkey.start(Path(sys.argv[1])))"
    root = Path(__file__).parents[2]
    starters = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True, cwd=root)
        for _ in range(6)
    ]
    said = {starter.communicate(timeout=30)[0].strip() for starter in starters}
    assert said == {str(valkey.socket_path(folder))}
    assert int((folder / "redis.pid").read_text()) == pid_of(valkey.socket_path(folder))
    assert (folder / "redis.log").read_text().count("Ready to accept connections") == 1


def test_an_orphan_is_used_again_and_stop_ends_it(folder: Path) -> None:
    socket = valkey.start(folder)
    pid = pid_of(socket)
    with redis.Redis(unix_socket_path=str(socket)) as client:
        client.set("kept", 1)
    assert valkey.start(folder) == socket
    assert pid_of(socket) == pid
    valkey.stop(folder)
    assert not valkey.answers(socket)
    assert not alive(pid)
    with redis.Redis(unix_socket_path=str(valkey.start(folder))) as client:
        assert client.get("kept") == b"1"


def test_a_killed_server_leaves_a_socket_that_stops_nobody(folder: Path) -> None:
    socket = valkey.start(folder)
    os.kill(pid_of(socket), signal.SIGKILL)
    while valkey.answers(socket):
        pass
    assert socket.exists()
    assert valkey.answers(valkey.start(folder))


def test_a_server_that_is_busy_is_waited_for_and_gets_no_second_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = valkey.start(folder)
    pid = pid_of(socket)
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(valkey, "START_S", 0.5)
    try:
        with pytest.raises(ServerAway, match="did not come up"):
            valkey.start(folder)
        assert socket.exists()
    finally:
        os.kill(pid, signal.SIGCONT)
    monkeypatch.undo()
    assert pid_of(valkey.start(folder)) == pid


def test_a_path_too_long_for_a_socket_gets_a_short_one_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp")
    first, second = (tmp_path / name / ("x" * 120) for name in "ab")
    sockets = {valkey.socket_path(first), valkey.socket_path(second)}
    assert len(sockets) == 2
    assert all(len(str(socket)) < valkey.SOCKET_PATH_BYTES for socket in sockets)
    socket = valkey.start(first)
    try:
        assert valkey.answers(socket)
        assert socket.stat().st_mode & 0o077 == 0
    finally:
        valkey.stop(first)


def test_a_server_that_cannot_start_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "find_server", lambda: tmp_path / "no-such-server")
    with pytest.raises(ServerAway, match="cannot be started") as fault:
        valkey.start(tmp_path / "redis")
    assert "\n" not in str(fault.value)


async def test_it_is_kept_alive_while_it_is_needed_and_gone_afterwards(tmp_path: Path) -> None:
    async with private_redis(tmp_path) as socket:
        first = pid_of(socket)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(20):
            while not await asyncio.to_thread(valkey.answers, socket):
                await asyncio.sleep(0.02)
        second = pid_of(socket)
        assert second != first
    assert not valkey.answers(socket)
    assert not alive(second)


async def test_one_failed_start_does_not_end_the_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with private_redis(tmp_path) as socket:
        found, failures = valkey.find_server, [ServerAway("disk full")]

        def find() -> Path:
            if failures:
                raise failures.pop()
            return found()

        monkeypatch.setattr(valkey, "find_server", find)
        os.kill(pid_of(socket), signal.SIGKILL)
        async with asyncio.timeout(20):
            while failures or not await asyncio.to_thread(valkey.answers, socket):
                await asyncio.sleep(0.02)
