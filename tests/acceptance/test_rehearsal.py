"""The user's own list rehearsed: the same seed gives the same calls, and no date opens a forbidden hour."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance.stage import ALL_DAY, Stage, platform, stage
from tests.chaos.checker import Log, pinned
from tests.chaos.evidence import read_log, rows
from tests.rules_oracle import Call, may_call

PEOPLE = {"PA": ("215", "412"), "NY": ("212",), "CA": ("415",), "FL": ("305", "850"), "TX": ("915",), "HI": ("808",)}
"""States, and area codes of theirs, those of two zones among them."""
FAST = ["--speed", "300", "-q", "--sandbox-log", "log.jsonl"]


def people(path: Path, each: int) -> Path:
    """So many people of each area code."""
    lines = [f"{state} {code},{state},+1{code}555{n:04}" for state, codes in PEOPLE.items() for code in codes
             for n in range(100, 100 + each)]  # fmt: skip
    path.write_text("Name,State,Phone\n" + "\n".join(lines) + "\n")
    return path


def rehearse(on: Stage, file: str, start: str, *more: str, each: int) -> Log:
    """Rehearse a campaign that calls at any hour the law allows; answers the practice platform's log."""
    (on.folder / "c.toml").write_text(f'name = "c"\n{file}\n[hours]\n{ALL_DAY}[pace]\nper_second = 1\nat_once = 60\n')
    wish = ["launch", people(on.folder / "l.csv", each), "--campaign", "c.toml", "--rehearse", "--start", start]
    done = on.run(*wish, *FAST, *more)
    assert done.returncode == 0, done.stderr
    return read_log(on.folder / "log.jsonl")


def calls_of(log: Log) -> dict[str, list[tuple[Any, ...]]]:
    """Each number's calls in their order: result, who answered, and seconds until the answer and the end."""
    found: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for line in sorted(log.ended, key=lambda line: line["started"]):
        started, ended = datetime.fromisoformat(line["started"]), datetime.fromisoformat(line["ended"])
        answered = datetime.fromisoformat(line["answered"]) - started if line["answered"] else None
        found[line["number"]].append((line["result"], line["answered_by"], answered, ended - started))
    return found


@pytest.mark.parametrize(
    ("start", "day"),
    [
        pytest.param("2026-10-31T16:00Z", date(2026, 11, 1), id="summer time ends"),
        pytest.param("2026-10-17T16:00Z", date(2026, 10, 18), id="Pennsylvania changes its law"),
    ],
)
def test_across_a_change_nobody_is_called_when_the_law_forbids_it(tmp_path: Path, start: str, day: date) -> None:
    with stage(tmp_path) as on:
        log = rehearse(on, "", start, each=6)
        known = rows(on.folder / ".dialer" / "rehearsal" / "ledger.sqlite", "SELECT * FROM contacts")
    contacts = {contact["identity"]: contact for contact in known}
    days, outside = defaultdict(set), []
    for line in log.placed:
        number, at = line["body"]["data"]["phone_number"], datetime.fromisoformat(line["at"])
        contact = contacts[number]
        region = json.loads(contact["numbers"])[0]["region"]
        call = Call(number, region, tuple(contact["zones"].split(",")), contact["region_state"])
        outside += [] if may_call(call, at) else [(number, line["at"])]
        days[contact["region_state"]].add(at.astimezone(pinned(contact["zones"].split(",")[0])).date())
    assert outside == []
    assert {state for state, on_days in days.items() if min(on_days) < day} == set(PEOPLE)
    assert max(days["PA"]) > day
    assert any(day in on_days for on_days in days.values())


def test_the_same_seed_gives_each_number_the_same_calls(tmp_path: Path) -> None:
    found = []
    for start in ("2026-11-23T15:00Z", "2026-11-24T19:00Z"):
        with stage(tmp_path) as on:
            found.append(calls_of(rehearse(on, "", start, "--seed", "5", each=2)))
    assert found[0] == found[1]
    assert any(len(calls) > 1 for calls in found[0].values())


def test_the_report_says_that_it_is_a_rehearsal_and_with_whose_agent(tmp_path: Path) -> None:
    agent = {"id": 7, "name": "Ours", "custom_fields": [{"id": "a", "name": "name", "label": "Name"}],
             "enable_voice_mail": "true", "voice_mail_mode": "2"}  # fmt: skip
    with stage(tmp_path) as on:
        rehearse(on, 'agent = "7"', "2026-11-23T18:00Z", "--report", "made-up.xlsx", each=1)
        (on.folder / ".dialer" / "agents").mkdir()
        (on.folder / ".dialer" / "agents" / "default-7.json").write_text(json.dumps(agent))
        log = rehearse(on, 'agent = "7"', "2026-11-23T18:00Z", "--report", "ours.xlsx", each=1)
    made_up, ours = (openpyxl.load_workbook(tmp_path / name) for name in ("made-up.xlsx", "ours.xlsx"))
    for book in (made_up, ours):
        assert [name.split()[0] for name in book.sheetnames] == ["REHEARSAL"] * 5
    warning = "knew every column"
    assert any(warning in str(row[0].value) for row in made_up.worksheets[0].iter_rows())
    assert not any(warning in str(row[0].value) for row in ours.worksheets[0].iter_rows())
    sent = {tuple(sorted(line["body"]["data"])) for line in log.placed}
    assert sent == {("dialer_ref", "name", "phone_number")}
    assert {line["answered_by"] for line in log.ended} <= {"human", "machine_start", None}


def test_an_agent_is_pulled_from_the_platform(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        platform(on, speed=1)
        done = on.run("agents", "pull", "7")
        assert done.returncode == 0, done.stderr
        kept = json.loads((tmp_path / ".dialer" / "agents" / "default-7.json").read_text())
        assert (str(kept["id"]), kept["name"]) == ("7", "Practice agent")
        assert on.run("agents", "pull", "nobody").returncode == 3
