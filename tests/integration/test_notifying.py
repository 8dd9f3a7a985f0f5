"""People are notified by a real mail server, a real web server and a real program; what failed is told again."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from campaigns.ledger import controls, telling
from campaigns.ledger.controls import Control
from campaigns.ledger.outcomes import Outcome, record
from campaigns.vocabulary import AttemptState, CampaignState, Reason
from dialer import channels
from dialer.channels import Channel, Command, Email, Webhook
from dialer.feeder import AccountLimit
from dialer.herald import Herald
from dialer.queue import open_redis
from dialer.settings import Notify
from dialer.worker import Worker, World
from tests.integration.shop import DAY, NOON, WORLD, Shop, lead, number, shop_at, switchboard
from tests.program import dialer

KEEP = [sys.executable, "-c", "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + chr(10))"]
SECRET = "t0ken-nobody-may-see"


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


@dataclass
class Mailbox:
    """A mail server of a few lines: RFC 5321 as far as one message needs it. ``answer`` is what it says to MAIL."""

    answer: str = "250 ok"
    messages: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            answer = {"EHLO": "250-mail.test\r\n250 AUTH PLAIN", "AUTH": "235 ok", "MAIL": self.answer,
                      "DATA": "354 go on", "QUIT": "221 bye"}.get(line.split()[0].upper(), "250 ok")  # fmt: skip
            writer.write(f"{answer}\r\n".encode())
            if answer.startswith("354"):
                self.messages.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 kept\r\n")
            if answer.startswith("221"):
                break
        writer.close()


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


@dataclass
class Hook:
    """A web server that keeps what is posted; ``status`` is what it answers, once ``open``."""

    status: int = 204
    taken: list[dict[str, Any]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.waiting.set()
        await self.open.wait()
        self.taken.append(await request.json())
        return web.Response(status=self.status)


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    made.open.set()
    application = web.Application()
    application.router.add_post(f"/{SECRET}", made.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/{SECRET}"
    try:
        yield made
    finally:
        await runner.cleanup()


def herald(shop: Shop, *told: Channel) -> Herald:
    """A dialer's herald, as a process that has just started has it."""
    return Herald(shop.ledger, shop.clock.now, told)


def pause(shop: Shop, name: str = "spring", row: int = 1) -> None:
    """The platform refuses the account, in words that name a person; the campaign pauses itself."""
    shop.campaign(name, [lead(row), lead(row + 1)])
    (id_, _) = shop.sent(1)
    said = f"no minutes left to call {number(row)}"
    assert shop.do(record, Outcome(id_, AttemptState.NOT_PLACED, said, 403, blames_account=True))


async def test_all_channels_tell_what_happened_and_no_person(shop: Shop, tmp_path: Path) -> None:
    pause(shop)
    kept = tmp_path / "kept"
    async with mailbox() as box, hook() as web_hook:
        mail = SecretStr(f"smtp://ann:{SECRET}@127.0.0.1:{box.port}")
        settings = Notify(
            command=" ".join([KEEP[0], "-c", f'"{KEEP[2]}"', str(kept)]), webhook=SecretStr(web_hook.url),
            smtp=mail, mail_from="dialer@here.test", mail_to="ann@here.test",
        )  # fmt: skip
        made = channels.channels(settings)
        for _ in range(2):
            await herald(shop, *made).tick()
        (posted,) = web_hook.taken
        assert json.loads(kept.read_text()) == posted
        message = message_from_string(box.messages.pop())
    text = f'"spring" paused itself: {Reason.ACCOUNT.meaning}. Leads: 1 dialing, 1 ready.'
    assert posted == {
        "event": "paused", "campaign": "spring", "why": Reason.ACCOUNT.meaning, "leads": {"dialing": 1, "ready": 1},
        "at": NOON.isoformat(), "id": shop.events()[-1].id, "text": f"{text} `dialer status` says more.",
    }  # fmt: skip
    written = message.get_payload(decode=True)
    assert isinstance(written, bytes)
    assert (message["Subject"], message["To"], box.messages) == ("dialer: spring: paused", "ann@here.test", [])
    assert text in written.decode()
    assert not any(number(1)[2:] in each for each in (written.decode(), json.dumps(posted)))
    assert "AUTH" in " ".join(box.said)


async def test_only_what_the_engine_did_is_told(shop: Shop) -> None:
    for name in ("by ann", "empty"):
        shop.campaign(name)
    shop.do(controls.control, Control(1, CampaignState.PAUSED, "ann", Reason.OPERATOR))
    assert shop.do(controls.finish, None) == ["empty"]
    shop.do(telling.refuse, telling.Refusal("summer", "leads.csv", "ann"))
    async with hook() as web_hook:
        await herald(shop, Webhook(SecretStr(web_hook.url))).tick()
        told = [(each["event"], each["campaign"], each["text"]) for each in web_hook.taken]
    assert told == [
        ("done", "empty", '"empty" is done.'),
        ("list refused", "summer", '"summer": the lead list leads.csv was refused; `dialer check` says why.'),
    ]


async def test_what_failed_is_told_by_the_next_dialer_and_hinders_no_other_channel(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pause(shop)
    kept = tmp_path / "kept"
    async with mailbox() as box, hook() as web_hook:
        web_hook.status, box.answer = 500, "451 later"
        mail = Email(SecretStr(f"smtp://ann:{SECRET}@127.0.0.1:{box.port}"), "a@b.test", "c@d.test")
        hooked = Webhook(SecretStr(web_hook.url))
        program = Command(" ".join(["false", SECRET]))
        with caplog.at_level(logging.WARNING):
            first = herald(shop, mail, hooked, program)
            await first.tick()
            await first.tick()
        assert len(web_hook.taken) == 1, "it rests before it tries again"
        assert sorted(each.args[0] for each in caplog.records) == ["command", "email", "webhook"]
        assert SECRET not in caplog.text
        web_hook.status, box.answer = 200, "250 ok"
        works = Command(" ".join([KEEP[0], "-c", f'"{KEEP[2]}"', str(kept)]))
        await herald(shop, mail, hooked, works).tick()
        assert [each["id"] for each in web_hook.taken] == [shop.events()[-1].id] * 2
        assert (len(box.messages), len(kept.read_text().split("\n\n"))) == (1, 1)


async def test_old_events_are_no_news(shop: Shop) -> None:
    pause(shop)
    shop.clock.move(DAY)
    async with hook() as web_hook:
        await herald(shop, Webhook(SecretStr(web_hook.url))).tick()
        assert web_hook.taken == []


async def test_a_program_that_does_not_end_is_killed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    pause(shop)
    monkeypatch.setattr(channels, "COMMAND_S", 0.05)
    (notice,) = shop.ledger.read_now(telling.untold, "command", NOON)
    with pytest.raises(channels.NotTold, match="did not end"):
        await Command("sleep 60").send(notice)
    with pytest.raises(channels.NotTold, match="cannot be run"):
        await Command("/nowhere/at/all").send(notice)


async def test_a_program_is_given_no_key(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pause(shop)
    monkeypatch.setenv("DIALER_KEY_ACME", SECRET)
    monkeypatch.setenv("CALLFLUENT_API_KEY", SECRET)
    kept = tmp_path / "env"
    (notice,) = shop.ledger.read_now(telling.untold, "command", NOON)
    await Command(f"sh -c 'env > {kept}'").send(notice)
    assert "PATH=" in kept.read_text()
    assert SECRET not in kept.read_text()


async def test_calls_go_on_while_a_channel_hangs(shop: Shop) -> None:
    pause(shop)
    shop.campaign("autumn", [lead(5)])
    async with hook() as web_hook:
        web_hook.open.clear()
        telling_it = asyncio.create_task(herald(shop, Webhook(SecretStr(web_hook.url))).run())
        await web_hook.waiting.wait()
        assert len(shop.sent(2, AttemptState.ACCEPTED)) == 1
        assert web_hook.taken == []
        web_hook.open.set()
        telling_it.cancel()
        await asyncio.gather(telling_it, return_exceptions=True)


async def test_a_worker_tells_that_a_campaign_is_done_before_it_leaves(shop: Shop, redis_url: str) -> None:
    shop.campaign("empty")
    async with hook() as web_hook:
        redis, platforms = await open_redis(redis_url, None), switchboard("http://127.0.0.1:9/api")
        world = World(
            shop.clock, {"default": WORLD}, {"default": AccountLimit(1, 1)}, platforms,
            channels=[Webhook(SecretStr(web_hook.url))],
        )  # fmt: skip

        async def done() -> bool:
            return bool(shop.campaign_row(1).state == CampaignState.DONE)

        async with asyncio.timeout(30):
            await Worker(shop.ledger, redis, world, lambda _: True).run(done)
        assert [each["event"] for each in web_hook.taken] == ["done"]
        await redis.aclose()


def test_a_refused_list_is_told_though_nobody_dials(tmp_path: Path) -> None:
    (tmp_path / ".dialer").mkdir()
    with shop_at(f"sqlite:///{tmp_path / '.dialer' / 'ledger.sqlite'}") as shop:
        shop.campaign("spring", [lead(1)])
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    (tmp_path / "spring.toml").write_text('agent = "1"\n')
    kept = tmp_path / "kept"
    how = {"DIALER_NOTIFY_COMMAND": " ".join([KEEP[0], "-c", f'"{KEEP[2]}"', str(kept)]), "CALLFLUENT_API_KEY": "k"}
    assert dialer(tmp_path, "append", "spring", "bad.xlsx", **how).returncode == 3
    assert dialer(tmp_path, "launch", "bad.xlsx", "--campaign", "spring.toml", "--yes", **how).returncode == 3
    told = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [(each["event"], each["campaign"], each["why"]) for each in told] == [
        ("list refused", "spring", "bad.xlsx"),
        ("list refused", "bad", "bad.xlsx"),
    ]
