"""Troubles of the surroundings, done to a scene while it dials: each begins, lasts, and is over."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import redis
from sqlalchemy import make_url

from tests.scene import Scene
from tests.servers import PostgresServer, RedisServer, Unavailable, connect


@contextlib.contextmanager
def locked(ledger: Path) -> Iterator[None]:
    """Another program has begun to write the SQLite file, and does not come to an end."""
    other = sqlite3.connect(ledger, isolation_level=None)
    other.execute("PRAGMA busy_timeout=20000")
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def restart_postgres(server: PostgresServer, lasts_s: float) -> None:
    """It crashes, as at a fail-over, and comes back at the same address."""
    server.kill()
    time.sleep(lasts_s)
    server.start()


def narrow_role(url: str) -> str:
    """The URL of this database for a new user, whose connections can be limited; superusers' cannot."""
    with connect(make_url(url)) as conn:
        conn.execute("CREATE ROLE narrow LOGIN PASSWORD 'narrow'")
        conn.execute(f"ALTER DATABASE {make_url(url).database} OWNER TO narrow".encode())
    return make_url(url).set(username="narrow", password="narrow").render_as_string(hide_password=False)


def no_connections(server: PostgresServer, lasts_s: float) -> None:
    """Others have taken every connection, ours were ended."""
    with connect(make_url(server.create())) as conn:
        conn.execute("ALTER ROLE narrow CONNECTION LIMIT 0")
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'narrow'")
        time.sleep(lasts_s)
        conn.execute("ALTER ROLE narrow CONNECTION LIMIT -1")


def full_memory(server: RedisServer, lasts_s: float) -> None:
    """Redis has reached its ``maxmemory`` and refuses whatever would write."""
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", 1)
        time.sleep(lasts_s)
        client.config_set("maxmemory", 0)


def flushed(server: RedisServer, lasts_s: float) -> None:
    """Somebody empties Redis again and again."""
    until = time.monotonic() + lasts_s
    while time.monotonic() < until:
        server.flush()
        time.sleep(0.3)


def older_snapshot(server: RedisServer, lasts_s: float) -> None:
    """Redis comes back with what it held a while ago."""
    kept = server.folder / "kept"
    shutil.copytree(server.folder / "appendonlydir", kept)
    time.sleep(lasts_s)
    server.kill()
    shutil.rmtree(server.folder / "appendonlydir")
    kept.rename(server.folder / "appendonlydir")
    server.start()


CLOCK = "clock-is-wrong-by"


def stepped() -> None:
    """Let the machine's clock be wrong by what a file in the folder says, whenever it says so; not the platform's."""
    if sys.argv[1] == "sandbox":
        return
    from dialer.clock import SystemClock

    right, wrong_by = time.time, Path.cwd() / CLOCK

    def wrong() -> float:
        return right() + (float(wrong_by.read_text() or 0) if wrong_by.exists() else 0.0)

    time.time = wrong
    setattr(SystemClock, "now", lambda _: datetime.fromtimestamp(wrong(), UTC))  # noqa: B010 - mypy takes it for a slip


def step_clock(at: Scene, by_s: float) -> None:
    """The clock of the scene's programs is wrong by so much from now on."""
    draft = at.on.folder / f"{CLOCK}.draft"
    draft.write_text(str(by_s))
    draft.replace(at.on.folder / CLOCK)


class Disk:
    """A small disk of the scene's own, mounted where its state folder is, that can be filled and made read-only."""

    def __init__(self, folder: Path, holder: int) -> None:
        self.folder, self.holder = folder, holder
        self.seen = Path(f"/proc/{holder}/root{folder}")

    def fill(self) -> None:
        """Leave no room on it."""
        with contextlib.suppress(OSError), (self.seen / "filling").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def clear(self) -> None:
        """Make room again."""
        (self.seen / "filling").unlink()

    def mount(self, options: str) -> None:
        """Mount it anew: ``ro`` or ``rw``."""
        inside = ["nsenter", "-t", str(self.holder), "-U", "-m", "--preserve-credentials"]
        subprocess.run([*inside, "mount", "-o", f"remount,{options}", str(self.folder)], check=True)


HOLDER = "HOLDER_OF_THE_DISK"


def enter() -> None:
    """Go where the disk is mounted; for a copied program, ahead of it."""
    if holder := os.environ.pop(HOLDER, None):
        libc = ctypes.CDLL(None, use_errno=True)
        here = Path.cwd()
        for kind in ("user", "mnt"):
            with Path(f"/proc/{holder}/ns/{kind}").open() as space:
                if libc.setns(space.fileno(), 0):
                    raise OSError(ctypes.get_errno(), "the disk's namespace cannot be entered")
        os.chdir(here)


@contextlib.contextmanager
def small_disk(at: Scene, size: str) -> Iterator[Disk]:
    """Mount one for the state folder of a scene whose programs ``enter``; Unavailable where that is not allowed."""
    folder = at.on.folder / ".dialer"
    folder.mkdir()
    script = f"mount -t tmpfs -o size={size} none {folder} && echo mounted && exec sleep 600"
    with subprocess.Popen(["unshare", "-rm", "sh", "-c", script], stdout=subprocess.PIPE, text=True) as holder:
        try:
            if holder.stdout is None or holder.stdout.readline() != "mounted\n":
                raise Unavailable("this machine lets nobody mount a disk of their own")
            at.on.environment[HOLDER] = str(holder.pid)
            at.ledger = Path(f"/proc/{holder.pid}/root{folder}/ledger.sqlite")
            yield Disk(folder, holder.pid)
        finally:
            holder.kill()
