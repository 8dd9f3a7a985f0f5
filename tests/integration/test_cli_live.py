"""Commands typed while another process owns the ledger: that process carries them out."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.tables import attempts, closures
from dialer.embedded import ledger_url
from tests.program import BARE, dialer, refused, told

SPEC = '[leads]\ncountry = "US"\n[pace]\nper_second = 0.05\nat_once = 1\n[retries]\nattempts = 1\n'
SNOW_ENDS = datetime(2026, 12, 25, 5, tzinfo=UTC)
"""Midnight in New York after the last closed date."""
CLOCK = ("--start", "2026-11-23T16:00", "--speed", "20")


def test_a_dialing_process_is_steered_from_another_terminal(tmp_path: Path) -> None:
    (tmp_path / "spring.toml").write_text(SPEC)
    people = [f"Lead {line},+1 212 555 01{line}" for line in range(10, 40)]
    (tmp_path / "spring.csv").write_text("\n".join(["Name,Phone", *people]))
    launch = [sys.executable, "-m", "dialer", "launch", "spring.csv", "--campaign", "spring.toml", "--rehearse", *CLOCK]
    with subprocess.Popen(launch, cwd=tmp_path, env=BARE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as dialing:
        wait_for_a_call(tmp_path, dialing)
        assert "process" in told(tmp_path, "status", "--rehearsal")["served_by"]
        paused = dialer(tmp_path, "pause", "spring", "--rehearsal", "--reason", "lunch")
        assert paused.stderr.startswith('"spring" is paused'), paused.stderr
        made = told(tmp_path, "status", "--rehearsal")
        time.sleep(1)
        after = told(tmp_path, "status", "--rehearsal")
        assert (after["state"], after["detail"], after["attempts"]) == ("paused", "lunch", made["attempts"])
        assert '"autumn"' in refused(tmp_path, 2, "pause", "autumn", "--rehearsal")
        (tmp_path / "more.csv").write_text("Name,Phone\nMore,+1 212 555 0199\n")
        assert "1 leads added" in dialer(tmp_path, "append", "spring", "more.csv", "--rehearsal").stderr
        assert "1 people taken off" in dialer(tmp_path, "withdraw", "spring", "more.csv", "--rehearsal").stderr
        assert "is resumed" in dialer(tmp_path, "resume", "spring", "--rehearsal").stderr
        words = ("--until", "2026-12-24", "--reason", "snow", "--rehearsal")
        assert "US-NY is closed" in dialer(tmp_path, "rules", "close", "NY", *words).stderr
        wait_until(tmp_path, "2026-12-25")  # nobody may be called before: a rehearsal's clock goes there
        assert "is cancelled" in dialer(tmp_path, "cancel", "spring", "--rehearsal", "--yes").stderr
        said, _ = dialing.communicate(timeout=60)
        assert dialing.returncode == 0, said
    seen = told(tmp_path, "status", "--rehearsal")
    assert (seen["state"], seen["served_by"]) == ("cancelled", None)
    assert seen["leads"]["cancelled"] > 0
    ledger = Ledger(ledger_url(tmp_path / ".dialer" / "rehearsal"), lambda: SNOW_ENDS, read_only=True)
    closed_at = ledger.read_now(lambda conn: conn.execute(sa.select(closures.c.closed_at)).scalar_one())
    called = ledger.read_now(lambda conn: conn.execute(sa.select(attempts.c.intent_at)).scalars().all())
    ledger.close()
    assert [moment for moment in called if moment and closed_at < moment < SNOW_ENDS] == []


def wait_for_a_call(folder: Path, dialing: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and dialing.poll() is None:
        ran = dialer(folder, "status", "--rehearsal", "--json")
        if ran.returncode == 0 and '"attempts": 0' not in ran.stdout:
            return
    raise AssertionError("no call was made")


def wait_until(folder: Path, day: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if told(folder, "status", "--rehearsal")["now"] >= day:
            return
    raise AssertionError(f"the clock did not reach {day}")
