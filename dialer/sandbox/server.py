"""The practice platform's process: an HTTP server on the loopback, its files, its clock."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import sys
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path

from aiohttp import web

from dialer.clock import Clock, ScaledClock, SystemClock
from dialer.errors import ServerAway, SettingsRefused
from dialer.sandbox.application import application
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.faults import Dice, Faults, read_faults
from dialer.sandbox.ground import Ground, practised
from dialer.sandbox.journal import Journal
from dialer.sandbox.log import Log
from dialer.sandbox.shelf import Shelf

KEY_VARIABLE = "DIALER_SANDBOX_KEY"
DEFAULT_KEY = "sandbox"

USUAL = Assumptions()

_TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How a practice platform is run.

    ``state`` is the folder of its calls; ``port`` 0 takes any free one; ``clock`` is a ``ScaledClock``'s file, without
    one it keeps real time; ``agent`` holds an agent as CallFluent returns it, without one every number is an agent's
    id; ``log`` gets a line per request and per call's end; ``assumed`` is how it behaves where no document says;
    ``faults`` is a file of what goes wrong, without one nothing does; ``platform`` is which one it stands for.
    """

    state: Path
    host: str = "127.0.0.1"
    port: int = 0
    clock: Path | None = None
    seed: int = 0
    log: Path | None = None
    agent: Path | None = None
    assumed: Assumptions = USUAL
    faults: Path | None = None
    platform: str = "callfluent"


def serve(options: SandboxOptions) -> None:
    """Serve until SIGTERM or SIGINT; the port and the process's id stand in ``sandbox.json`` of the state folder.

    Raises ServerAway when the port or the state folder is taken, a file cannot be written, or the clock's file is gone
    (a rehearsal that was thrown away takes its platform with it), and SettingsRefused for options that make no sense.
    """
    _refuse_other_machines(options.host)
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        why = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise ServerAway(f"the sandbox of {options.state} cannot go on: {why}") from error


async def _serve(options: SandboxOptions) -> None:
    with ExitStack() as files:
        options.state.mkdir(parents=True, exist_ok=True)
        clock: Clock = SystemClock() if options.clock is None else ScaledClock(options.clock)

        def journal(path: Path) -> Journal:
            return files.enter_context(closing(Journal(path)))

        key = os.environ.get(KEY_VARIABLE, DEFAULT_KEY)
        shelf = Shelf(journal(options.state / "kept.jsonl"))
        book = Book(journal(options.state / "calls.jsonl"), options.seed, shelf, options.assumed)
        log = None if options.log is None else Log(journal(options.log))
        if log is not None:
            log.catch_up(book.kept())

        faults = Faults() if options.faults is None else read_faults(options.faults)
        ground = Ground(book, shelf, log, clock, options.assumed, options.seed, options.agent, faults.history.records)
        served = practised(options.platform)(ground)
        dice = Dice(faults, options.seed)
        runner = web.AppRunner(application(served, log, clock, key, dice), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            port = await _listen(runner, options)
            _announce(options, port, served.base)
            await _until_stopped(clock, log)
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, options: SandboxOptions) -> int:
    try:
        await web.TCPSite(runner, options.host, options.port).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        place = f"{options.host}:{options.port}"
        raise ServerAway(f"port in use: {place}; stop what listens there or give another --port") from error
    return int(runner.addresses[0][1])


def _announce(options: SandboxOptions, port: int, base: str) -> None:
    draft = options.state / f"sandbox.json.{os.getpid()}"
    draft.write_text(json.dumps({"port": port, "pid": os.getpid(), "base": base}), encoding="utf-8")
    draft.replace(options.state / "sandbox.json")
    sys.stderr.write(f"sandbox ready on http://{options.host}:{port}{base}\n")
    sys.stderr.flush()


async def _until_stopped(clock: Clock, log: Log | None) -> None:
    """Log the calls' ends until a signal comes; raises OSError when the clock's file is gone."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        now = clock.now()
        if log is not None:
            with suppress(OSError):  # a full disk: what could not be written is written at a later tick
                log.write_ends(now)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TICK_S)


def _refuse_other_machines(host: str) -> None:
    try:
        loopback = IPv4Address(host).is_loopback
    except AddressValueError:
        loopback = False
    if not loopback:
        raise SettingsRefused(f"the sandbox serves this machine only: --host must be 127.0.0.1, not {host}")
