"""The clock of a process that dials: compared before it dials, and once found wrong it tells no time any more.

The ledger asks it in every transaction, so from that moment nothing is decided and no intent commits; the process ends
and says why, and whoever starts it again meets the comparison first. With a database server its clock is the one to
agree with, since all workers have it in common. An embedded ledger has nobody to ask but itself: its newest instant
cannot lie ahead. Meanwhile the machine's own count of seconds since it was started, sleep included, tells on a clock
that is set.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.errors import DialerError, LedgerError
from campaigns.ledger.adopting import last_instant
from campaigns.ledger.ledger import Ledger
from dialer.clock import SystemClock
from dialer.errors import ClockWrong

SKEW = timedelta(seconds=2)
"""How far a clock may be off: less than the five seconds before the end of a window in which nobody is called."""
CHECK_S = 5.0
NEVER_STOPS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts while the machine sleeps, too: on Linux by this name, on macOS the monotonic clock does."""
SET_IT = "nothing is dialed by a wrong clock; see to this machine's time service and start again"


class SteadyClock(SystemClock):
    """The wall clock, until it is set or stopped: from then on ``now`` raises, for good."""

    def __init__(self) -> None:
        self._started = time.time() - time.clock_gettime(NEVER_STOPS)
        self._why: DialerError | None = None

    def now(self) -> datetime:
        """The current instant, in UTC; raises ClockWrong, or what ``stop`` was told."""
        moved = timedelta(seconds=time.time() - time.clock_gettime(NEVER_STOPS) - self._started)
        if self._why is None and abs(moved) > SKEW:
            self.stop(ClockWrong(f"this machine's clock was set {_span(moved)} {_way(moved)}: {SET_IT}"))
        if self._why is not None:
            raise self._why
        return super().now()

    def stop(self, why: DialerError) -> None:
        """Tell no time any more: whoever asks gets this error."""
        self._why = why


async def compare(ledger: Ledger, clock: SteadyClock) -> None:
    """Hold the clock against what there is; raises ClockWrong."""
    if ledger.is_sqlite:
        last, now = await ledger.read(last_instant), clock.now()
        if last is not None and last - now > SKEW:
            raise ClockWrong(
                f"this machine's clock is {_span(last - now)} behind the ledger, which was written at {last:%F %T} UTC:"
                " set the clock right, or wait until then if it is right now"
            )
        return
    ahead = await ledger.read(ahead_of_database)
    if abs(ahead) > SKEW:
        which = "ahead of" if ahead > timedelta(0) else "behind"
        raise ClockWrong(f"this machine's clock is {_span(ahead)} {which} the database's: {SET_IT}")


async def keep_comparing(ledger: Ledger, clock: SteadyClock) -> None:
    """Stop the clock once it is no longer the database's; for ever."""
    while not ledger.is_sqlite:
        await asyncio.sleep(CHECK_S)
        try:
            await compare(ledger, clock)
        except ClockWrong as wrong:
            clock.stop(wrong)
        except LedgerError:  # a database that is away is met, and told, wherever it is needed
            continue


def ahead_of_database(conn: sa.Connection) -> timedelta:
    """How far this machine's clock is ahead of the database's (below zero: behind), as far as is certain.

    A slow answer proves nothing: the database looked at its clock at some time between question and answer.
    """
    asked = time.time()
    theirs = float(conn.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    answered = time.time()
    return timedelta(seconds=max(asked - theirs, 0.0) + min(answered - theirs, 0.0))


def _span(of: timedelta) -> str:
    return str(timedelta(seconds=round(abs(of).total_seconds())))


def _way(moved: timedelta) -> str:
    return "forward" if moved > timedelta(0) else "back"
