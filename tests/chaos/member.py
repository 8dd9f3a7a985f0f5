"""``dialer worker`` and ``dialer launch`` in scaled time on PostgreSQL, for the driver: a rehearsal of the shared size.

python -m tests.chaos.member launch|work ADDRESS      in the folder with c.toml, leads.csv and clock.json
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from campaigns.spec.file import load_spec
from dialer.clock import ScaledClock
from dialer.commands import answer_of, execute
from dialer.rehearsal import rehearsal_world
from dialer.session import session
from dialer.settings import load_settings
from dialer.site import REHEARSAL, Site


async def main(what: str, address: str) -> None:
    """Launch the campaign, or work until told to stop."""
    folder = Path.cwd()
    clock, spec = ScaledClock(folder / "clock.json"), load_spec(folder / "c.toml")
    site = Site(load_settings(os.environ, None), None, clock, rehearsal=True)
    world = replace(rehearsal_world(folder, clock, spec, address), idle=None)  # several processes, so nobody jumps
    async with session(site, world, None) as at_work:
        if what == "work":
            await at_work.run(_never)
            return
        arguments = {
            "file": "leads.csv", "name": "spring", "spec": spec.model_dump(mode="json"), "world": REHEARSAL,
            "agent": "1", "agent_fields": None, "skip_recent": False, "limit": None, "who": "chaos",
        }  # fmt: skip
        answer_of(await execute(at_work.ledger, "launch", arguments))
        answer_of(await execute(at_work.ledger, "open", {"name": "spring", "who": "chaos"}))


async def _never() -> bool:
    return False


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
