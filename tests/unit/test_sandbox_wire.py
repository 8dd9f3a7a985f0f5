"""What the practice platform takes and shows, against seed 000 as it is written there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialer.errors import SettingsRefused
from dialer.sandbox.agents import Agents, read_agent, voice_mail
from dialer.sandbox.calls import Call, Course
from dialer.sandbox.journal import Journal
from dialer.sandbox.phone_types import blocked
from dialer.sandbox.shelf import Shelf
from dialer.sandbox.wire import Rejected, average_duration, number_to_call, record

NOON = datetime(2026, 3, 12, 17, tzinfo=UTC)


def test_the_documented_example_is_taken() -> None:
    assert number_to_call({"data": {"phone_number": "+1 234 5678910", "name": "Ann", "address": ""}}) == "+12345678910"


@pytest.mark.parametrize(
    "body",
    [
        None,
        "phone_number=+12345678910",
        ["+12345678910"],
        {"phone_number": "+12345678910"},
        {"data": "+12345678910"},
        {"data": {}},
        {"data": {"phone_number": None}},
        {"data": {"phone_number": 12345678910}},
        {"data": {"phone_number": ""}},
        {"data": {"phone_number": "12345678910"}},
        {"data": {"phone_number": "+1234567"}},
        {"data": {"phone_number": "+1234567890123456"}},
        {"data": {"phone_number": "+1 (234) 567-8910"}},
        {"data": {"phone_number": "+١٢٣٤٥٦٧٨٩١٠"}},
        {"data": {"phone_number": "+12345678910\n"}},
        {"data": {"phone_number": "+12345678910", "age": 41}},
        {"data": {"phone_number": "+12345678910", "name": None}},
        {"data": {"phone_number": "+12345678910", "tags": ["a"]}},
    ],
)
def test_everything_else_gets_the_documented_error(body: Any) -> None:
    with pytest.raises(Rejected) as rejected:
        number_to_call(body)
    assert rejected.value.status == 500
    assert rejected.value.answer == {"status": False, "error": str(rejected.value)}


def test_a_record_shows_no_more_than_has_happened() -> None:
    call = Call(7, 3, "+12125550001", NOON, Course("completed", 30.0, 8.4, "human"))
    ringing = {
        "id": 7,
        "agent_id": 3,
        "phone_number": "+12125550001",
        "direction": "outbound-api",
        "status": "ringing",
        "answered_by": None,
        "created_at": "2026-03-12T17:00:00.000000+00:00",
        "answered_at": None,
        "ended_at": None,
        "duration": "",
    }
    answered = {"answered_by": "human", "answered_at": "2026-03-12T17:00:08.400000+00:00"}
    over = {"status": "completed", "ended_at": "2026-03-12T17:00:30.000000+00:00", "duration": "22"}
    assert record(call, NOON + timedelta(seconds=2)) == ringing
    assert record(call, NOON + timedelta(seconds=9)) == {**ringing, **answered, "status": "in-progress"}
    assert record(call, NOON + timedelta(seconds=30)) == {**ringing, **answered, **over}


def test_an_unanswered_call_has_no_duration() -> None:
    shown = record(Call(1, 3, "+12125550001", NOON, Course("busy", 3.5)), NOON + timedelta(hours=1))
    assert (shown["status"], shown["answered_at"], shown["duration"]) == ("busy", None, "")


def test_custom_fields_are_echoed_only_where_they_are_kept() -> None:
    call = Call(1, 3, "+12125550001", NOON, Course("busy", 3.5), {"ref": "a1"})
    assert record(call, NOON)["custom_fields"] == {"ref": "a1"}


def test_average_duration_counts_answered_calls_that_are_over() -> None:
    calls = [
        Call(1, 3, "+12125550001", NOON, Course("completed", 30.0, 10.0, "human")),
        Call(2, 3, "+12125550002", NOON, Course("completed", 20.0, 10.0, "human")),
        Call(3, 3, "+12125550003", NOON, Course("busy", 3.0)),
    ]
    assert average_duration(calls, NOON) == 0
    assert average_duration(calls, NOON + timedelta(seconds=20)) == 10
    assert average_duration(calls, NOON + timedelta(seconds=30)) == 15


@pytest.mark.parametrize(
    ("number", "types", "expected"),
    [
        ("+18005550123", "6", True),  # toll-free
        ("+18005550123", "1,2,3", False),
        ("+18005550123", "", False),
        ("+18005550123", None, False),
        ("+447400123456", "2", True),  # a British mobile
        ("+447400123456", "1", False),
        ("+442079460123", "1, 6", True),  # a London landline
        ("+12125550123", "1", False),  # American: landline or mobile, nobody can tell
        ("+12125550123", "2", False),
        ("+12125550123", "1,2", True),
        ("+12345678910", "12,13", False),  # no such number: its type is not certain
        ("+99912345678", "1,2,3,4,5,6,7,8,9,10,11,12,13", False),
    ],
)
def test_blocked_types_block_only_what_is_certain(number: str, types: str | None, expected: bool) -> None:
    assert blocked(number, types) is expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, 1),
        ({"voice_mail_mode": 2}, 2),
        ({"voice_mail_mode": "2"}, 2),
        ({"enable_voice_mail": False, "voice_mail_mode": 2}, None),
        ({"enable_voice_mail": 1}, 1),
        ({"enable_voice_mail": None}, None),
    ],
)
def test_voice_mail_is_read_from_the_agent(settings: dict[str, Any], expected: int | None, tmp_path: Path) -> None:
    agent = Agents({"id": 519, **settings}, Shelf(Journal(tmp_path / "kept.jsonl"))).get("519")
    assert voice_mail(agent) == expected


@pytest.mark.parametrize(
    "wrapped", [lambda a: a, lambda a: {"agent": a}, lambda a: {"status": True, "data": {"agent": a}}]
)
def test_an_agent_file_may_hold_the_agent_or_the_answer_around_it(wrapped: Any, tmp_path: Path) -> None:
    path = tmp_path / "agent.json"
    path.write_text(json.dumps(wrapped({"id": "519", "name": "Sales", "custom_fields": None})), encoding="utf-8")
    agents = Agents(read_agent(path), Shelf(Journal(tmp_path / "kept.jsonl")))
    assert agents.get("519")["name"] == "Sales"
    with pytest.raises(Rejected, match="Agent not found"):
        agents.get("1")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"id": "sales"}', '{"data": {"agent": {}}}'])
def test_an_agent_file_without_an_agent_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "agent.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsRefused, match=str(path)):
        read_agent(path)


def test_any_number_is_an_agent_where_no_agent_is_given(tmp_path: Path) -> None:
    agents = Agents(None, Shelf(Journal(tmp_path / "kept.jsonl")))
    assert agents.get("3403")["id"] == 3403
    for unknown in ("sales", "", "-1", "1.5", "٣"):
        with pytest.raises(Rejected, match="Agent not found"):
            agents.get(unknown)


def test_custom_fields_are_created_updated_and_kept(tmp_path: Path) -> None:
    agents = Agents(None, Shelf(Journal(tmp_path / "kept.jsonl")))
    ref = agents.add_field(agents.get("1"), {"name": "ref", "label": "Reference"})
    other = agents.add_field(agents.get("1"), {"name": "city", "label": "City"})
    renamed = agents.add_field(agents.get("1"), {"id": ref["id"], "name": "ref", "label": "Our reference"})
    for wrong in ({"name": "x"}, {"name": "", "label": "x"}, {"id": "no such", "name": "x", "label": "x"}):
        with pytest.raises(Rejected):
            agents.add_field(agents.get("1"), wrong)
    again = Agents(None, Shelf(Journal(tmp_path / "kept.jsonl")))
    assert again.get("1")["custom_fields"] == agents.get("1")["custom_fields"] == [other, renamed]
    assert again.get("2")["custom_fields"] == []
