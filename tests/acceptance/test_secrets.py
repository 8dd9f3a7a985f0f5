"""A key, a password, a number and a name, planted: a campaign in trouble tells them to nobody but the reports."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from dialer.collector import Collector
from dialer.providers.callfluent.client import CallFluent
from dialer.receiver import path_of
from dialer.settings import load_settings
from tests.acceptance.stage import Stage, campaign
from tests.forked import forked_stage

KEY, PASSWORD, TOKEN = "cf-key-zq81planted", "mail-password-zq82planted", "twilio-token-zq83planted"
NAME, NUMBER = "Zebedee Quillfeather", "+442079460012"
SECRETS = (KEY, PASSWORD, TOKEN)
PERSON = (NAME, "Zebedee", "Quillfeather", "2079460012", "7946 0012", "7946-0012")
HOME = ("leads.csv", "accounts.toml", "c.toml", "said-0.err")
"""Where some of it stands on purpose: files of the user's own, and a launch's plan, which shows what is sent."""
PATH = {"PATH": os.environ["PATH"]}
PEOPLE = [(NAME, NUMBER), *((f"{NAME} {n}", f"+44207946{n:04}") for n in range(13, 19))]


class Parrot:
    """A platform that repeats whatever it is sent, in every kind of answer (shapes as in seed 000)."""

    def __init__(self) -> None:
        self.placed: list[dict[str, Any]] = []
        self.histories = 0
        self.port = 0

    async def make_call(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.placed.append(body["data"])
        name, number = body["data"]["name"], body["data"]["phone_number"]
        spaced = f"{number[:3]} {number[3:5]} {number[5:9]} {number[9:]}"
        said = f"no: {name} at {number}, {spaced}, {json.dumps(body)}, {request.headers['Authorization']}"
        match len(self.placed):
            case 1:
                return web.json_response({"status": False, "error": said}, status=500)
            case 2:
                return web.json_response({"status": False, "msg": said}, status=400)
            case 3:
                return web.Response(text=f"<html><body>{said}</body></html>", status=502, content_type="text/html")
            case 4:
                return web.Response(text=said)
            case 5:
                assert request.transport is not None
                request.transport.abort()
            case 7:  # the account's fault: the campaign is paused, and people are to be notified
                return web.json_response({"status": False, "msg": said}, status=403)
        return web.json_response({"status": True, "data": [body["data"]]})

    async def calls(self, request: web.Request) -> web.StreamResponse:
        self.histories += 1
        said = f"{NAME} at {NUMBER} with {request.headers['Authorization']}"
        if self.histories < 3 or request.query["page"] != "1":
            return web.json_response({"status": False, "error": said} if self.histories < 3 else {"data": []})
        return web.json_response({"status": True, "data": [
            {"id": n, "phone_number": call["phone_number"], "status": f"odd {n}" if n == 2 else "completed",
             "custom_fields": call} for n, call in enumerate(self.placed, 1) if n != 1
        ]})  # fmt: skip

    async def agent(self, request: web.Request) -> web.StreamResponse:
        agent = {"id": 7, "name": "Ada", "welcome_msg": "an AI", "echo": request.headers["Authorization"]}
        return web.json_response({"status": True, "data": {"agent": agent}})


@contextlib.asynccontextmanager
async def parrot() -> AsyncIterator[Parrot]:
    made, served = Parrot(), web.Application()
    served.router.add_post("/api/call/make-call/7", made.make_call)
    served.router.add_get("/api/agent/7/calls", made.calls)
    served.router.add_get("/api/agent/get-one/7", made.agent)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        await runner.cleanup()


def found(text: str, what: tuple[str, ...] = SECRETS + PERSON) -> list[str]:
    """What of it stands in a text."""
    return [one for one in what if one.lower() in text.lower()]


def files(folder: Path, *besides: str) -> Iterator[tuple[str, str]]:
    """Every file under a folder, packed ones opened, as text."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in besides:
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as book:
                    yield str(path), "".join(book.read(name).decode(errors="replace") for name in book.namelist())
            else:
                yield str(path), path.read_bytes().decode(errors="replace")


def command_lines() -> str:
    """What every user of this machine can read of its processes, those that the dialer starts included."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return "\n".join(lines)


async def until(ready: Any, timeout_s: float = 40) -> None:
    async with asyncio.timeout(timeout_s):
        while not await asyncio.to_thread(ready):
            await asyncio.sleep(0.1)


def prepare(on: Stage, port: int) -> None:
    """A list, a campaign and an account, with everything planted."""
    leads = on.folder / "leads.csv"
    leads.write_text("Name,Phone\n" + "".join(f"{name},{number}\n" for name, number in PEOPLE))
    file = campaign(on.folder / "c.toml", "uk")
    file.write_text(
        file.read_text()
        + "[engine]\npoll_min = '0.3s'\npoll_max = '1s'\n[engine.breaker]\nin_a_row = 1000\nshare = 1.0\n"
    )
    accounts = on.folder / "accounts.toml"
    accounts.write_text(
        f'[accounts.default]\nbase_url = "http://127.0.0.1:{port}/api"\nper_second = 10\nat_once = 20\n'
        f'[notify]\nsmtp = "smtp://me:{PASSWORD}@127.0.0.1:1"\nmail_from = "a@b.example"\nmail_to = "c@d.example"\n'
    )
    accounts.chmod(0o600)
    on.environment |= {
        "DIALER_ACCOUNTS": str(accounts), "CALLFLUENT_API_KEY": KEY, "DIALER_LOG": "debug", "PYTHONASYNCIODEBUG": "1",
        "DIALER_TWILIO_SID": "AC1", "DIALER_TWILIO_TOKEN": TOKEN, "TMPDIR": str(on.folder / "tmp"),
    }  # fmt: skip
    (on.folder / "tmp").mkdir()


async def test_a_campaign_in_trouble_with_debug_logging_tells_nobody(tmp_path: Path) -> None:
    async with parrot() as platform:
        with forked_stage(tmp_path, PATH) as on:
            prepare(on, platform.port)
            loaded = await asyncio.to_thread(on.run, "launch", "leads.csv", "--campaign", "c.toml", "--yes", "--detach")
            assert loaded.returncode == 0, loaded.stderr
            assert not found(loaded.stdout + loaded.stderr, SECRETS)
            worker = on.start("worker", "--listen", "127.0.0.1:0")
            await until(lambda: "Taking webhooks on" in on.said(worker))
            await until(lambda: len(platform.placed) == len(PEOPLE) and platform.histories > 5)
            kept = tmp_path / ".dialer" / "dialer.log"
            await until(lambda: "notification by email failed" in kept.read_text())
            at = re.search(r"http://127\.0\.0\.1:\d+", on.said(worker))
            assert at
            async with aiohttp.ClientSession() as session:
                told = {"dialer_ref": platform.placed[1]["dialer_ref"], "wife": NAME, "transcription": NUMBER}
                for body in (json.dumps(told), f"{NAME} {NUMBER} {KEY}"):
                    await session.post(at[0] + path_of("default", SecretStr(KEY)), data=body)
            assert not found(command_lines())
            for words in (
                ("status", "uk"),
                ("status", "uk", "--json"),
                ("history", "uk", "--json"),
                ("doctor", "--json"),
            ):
                said = await asyncio.to_thread(on.run, *words)
                assert not found(said.stdout + said.stderr), words
            for suffix in ("xlsx", "json"):
                assert (await asyncio.to_thread(on.run, "report", "uk", f"out.{suffix}")).returncode == 0
            worker.kill()
            worker.wait()
            log = kept.read_text()
            assert '"level": "debug"' in log
            assert "history cannot be read" in log

            where = {name: found(text) for name, text in files(tmp_path, *HOME) if found(text)}
            allowed = {"ledger.sqlite", "ledger.sqlite-wal", "out.xlsx", "out.json"}
            assert {Path(name).name for name in where} <= allowed, where
            for name, text in files(tmp_path, *HOME):
                assert not found(text, SECRETS), name
            report = json.loads((tmp_path / "out.json").read_text())
            assert not found(json.dumps(report["summary"]))
            texts = [row["platform_text"] for row in report["attempts"]]
            assert not found("".join(texts))
            assert any("<sent>" in text and "<number>" in text for text in texts)
            assert [row["x_wife"] for row in report["leads"]].count(NAME) == 1


async def crash(*given: object) -> None:
    raise RuntimeError(NAME, NUMBER, KEY, given)


def placing_crashes() -> None:
    CallFluent.place = crash  # type: ignore


def polling_crashes() -> None:
    Collector.poll = crash  # type: ignore


async def test_a_crash_leaves_places_in_code_and_nothing_else(tmp_path: Path) -> None:
    async with parrot() as platform:
        with forked_stage(tmp_path, PATH) as on:
            prepare(on, platform.port)
            await asyncio.to_thread(on.run, "launch", "leads.csv", "--campaign", "c.toml", "--yes", "--detach")
            log = tmp_path / ".dialer" / "dialer.log"
            on.before = placing_crashes
            worker = on.start("worker")
            await until(lambda: log.exists() and "a ring was not answered" in log.read_text())
            worker.kill()
            worker.wait()
            on.before = polling_crashes
            worker = on.start("worker")
            assert await asyncio.to_thread(worker.wait, 40) == 1
            assert "this is our fault" in on.said(worker)
            assert any("dialer-fault-" in name for name, _ in files(tmp_path / "tmp"))
            besides = (*HOME, "ledger.sqlite", "ledger.sqlite-wal")
            assert {name: found(text) for name, text in files(tmp_path, *besides) if found(text)} == {}


def test_no_repr_has_a_secret(tmp_path: Path) -> None:
    with forked_stage(tmp_path, PATH) as on:
        prepare(on, 1)
    database = {"DIALER_DATABASE_URL": f"postgresql://u:{PASSWORD}@h/d", "DIALER_REDIS_URL": f"redis://:{PASSWORD}@h"}
    settings = load_settings(on.environment | database, None)
    shown = repr(settings) + repr(settings.accounts) + str(settings.twilio) + str(settings.notify)
    assert not found(shown)
    assert "default" in shown
