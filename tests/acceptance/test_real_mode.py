"""The embedded size at the real speed, against a practice platform given as the user's account."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialer.session import SAME_SIGNAL_S
from tests.acceptance.stage import SUITE_JITTER_S, british_list, campaign, platform, stage, wait_for
from tests.agreed import CONSENT_TABLE
from tests.chaos.checker import number_of
from tests.chaos.evidence import embedded, read_log
from tests.forked import forked_stage

ENGINE = '[engine]\npoll_min = "0.3s"\npoll_max = "1s"\n'


def requests(log: Path) -> int:
    """How many calls were asked for so far."""
    return len(read_log(log).placed) if log.exists() else 0


def late(log: Path, answered: datetime, number: str | None = None) -> list[str]:
    """Who was asked for more than a second after a command was answered: anybody, or this one."""
    asked = [(number_of(line), datetime.fromisoformat(line["real"])) for line in read_log(log).requests]
    return [whom for whom, at in asked if at > answered + timedelta(seconds=1) and number in (None, whom)]


def test_a_launch_dials_everyone_once_and_a_second_launch_adds_nothing(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=30)
        leads = british_list(tmp_path / "leads.csv", 24)
        file = campaign(tmp_path / "c.toml", "uk")
        first = on.run("launch", leads, "--campaign", file, "--yes", "--report", "results.xlsx")
        assert first.returncode == 0, first.stderr
        assert not embedded(tmp_path / ".dialer", log, file, jitter_s=SUITE_JITTER_S).faults
        assert requests(log) == 24
        again = on.run("launch", leads, "--campaign", file, "--yes")
        assert again.returncode == 0
        assert "has this list already: nothing was added" in again.stderr
        assert requests(log) == 24
        british_list(tmp_path / "more.csv", 26)
        more = on.run("launch", "more.csv", "--campaign", file, "--yes", "--quiet", "--json")
        assert "2 leads added" in more.stderr
        assert json.loads(more.stdout)["contacts"]["done"] >= 0
        assert requests(log) == 26
        british_list(tmp_path / "fresh.csv", 27)
        fresh = on.run("launch", "fresh.csv", "--campaign", file, "--yes", "--new")
        assert "26 people were called in the last 30 days" in fresh.stderr
        assert '"uk 2": 1 leads added' in fresh.stderr
        assert requests(log) == 27


def test_off_a_terminal_a_launch_needs_yes(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=30)
        british_list(tmp_path / "leads.csv", 2)
        asked = on.run("launch", "leads.csv", "--campaign", campaign(tmp_path / "c.toml", "uk"), "--limit", "1")
        assert asked.returncode == 2
        assert "Leads     1 to call, 0 not" in asked.stderr
        assert "--yes" in asked.stderr.splitlines()[-1]
        assert requests(log) == 0


def test_where_nothing_is_said_of_consent_a_launch_names_the_line_to_write(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=30)
        british_list(tmp_path / "leads.csv", 2)
        file = campaign(tmp_path / "c.toml", "uk")
        file.write_text(file.read_text().replace(CONSENT_TABLE, ""))
        asked = on.run("launch", "leads.csv", "--campaign", file, "--yes")
        assert asked.returncode == 3, asked.stderr
        said = asked.stderr.splitlines()[-1]
        assert "nothing says that 2 of these people agreed to such calls: GB law wants consent (PECR reg. 19)" in said
        assert '[consent] who = "…"' in said
        assert not (tmp_path / ".dialer" / "ledger.sqlite").exists()
        assert requests(log) == 0


@pytest.mark.parametrize(
    ("key", "agent", "code", "words"),
    [("wrong", "7", 4, "key"), ("sandbox", "nobody", 3, "agent"), ("", "7", 4, "no key")],
)
def test_a_wrong_key_or_agent_is_one_line_before_anything_is_loaded(
    tmp_path: Path, key: str, agent: str, code: int, words: str
) -> None:
    with stage(tmp_path) as on:
        platform(on, speed=30)
        on.environment["CALLFLUENT_API_KEY"] = key
        british_list(tmp_path / "leads.csv", 2)
        file = campaign(tmp_path / "c.toml", "uk")
        file.write_text(file.read_text().replace('agent = "7"', f'agent = "{agent}"'))
        done = on.run("launch", "leads.csv", "--campaign", file, "--yes")
        assert done.returncode == code, done.stderr
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert not (tmp_path / ".dialer" / "ledger.sqlite").exists()


def test_pause_from_another_terminal_stops_requests_within_a_second_and_resume_goes_on(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=30)
        british_list(tmp_path / "leads.csv", 40)
        on.start("launch", "leads.csv", "--campaign", campaign(tmp_path / "c.toml", "uk"), "--yes")
        wait_for(lambda: requests(log) >= 4)
        paused = on.run("pause", "uk")
        answered = datetime.now(UTC)
        assert paused.returncode == 0, paused.stderr
        time.sleep(3)  # the promise is about what does not happen in this time
        assert not late(log, answered)
        assert requests(log) < 40
        assert on.json("status", "uk")["state"] == "paused"
        assert on.run("resume", "uk").returncode == 0
        assert on.processes[-1].wait(timeout=100) == 0, on.said(on.processes[-1])
        assert requests(log) == 40


def test_who_is_suppressed_and_what_is_paused_under_load_is_not_asked_for_a_second_later(tmp_path: Path) -> None:
    """``pause --now`` hangs up besides: it was said before those calls ended, and is answered after them."""
    people, pace, soon = 300, 10, 60
    with forked_stage(tmp_path, {}) as on:
        log = platform(on, speed=5, per_second=pace, at_once=people)
        british_list(tmp_path / "leads.csv", people)
        file = campaign(tmp_path / "c.toml", "uk", ENGINE, per_second=pace, at_once=people)
        launched = on.start("launch", "leads.csv", "--campaign", file, "--yes")
        wait_for(lambda: requests(log) >= pace)
        unwanted = f"+4420794{60000 + requests(log) + soon}"
        suppressed = on.run("suppress", "add", unwanted)
        off_the_list = datetime.now(UTC)
        assert suppressed.returncode == 0, suppressed.stderr
        wait_for(lambda: on.json("status", "uk")["leads"]["done"])  # by then the history names calls in progress, too
        paused = on.run("pause", "uk", "--now")
        answered = datetime.now(UTC)
        assert paused.returncode == 0, paused.stderr
        assert int(paused.stderr.partition(" is paused; ")[2].partition(" calls were hung up")[0]) > 0
        time.sleep(3)  # the promise is about what does not happen in this time
        assert not late(log, answered)
        assert requests(log) < people, "nobody was left to be called"
        assert on.run("resume", "uk").returncode == 0
        assert launched.wait(timeout=100) == 0, on.said(launched)
        assert not late(log, off_the_list, unwanted)
        assert requests(log) == people - 1


def test_of_two_runs_at_once_one_dials_and_the_other_says_so(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=30)
        british_list(tmp_path / "leads.csv", 30)
        file = campaign(tmp_path / "c.toml", "uk", 'mode = "cron"')
        loaded = on.run("launch", "leads.csv", "--campaign", file, "--yes")
        assert loaded.returncode == 0, loaded.stderr
        assert requests(log) == 0, "a campaign for cron is dialed only inside a run"
        first = on.start("run", "uk")
        wait_for(lambda: requests(log) >= 2)
        second = on.run("run", "uk")
        assert second.returncode == 0
        assert len(second.stderr.splitlines()) == 1
        assert f"process {first.pid}" in second.stderr
        assert on.run("run", "uk", "--strict").returncode == 75
        assert first.wait(timeout=100) == 0, on.said(first)
        assert requests(log) == 30
        assert on.run("run", "uk").returncode == 0


def test_ctrl_c_finishes_the_calls_in_progress_and_says_how_to_go_on(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=10)
        british_list(tmp_path / "leads.csv", 60)
        file = campaign(tmp_path / "c.toml", "uk")
        launched = on.start("launch", "leads.csv", "--campaign", file, "--yes")
        wait_for(lambda: requests(log) >= 6)
        launched.send_signal(signal.SIGINT)
        assert launched.wait(timeout=100) == 75, on.said(launched)
        assert "To go on: " in (said := on.said(launched))
        assert "run uk --until done" in said
        begun = requests(log)
        wait_for(lambda: len(read_log(log).ended) == begun)
        assert begun < 60
        again = on.run("launch", "leads.csv", "--campaign", file, "--yes")
        assert again.returncode == 0, again.stderr
        assert requests(log) == 60
        assert not embedded(tmp_path / ".dialer", log, file, jitter_s=SUITE_JITTER_S).faults


def test_a_second_ctrl_c_leaves_at_once_and_nobody_is_called_twice(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=10)
        british_list(tmp_path / "leads.csv", 12)
        file = campaign(tmp_path / "c.toml", "uk")
        launched = on.start("launch", "leads.csv", "--campaign", file, "--yes")
        wait_for(lambda: requests(log) >= 2)
        launched.send_signal(signal.SIGINT)
        launched.send_signal(signal.SIGINT)  # as `timeout` does: one request to stop, twice
        with pytest.raises(subprocess.TimeoutExpired):
            launched.wait(timeout=2 * SAME_SIGNAL_S)
        launched.send_signal(signal.SIGINT)
        assert launched.wait(timeout=10) == 130, on.said(launched)
        said = on.said(launched)
        assert "Traceback" not in said
        assert "our fault" not in said
        assert "the next run finds out" in said
        again = on.run("run", "uk", "--until", "done")
        assert again.returncode == 0, again.stderr
        assert requests(log) == 12
        assert not embedded(tmp_path / ".dialer", log, file, jitter_s=SUITE_JITTER_S).faults


def test_a_run_of_another_campaign_is_dialed_by_the_owner_and_watched(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        log = platform(on, speed=30)
        british_list(tmp_path / "leads.csv", 40)
        on.start("launch", "leads.csv", "--campaign", campaign(tmp_path / "c.toml", "uk"), "--yes")
        wait_for(lambda: requests(log) >= 2)
        (tmp_path / "other.csv").write_text("Name,Phone\nZoe,+442079470001\nYan,+442079470002\n")
        file = campaign(tmp_path / "o.toml", "other", 'mode = "cron"')
        assert on.run("launch", "other.csv", "--campaign", file, "--yes").returncode == 0
        watched = on.run("run", "other", "--report", "other.json")
        assert watched.returncode == 0, watched.stderr
        assert "it dials this campaign, too" in watched.stderr
        assert json.loads((tmp_path / "other.json").read_text())["summary"]["state"] == "done"
        assert on.run("run", "uk").returncode == 0
        assert on.processes[-1].wait(timeout=100) == 0, on.said(on.processes[-1])
        assert requests(log) == 42
