"""What the contract's tests must know of a platform to try it: how it is started, and what its wire looks like."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from campaigns.spec import Platform as Reading
from dialer.providers.platform import Answer, Deadline, Platform, Preparing
from dialer.providers.registry import account_class
from dialer.sandbox.application import application
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.faults import Dice, Faults
from dialer.sandbox.ground import Ground, practised
from dialer.sandbox.journal import Journal
from dialer.sandbox.log import Log
from dialer.sandbox.shelf import Shelf
from tests.integration.rude_servers import Prelude, no_prelude
from tests.integration.shop import Clock

KEY = "contract-key-3f9a61c2d7"
NUMBER = "+12025550123"
SEED = 1
"""What the sandbox draws its calls from."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One platform.

    ``agent`` is one that its sandbox has. ``good`` is the body that answers a call; ``mark`` what a call's own request
    has in it for a reference; ``prelude`` answers what is asked before it. ``says_no`` is the documented body of an
    error with this text. ``strange`` are documents of its history with one call each, whose status nobody knows;
    ``shapes`` the same call (to NUMBER at the instant) in every way it is read. ``missing`` is an agent nobody has.
    """

    name: str
    agent: str
    missing: str
    good: bytes
    mark: Callable[[str], bytes]
    says_no: Callable[[str], bytes]
    strange: Sequence[Any]
    shapes: Sequence[tuple[Any, datetime]]
    prelude: Prelude = no_prelude
    settings: Mapping[str, Any] = field(default_factory=dict)

    def client(self, url: str, key: str = KEY, reading: Mapping[str, Any] | None = None) -> Platform:
        """A client of an account at this address."""
        described = account_class(self.name).model_validate({"base_url": url, **self.settings})
        return described.connect(SecretStr(key), Reading.model_validate({"name": self.name, **(reading or {})}))

    @asynccontextmanager
    async def calling(
        self, url: str, key: str = KEY, reading: Mapping[str, Any] | None = None
    ) -> AsyncIterator[Platform]:
        """A client for as long as the block runs."""
        client = self.client(url, key, reading)
        try:
            yield client
        finally:
            await client.close()

    async def place(
        self, client: Platform, ref: str = "r1", number: str = NUMBER, deadline: Deadline | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """A call, as the dialer places it."""
        fields = {"name": "Zoë"} if fields is None else fields
        if isinstance(client, Preparing):
            await client.prepare(number, fields, ref)
        return await client.place(self.agent, number, fields, ref, deadline or within(2))


def within(seconds: float) -> Deadline:
    """A deadline so many seconds from now."""
    return Deadline(time.monotonic() + seconds, time.time() + seconds)


@dataclass(slots=True)
class Practice:
    """A running sandbox: its address, its book, its clock."""

    url: str
    book: Book
    clock: Clock


@asynccontextmanager
async def practising(
    subject: Subject, folder: Path, faults: Faults | None = None, assumed: Assumptions | None = None
) -> AsyncIterator[Practice]:
    """The platform's sandbox in this process, with a clock that a test moves."""
    with ExitStack() as files:

        def journal(name: str) -> Journal:
            return files.enter_context(closing(Journal(folder / name)))

        clock, assumed, faults = Clock(), assumed or Assumptions(), faults or Faults()
        shelf, log = Shelf(journal("kept.jsonl")), Log(journal("log.jsonl"))
        book = Book(journal("calls.jsonl"), SEED, shelf, assumed)
        ground = Ground(book, shelf, log, clock, assumed, SEED, None, faults.history.records)
        served = practised(subject.name)(ground)
        async with TestServer(application(served, log, clock, KEY, Dice(faults, SEED))) as server:
            yield Practice(f"http://127.0.0.1:{server.port}{served.base}", book, clock)
