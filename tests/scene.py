"""A campaign under way in surroundings about to break: who was called, whether it goes on, what the judge says."""

from __future__ import annotations

import contextlib
import shutil
import signal
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import make_url

from tests.acceptance.stage import british_list, campaign, platform, wait_for
from tests.forked import Before, ForkedStage, forked_stage
from tests.judge import Log, judge_calls, judge_windows
from tests.proxy import Proxy, proxy
from tests.servers import RedisServer

PEOPLE, PACE, SPEED = 40, 8, 100
OPEN = ("reserved", "submitted", "accepted", "unknown")
ENGINE = """
[engine]
poll_min = "0.3s"
poll_max = "1s"
horizon = "3s"
match_window = "3s"
[engine.breaker]
in_a_row = 1000
share = 1.0
"""


class Scene:
    """One campaign, its platform, and the dialer that serves it."""

    def __init__(self, on: ForkedStage, people: int, pace: float, extra: str) -> None:
        self.on, self.people = on, people
        self.log = platform(on, speed=SPEED, per_second=pace, at_once=people)
        british_list(on.folder / "leads.csv", people)
        self.file = campaign(on.folder / "c.toml", "uk", extra, per_second=pace, at_once=people)
        self.file.write_text(self.file.read_text() + ENGINE)
        self.program: Any = None
        self.ledger = on.folder / ".dialer" / "ledger.sqlite"

    @property
    def shared(self) -> bool:
        return "DIALER_DATABASE_URL" in self.on.environment

    def load(self) -> None:
        """Make the ledger, and load the list without dialing anyone."""
        if self.shared:
            assert self.on.run("migrate").returncode == 0
        loaded = self.on.run("launch", "leads.csv", "--campaign", "c.toml", "--yes", "--detach")
        assert loaded.returncode == 0, loaded.stderr

    def dial(self) -> None:
        """Start the dialer."""
        self.program = self.on.start(*(["worker"] if self.shared else ["run", "uk", "--until", "done"]))

    def called(self) -> int:
        """How many requests to call somebody the platform has read."""
        return len(Log.read(self.log).placed) if self.log.exists() else 0

    def until_called(self, count: int, timeout_s: float = 90) -> None:
        """Wait until so many were called, or everybody who will be."""
        wait_for(lambda: self.called() >= count or self.over(), timeout_s)

    def over(self) -> bool:
        """Whether the campaign is done, or its only dialer has ended."""
        return self.rows("campaigns")[0]["state"] == "done" if self.shared else self.program.poll() is not None

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table of the ledger, read past the program."""
        url = self.on.environment.get("DIRECT_DATABASE_URL") or self.on.environment.get("DIALER_DATABASE_URL")
        if url is None:  # a copy: the file itself may be where only its programs go
            for path in self.ledger.parent.glob(f"{self.ledger.name}*"):
                shutil.copy(path, self.on.folder)
            url = f"sqlite:///{self.on.folder / self.ledger.name}"
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(sa.text(f"SELECT * FROM {table}"))]

    def finish(self, timeout_s: float = 90) -> list[str]:
        """Wait for the end; every fault there is."""
        wait_for(self.over, timeout_s)
        if self.shared:
            self.program.send_signal(signal.SIGTERM)
        code = self.program.wait(30)
        wrong = [] if code in (0, 6) else [f"the dialer ended with {code}: {self.on.said(self.program)[-500:]}"]
        return wrong + self.faults()

    def faults(self) -> list[str]:
        """What the judge says of a finished campaign."""
        seen = Log.read(self.log)
        contacts, attempts = self.rows("contacts"), self.rows("attempts")
        received = [line["body"]["data"]["phone_number"] for line in seen.placed]
        held = {contact["identity"] for contact in contacts if contact["state"] == "held"}
        return [
            *judge_calls(seen, attempts),
            *judge_windows(seen, contacts, tomllib.loads(self.file.read_text())),
            *(f"stuck: contact {c['id']} is {c['state']}" for c in contacts if c["state"] in ("ready", "dialing")),
            *(f"stuck: attempt {a['id']} is {a['state']}" for a in attempts if a["state"] in OPEN),
            *(f"duplicated: {number}" for number in {*received} if received.count(number) > 1),
            *(f"lost: {c['id']}" for c in contacts if c["identity"] not in {*received, *held}),
        ]  # fmt: skip

    def held(self) -> int:
        """How many people wait for a word, the fate of their call being unknown."""
        return sum(contact["state"] == "held" for contact in self.rows("contacts"))


@contextlib.contextmanager
def scene(
    folder: Path, people: int = PEOPLE, pace: float = PACE, environment: Mapping[str, str] | None = None, *,
    before: Before | None = None, extra: str = "",
) -> Iterator[Scene]:  # fmt: skip
    """A scene whose list is not loaded yet, cleared afterwards; ``extra`` goes to the head of its campaign file."""
    with forked_stage(folder, environment or {}, before) as on:
        yield Scene(on, people, pace, extra)


@contextlib.contextmanager
def proxied_scene(
    folder: Path, postgres_url: str, redis: RedisServer, people: int = PEOPLE
) -> Iterator[tuple[Scene, dict[str, Proxy]]]:
    """A scene of the shared size whose dialer reaches PostgreSQL, Redis and the platform through a proxy each."""
    with contextlib.ExitStack() as stack:
        database = make_url(postgres_url)
        ports = {"postgresql": database.port or 5432, "redis": redis.port}
        proxies = {name: stack.enter_context(proxy(port)) for name, port in ports.items()}
        servers = {
            "DIRECT_DATABASE_URL": postgres_url,
            "DIALER_DATABASE_URL": database.set(port=proxies["postgresql"].port).render_as_string(hide_password=False),
            "DIALER_REDIS_URL": f"redis://127.0.0.1:{proxies['redis'].port}/0",
        }
        at = stack.enter_context(scene(folder, people, environment=servers))
        accounts = folder / "accounts.toml"
        address = tomllib.loads(accounts.read_text())["accounts"]["default"]["base_url"]
        proxies["platform"] = stack.enter_context(proxy(urlsplit(address).port or 80))
        accounts.write_text(accounts.read_text().replace(address, f"http://127.0.0.1:{proxies['platform'].port}/api"))
        yield at, proxies
