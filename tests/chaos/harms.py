"""What is done to a campaign under way; each answers whether it met anything alive."""

from __future__ import annotations

import os
import signal
import time

from tests.acceptance.stage import wait_for
from tests.chaos.driver import Drive, Embedded, Shared


def killing(drive: Drive) -> bool:
    """A worker is killed (-9), the keeper with it, and another one started."""
    if (worker := drive.any_worker()) is None:
        return False
    worker.kill()
    worker.wait()
    drive.another()
    return worker.returncode == -signal.SIGKILL


def sweeping(drive: Drive) -> bool:
    """Everything but the ledger is killed at once; then work goes on."""
    met = drive.any_worker() is not None
    drive.sweep()
    drive.another()
    return met


def stopping(drive: Drive) -> bool:
    """A worker is stopped (SIGSTOP) for longer than the guard's half second, and goes on."""
    return _stopped(drive, drive.rnd.uniform(0.6, 2))


def standing_still(drive: Drive) -> bool:
    """It is stopped for so long that the checker calls late what it then sends, and others do its work meanwhile."""
    return _stopped(drive, 12)


def _stopped(drive: Drive, seconds: float) -> bool:
    if (worker := drive.any_worker()) is None:
        return False
    os.kill(worker.pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(worker.pid, signal.SIGCONT)
    return True


def leaving(drive: Drive) -> bool:
    """The oldest worker is told to stop (SIGTERM), another one takes its place; it must leave in good order.

    One that was still starting has nothing to put in order, and does not count.
    """
    worker = next((worker for worker in drive.workers if worker.poll() is None), None)
    if worker is None:
        return False
    worker.send_signal(signal.SIGTERM)
    if isinstance(drive, Shared):
        drive.another()
    code = worker.wait(120)
    assert code in (0, 6, drive.stopped_code, -signal.SIGTERM), f"--seed={drive.seed}: {code}: {drive.on.said(worker)}"
    if isinstance(drive, Embedded) and code not in (0, 6):
        before = drive.received()
        drive.another()
        wait_for(lambda: drive.received() > before or drive.over(), 60)
    return code != -signal.SIGTERM


def losing_redis(drive: Drive) -> bool:
    """Redis is killed and comes back empty."""
    drive.restart_redis()
    return True


def flushing(drive: Drive) -> bool:
    """Redis is emptied."""
    drive.flush_redis()
    return True
