"""Dialing a campaign under a person's or cron's eyes: serve, show, report, and the exit code."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from campaigns.ledger.campaigns import find
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.progress import Progress, progress, window_closes
from campaigns.vocabulary import CampaignState, ContactState, Reason, Verdict
from dialer.cli.board import Board, waiting_text
from dialer.cli.options import line, print_json, say
from dialer.clock import Clock
from dialer.session import Session

LOOK_EVERY_S = 0.25
HELD = 6
STOPPED = 75
COUNTRY = '[leads] country = "US"'


@dataclass(slots=True)
class Watch:
    """Looks at one campaign, shows it, and says when it is time to leave."""

    ledger: Ledger
    clock: Clock
    campaign_id: int
    board: Board
    until_done: bool
    last: Progress | None = None
    _looked: float = 0.0
    _over: bool = False

    async def over(self) -> bool:
        """Whether the campaign is done, stopped by the engine or, for a run, has nothing to do in this window."""
        if time.monotonic() - self._looked < LOOK_EVERY_S:
            return self._over
        now = self.clock.now()
        self.last = seen = await self.ledger.read(progress, self.campaign_id, now)
        self._looked = time.monotonic()
        self.board.show(seen, now)
        stopped = seen.state is CampaignState.PAUSED and (not self.until_done or seen.reason is not Reason.OPERATOR)
        self._over = ((seen.over or stopped) and not seen.open) or (not self.until_done and await self._closed(seen))
        return self._over

    async def _closed(self, seen: Progress) -> bool:
        now = self.clock.now()
        if seen.next_due is None:  # nobody waits: a moment later a running campaign is done, and not just closed
            return seen.state is not CampaignState.RUNNING and not seen.open
        if seen.open or seen.next_due <= now:
            return False
        closes = await self.ledger.read(window_closes, self.campaign_id, now)
        return closes is None or seen.next_due >= closes


@dataclass(frozen=True, slots=True)
class Ending:
    """What is wanted of a dialing command besides the dialing: no progress, a report, a JSON document at the end.

    ``rehearsal`` and ``state`` say which ledger the user named; the lines that are told to type next name it again.
    """

    report: Path | None
    quiet: bool
    as_json: bool
    rehearsal: bool = False
    state: Path | None = None

    def check(self) -> None:
        """Refuse a report that could not be written, before anyone is called."""
        if self.report:
            from campaigns.reports.report import writer_for

            writer_for(self.report)


def tell_loaded(name: str, said: Mapping[str, Any]) -> None:
    """Say what a launch did to the campaign; ``said`` is the answer of the command ``launch``."""
    if said["differs"]:
        say(f'"{name}" was launched with another campaign file; that one holds. --new starts a campaign with this one.')
    if said["recent"]:
        say(f"{said['recent']:,} people were called in the last 30 days and are left out; --call-again calls them.")
    if said["running"]:
        say(f"{said['running']:,} people are being called by another campaign and are left out.")
    if said["no_consent"]:
        say(f"{said['no_consent']:,} people are left out: the law wants their consent, and none is on record.")
    if said["no_country"]:
        say(f"{said['no_country']:,} rows have no country code and are rejected; {COUNTRY} in the campaign file helps.")
    if said["known"]:
        say(f'"{name}" has this list already: nothing was added.')
    else:
        changed = f", {said['changed']:,} changed" if said["changed"] else ""
        say(f'"{name}": {said["added"]:,} leads added{changed}.')


async def dial(session: Session, clock: Clock, name: str, ending: Ending, *, until_done: bool) -> int:
    """Serve until the campaign is over, and say what came of it; answers the exit code of DESIGN §9."""
    campaign = await session.ledger.read(find, name)
    with Board(name, quiet=ending.quiet) as board:
        await session.run(Watch(session.ledger, clock, campaign.id, board, until_done).over, say)
    code = exit_code(await tell_end(session.ledger, clock, campaign.id, ending), session.stopped, until_done=until_done)
    if code == STOPPED:
        until = ["--until", "done"] if until_done and not ending.rehearsal else []
        say(f"To go on: {line('run', name, *until, state=ending.state, rehearsal=ending.rehearsal)}")
    return code


async def tell_end(ledger: Ledger, clock: Clock, campaign_id: int, ending: Ending) -> Progress:
    """Say what came of a campaign so far, and write the report that was asked for."""
    now = clock.now()
    seen = await ledger.read(progress, campaign_id, now)
    say(closing(seen, now))
    if ending.report:
        from campaigns.reports.report import write_report

        out = await ledger.read(partial(write_report, rehearsal=ending.rehearsal), campaign_id, ending.report, now)
        say(f"Results: {out}")
    if ending.as_json:
        from campaigns.reports.summary import summarise

        print_json((await ledger.read(summarise, campaign_id, now)).to_json())
    return seen


def closing(seen: Progress, now: datetime) -> str:
    """What a person is told at the end: every row accounted for, what the calls came to, and what is still to come."""
    rows = ", ".join(f"{seen.rows[verdict]} {verdict}" for verdict in Verdict if verdict in seen.rows)
    leads = ", ".join(f"{seen.contacts[state]} {state}" for state in ContactState if state in seen.contacts)
    calls = ", ".join(f"{count} {result}" for result, count in seen.results.most_common())
    lines = [
        f'"{seen.name}" is {seen.state.value}.' if seen.over else f'"{seen.name}": {waiting_text(seen, now)}.',
        f"  Rows   {sum(seen.rows.values())}: {rows}",
        f"  Leads  {seen.leads}: {leads}",
        f"  Calls  {seen.results.total()} ended: {calls}" if calls else "  Calls  none yet",
    ]
    if seen.contacts.get(ContactState.HELD, 0):
        lines.append(f"  Held leads wait for a word of yours: dialer status {seen.name}, dialer settle {seen.name} …")
    return "\n".join(lines)


def exit_code(seen: Progress, stopped: signal.Signals | None, *, until_done: bool) -> int:
    """0 done, or a run that reached its own end; 6 done but leads are held; 75 stopped with work left."""
    if seen.over:
        return HELD if seen.contacts.get(ContactState.HELD, 0) else 0
    if stopped or seen.state is CampaignState.PAUSED or until_done:
        return STOPPED
    return 0
