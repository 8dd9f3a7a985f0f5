"""What must be in order before anything is dialed, each with its fix. Looks only; writes nothing and shows no key."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module, resources
from pathlib import Path

import sqlalchemy as sa

from campaigns.errors import DialerError, RegistryMissing
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import HEAD, current_version
from campaigns.ledger.registries import active, too_old
from campaigns.suppression.shelf import Shelf
from dialer import valkey
from dialer.access import reading
from dialer.channels import channels
from dialer.clock import SystemClock
from dialer.embedded import ledger_url
from dialer.errors import SettingsRefused
from dialer.finding import Finding
from dialer.providers.switchboard import Switchboard
from dialer.queue import open_redis
from dialer.settings import REGISTRIES, Settings, find_state, load_settings

AWAY = 5
KEY = 4
ANSWER_S = 6.0
"""How long a server may take to answer; a container's health check waits ten seconds."""
SAFE_SQLITE = (3, 51, 3)
TZDATA_AGE = timedelta(days=365)
"""The wheel carries a table that is renewed every January and July: a year after that it is 6 to 12 months old."""
SKEW_S = 2.0
FREE_BYTES, FEW_BYTES = 200_000_000, 1_000_000_000


async def examine(environ: Mapping[str, str], state: Path | None, *, offline: bool) -> AsyncIterator[Finding]:
    """Look at everything, one finding after another; ``offline`` leaves the platform alone."""
    yield Finding("python", sys.version.split()[0])
    folder = find_state(environ, state, Path.cwd())
    try:
        settings = load_settings(environ, folder)
    except SettingsRefused as refused:
        yield Finding("settings", str(refused), "correct it and ask again", refused.exit_code)
        settings = Settings(folder)
    for finding in _keys(settings):
        yield finding
    if settings.twilio is not None:
        yield Finding(
            "look-ups", f"Twilio's SID and token are set, for {settings.twilio.base_url}; not tried, it costs"
        )
    if told := ", ".join(channel.name for channel in channels(settings.notify)):
        yield Finding("notify", f"by {told}; not tried")
    if not offline:
        async for finding in _platforms(settings):
            yield finding
    yield await _redis(settings)
    yield await asyncio.to_thread(_ledger, settings, folder)
    for finding in await asyncio.to_thread(_registries, settings, folder):
        yield finding
    yield _sqlite(settings)
    yield _tzdata(datetime.now(UTC))
    yield await _clock(settings)
    yield _disk(folder)


def _keys(settings: Settings) -> Iterator[Finding]:
    described = [(name, account) for name, account in settings.accounts.items() if account.key or name != "default"]
    for name, account in described:
        if account.key:
            yield Finding("key", f'account "{name}" has one')
        else:
            yield Finding("key", f'account "{name}" has none', "set its DIALER_KEY_… variable", KEY)
    if not described:
        yield Finding("key", "there is none; only rehearsals can run", "set CALLFLUENT_API_KEY", KEY)


async def _platforms(settings: Settings) -> AsyncIterator[Finding]:
    switchboard = Switchboard(settings.account)
    try:
        for name, account in settings.accounts.items():
            if account.key:
                platform = switchboard.platform(name)
                try:
                    async with asyncio.timeout(ANSWER_S):
                        numbers = await platform.numbers()
                    yield Finding(
                        "platform", f'account "{name}": the key is taken; {len(numbers)} numbers to call from'
                    )
                except TimeoutError:
                    yield Finding("platform", f'account "{name}": no answer in {ANSWER_S:g} s', "try again later", AWAY)
                except DialerError as error:
                    yield Finding("platform", f'account "{name}": {error}', "check key and base_url", error.exit_code)
    except DialerError as error:
        yield Finding("platform", str(error), "correct it and ask again", error.exit_code)
    finally:
        await switchboard.close()


async def _redis(settings: Settings) -> Finding:
    try:
        if settings.redis_url is None:
            return Finding("redis", f"private, by {await asyncio.to_thread(valkey.find_server)}")
        await _redis_time(settings.redis_url)
        return Finding("redis", "answers")
    except DialerError as error:
        return Finding("redis", str(error), "start it, or correct DIALER_REDIS_URL", AWAY)
    except TimeoutError:
        return Finding("redis", f"no answer in {ANSWER_S:g} s", "start it, or correct DIALER_REDIS_URL", AWAY)


async def _redis_time(url: str) -> float:
    async with asyncio.timeout(ANSWER_S):
        redis = await open_redis(url, None)
        try:
            seconds, micros = await redis.time()
            return float(seconds) + float(micros) / 1_000_000
        finally:
            await redis.aclose()


def _ledger(settings: Settings, folder: Path | None) -> Finding:
    try:
        if settings.database_url:
            version = current_version(settings.database_url)
        elif folder is None or not (folder / "ledger.sqlite").exists():
            return Finding("ledger", "none yet; `dialer launch` makes one")
        else:
            version = _version_of(folder)
    except DialerError as error:
        return Finding("ledger", str(error), "start the database, or restore the file", AWAY)
    if version != HEAD:
        found = f"version {version}" if version else "no tables"
        return Finding("ledger", f"{found}, this program knows {HEAD}", "run `dialer migrate`", AWAY)
    return Finding("ledger", f"version {version}")


def _registries(settings: Settings, folder: Path | None) -> list[Finding]:
    """Whether this machine has the very file of every do-not-call registry that counts, and a copy that may be used."""
    clock, shelf = SystemClock(), Shelf(settings.registries if settings.shared or not folder else folder / REGISTRIES)
    found = []
    try:
        with reading(settings, folder, clock) as ledger:
            for copy in ledger.read_now(active):
                shelf.take(copy.name, copy.sha256)
                old = too_old(copy, clock.now())
                text = old or f'"{copy.name}" as of {copy.as_of}: {copy.numbers:,} numbers'
                found.append(Finding("registry", text, "import a new one" if old else ""))
    except RegistryMissing as missing:
        found.append(Finding("registry", str(missing), "`dialer suppress registry` imports it", AWAY))
    except DialerError:  # what is wrong with the ledger was said already
        pass
    return found


def _version_of(folder: Path) -> str | None:
    ledger = Ledger(ledger_url(folder), SystemClock().now, read_only=True)
    try:
        version = ledger.read_now(
            lambda conn: conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        )
        return None if version is None else str(version)
    finally:
        ledger.close()


def _sqlite(settings: Settings) -> Finding:
    version = sqlite3.sqlite_version
    if settings.shared or sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return Finding("sqlite", version)
    return Finding("sqlite", f"{version}; only one process may write the ledger, and only one does")


def _tzdata(now: datetime) -> Finding:
    table = (resources.files("tzdata") / "zoneinfo" / "leapseconds").read_text(encoding="utf-8")
    name = import_module("tzdata").IANA_VERSION
    updated = re.search(r"^#updated (\d+)", table, re.MULTILINE)
    if updated and now - datetime.fromtimestamp(int(updated[1]), UTC) > TZDATA_AGE:
        return Finding("tzdata", f"{name} is old; calling hours may be wrong", "pip install --upgrade tzdata")
    return Finding("tzdata", name)


async def _clock(settings: Settings) -> Finding:
    wall, monotonic = time.time(), time.monotonic()
    await asyncio.sleep(0.05)
    drift_s = abs((time.time() - wall) - (time.monotonic() - monotonic))
    if drift_s > SKEW_S / 100:
        return Finding("clock", "the wall clock jumps", "see to the machine's time service", AWAY)
    if settings.redis_url is not None:
        try:
            skew_s = abs(await _redis_time(settings.redis_url) - time.time())
        except (DialerError, TimeoutError):
            return Finding("clock", "runs evenly; Redis did not tell its own")
        if skew_s > SKEW_S:
            return Finding("clock", f"{skew_s:.1f} s away from Redis's", "see to both machines' time service", AWAY)
    return Finding("clock", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")


def _disk(folder: Path | None) -> Finding:
    where = next(path for path in (folder or Path.cwd(), *(folder or Path.cwd()).parents) if path.exists())
    free = shutil.disk_usage(where).free
    text = f"{free / 1e9:.1f} GB free at {where}"
    if free < FREE_BYTES:
        return Finding("disk", text, "make room", AWAY)
    return Finding("disk", text, "make room soon" if free < FEW_BYTES else "")
