"""Campaigns on every platform but the first, which the other tests are about: killed, rehearsed again, and complete."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.acceptance.stage import Stage, kill, stage, wait_for
from tests.chaos.driver import SEED, drive
from tests.chaos.evidence import read_log, rows
from tests.chaos.harms import killing, losing_redis, sweeping
from tests.chaos.trial import SHAKY, Trial

OTHERS = ("trillet",)
EXAMPLES = Path(__file__).parents[2] / "examples"
LEADS = 14

pytestmark = pytest.mark.timeout(300)


def launch(on: Stage, platform: str) -> list[str | Path]:
    """The demo campaign's command, on a platform."""
    shutil.copytree(EXAMPLES, on.folder / "examples", dirs_exist_ok=True)
    campaign = (EXAMPLES / "campaign.toml").read_text().replace('#name = "callfluent"', f'name = "{platform}"')
    (on.folder / "demo.toml").write_text(campaign)
    return ["launch", "examples/leads.xlsx", "--campaign", "demo.toml", "--rehearse", "--start", "2026-11-23T18:00Z",
            "--speed", "300", "--limit", str(LEADS), "--sandbox-log", "log.jsonl", "--report", "results.xlsx",
            "-q"]  # fmt: skip


def shape(workbook: Path) -> list[tuple[str, list[object]]]:
    """The sheets of a workbook with the first cells of their rows up to the leads."""
    book = openpyxl.load_workbook(workbook)
    return [(sheet.title, [cell.value for cell in next(sheet.iter_rows())]) for sheet in book.worksheets]


@pytest.mark.parametrize("platform", OTHERS)
def test_the_demo_campaign_killed_in_between(tmp_path: Path, platform: str) -> None:
    folders = [tmp_path / "first", tmp_path / platform]
    for folder in folders:
        folder.mkdir()
    with stage(folders[0]) as on:
        done = on.run(*launch(on, "callfluent"))
        assert done.returncode == 0, done.stderr
    with stage(folders[1]) as on:
        command = launch(on, platform)
        log = on.folder / "log.jsonl"
        for calls in (4, 10):
            running = on.start(*command)
            wait_for(lambda calls=calls: log.exists() and len(read_log(log).requests) >= calls)  # type: ignore[misc]
            running.kill()
            running.wait()
            for servant in on.servants():
                kill(servant)
        done = on.run(*command)
        assert done.returncode == 0, done.stderr
        leads = rows(on.folder / ".dialer" / "rehearsal" / "ledger.sqlite", "SELECT * FROM contacts")
        found = read_log(log)
    refs = [line["body"]["data"]["dialer_ref"] for line in found.placed]
    assert len(refs) == len(set(refs)) >= LEADS
    called = {line["body"]["data"]["phone_number"] for line in found.placed}
    assert called == {lead["identity"] for lead in leads}
    assert {lead["state"] for lead in leads} <= {"done", "exhausted"}
    assert shape(folders[1] / "results.xlsx") == shape(folders[0] / "results.xlsx")


@pytest.mark.parametrize("platform", OTHERS)
def test_whatever_happens_nobody_is_called_twice_and_nobody_is_lost(tmp_path: Path, platform: str) -> None:
    trial = Trial("platforms", 70, SHAKY, speed=100, platform=platform)
    with drive(tmp_path / "d", trial, SEED, None) as under_way:
        met = under_way.harm((killing, sweeping, losing_redis), 3)
        found = under_way.judge()
    assert met == 3, f"DIALER_TEST_SEED={SEED}: it was over before it was tested"
    assert found.counts()["recovered"] > 0
