"""A dialer killed (-9) between look-ups and their answers: the next one asks again only what was never answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from tests.acceptance.stage import wait_for
from tests.acceptance.test_look_ups import LOOKUP, play
from tests.twilio import package

PEOPLE, ANSWERED, COVERED = 45, 20, 70


@pytest.mark.timeout(300)
async def test_killed_in_between_it_asks_again_only_what_was_never_answered(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with play(tmp_path) as at:
        rows = "".join(f"Person {n},+1212555{1000 + n}\n" for n in range(PEOPLE))
        (tmp_path / "leads.csv").write_text(f"Name,Phone\n{rows}")
        at.write(f"{LOOKUP}budget = {COVERED / 100}\n")
        answered: set[str] = set()

        def reply(number: str) -> web.Response:
            answered.add(number)
            if len(answered) == ANSWERED:
                at.twilio.hold = asyncio.Event()
            return package("landline")

        at.twilio.reply = reply
        launched = at.on.start("launch", "leads.csv", "--campaign", "c.toml", "--yes")
        await asyncio.to_thread(wait_for, lambda: len(at.twilio.asked) > ANSWERED)
        await asyncio.sleep(0.3)
        launched.kill()
        await asyncio.to_thread(launched.wait)
        told, asked = set(answered), set(at.twilio.asked)
        held, at.twilio.hold = at.twilio.hold, None
        ran = await asyncio.to_thread(at.on.run, "run", "us", timeout_s=200)
        assert ran.returncode in (0, 6), ran.stderr
        assert held is not None
        twice = {number for number, times in Counter(at.twilio.asked).items() if times > 1}
        record_property("asked", len(at.twilio.asked))
        record_property("asked again", len(twice))
        assert twice == asked - told
        assert twice
        assert len(at.twilio.asked) <= COVERED
        assert len(at.called()) == PEOPLE
