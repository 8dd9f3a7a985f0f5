"""The demo campaign on every platform, which misbehaves, killed on the way and started again: nobody twice or lost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance.stage import Stage, stage, wait_for
from tests.chaos.evidence import rows
from tests.contract.subjects import SUBJECTS

EXAMPLES = Path(__file__).parents[2] / "examples"
FAULTS = """
[make_call.before]
error = 0.02
bad_gateway = 0.02
too_many = 0.04
[make_call.after]
error = 0.02
reset = 0.02
half_body = 0.02
[history.before]
error = 0.1
garbage = 0.05
[history.records]
lag_s = 5
"""
PATIENCE = ("#in_a_row = 3", "in_a_row = 50"), ("#share = 0.05", "share = 1.0")
"""So many faults would rest the account and pause the campaign."""
PEOPLE = 24
SPEED = 250
REACHED = ("human", "human_short", "voicemail_left", "voicemail_no_message")
SHEETS = ["Summary", "Leads", "Attempts", "Rejected", "Doubts"]
OURS = (
    "phone_e164", "phone_type", "country", "zone", "other_zones", "zone_source", "dialer_state", "result", "reason",
    "in_plain_words", "attempts", "first_attempt_local", "last_attempt_local", "next_attempt_local", "talk_seconds",
    "disposition", "source_file", "source_row",
)  # fmt: skip
"""What stands beside the user's own columns, whatever the platform."""


def ended(log: Path) -> list[dict[str, Any]]:
    """The calls that there were, as the practice platform knows them."""
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return [line for line in lines if "call" in line]


def demo(on: Stage, platform: str) -> list[str | Path]:
    """The words that rehearse the demo campaign there."""
    text = (EXAMPLES / "campaign.toml").read_text(encoding="utf-8")
    for default, wanted in (('#name = "callfluent"', f'name = "{platform}"'), *PATIENCE):
        assert default in text
        text = text.replace(default, wanted)
    (on.folder / "spring.toml").write_text(text)
    (on.folder / ".dialer").mkdir()
    (on.folder / ".dialer" / "faults.toml").write_text(FAULTS)
    return [
        "launch", EXAMPLES / "leads.xlsx", "--campaign", "spring.toml", "--rehearse", "--limit", str(PEOPLE),
        "--speed", str(SPEED), "--sandbox-log", "log.jsonl", "--report", "results.xlsx", "--start", "2026-11-23T15:00Z",
    ]  # fmt: skip


@pytest.mark.parametrize("platform", [subject.name for subject in SUBJECTS])
def test_the_demo_runs_on_it_through_kill_9(tmp_path: Path, platform: str) -> None:
    with stage(tmp_path) as on:
        words, log = demo(on, platform), tmp_path / "log.jsonl"
        first = on.start(*words)
        wait_for(lambda: len(ended(log)) > PEOPLE // 4 or first.poll() is not None)
        first.kill()
        first.wait()
        assert 0 < len(ended(log)) < PEOPLE, on.said(first)
        done = on.run(*words)
        assert done.returncode in (0, 6), done.stderr
        assert 'Going on with "spring"' in done.stderr
        folder = tmp_path / ".dialer" / "rehearsal"
        contacts = rows(folder / "ledger.sqlite", "SELECT state FROM contacts")
        attempts = rows(folder / "ledger.sqlite", "SELECT number, state, result FROM attempts")
        calls = ended(log)
    states = Counter(row["state"] for row in contacts)
    assert states.total() == PEOPLE
    assert {*states} <= {"done", "exhausted", "held", "excluded", "expired"}, states
    known = Counter(row["number"] for row in attempts if row["state"] in ("ended", "lost"))
    reached = Counter(row["number"] for row in attempts if row["result"] in REACHED)
    doubtful = Counter(row["number"] for row in attempts if row["state"] in ("unresolved", "lost"))
    made = Counter(call["number"] for call in calls)
    answered = Counter(call["number"] for call in calls if call["result"] == "completed")
    assert made.total() >= PEOPLE
    for number in {*made, *known}:
        assert known[number] <= made[number] <= known[number] + doubtful[number], "as many calls as attempts"
        assert reached[number] <= answered[number] <= reached[number] + doubtful[number], "and as they went"
    workbook = openpyxl.load_workbook(tmp_path / "results.xlsx", read_only=True)
    assert [sheet.title for sheet in workbook] == [f"REHEARSAL {title}" for title in SHEETS]
    assert next(workbook["REHEARSAL Leads"].iter_rows(values_only=True))[-len(OURS) :] == OURS
