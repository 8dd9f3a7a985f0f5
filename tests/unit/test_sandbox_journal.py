from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialer.errors import ServerAway
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.journal import Journal
from dialer.sandbox.log import Log, end_line
from dialer.sandbox.shelf import Shelf

NOON = datetime(2026, 3, 12, 17, tzinfo=UTC)


def request(number: str, **fields: str) -> dict[str, Any]:
    return {
        "at": NOON.isoformat(),
        "method": "POST",
        "body": {"data": {"phone_number": number, **fields}},
        "status": 200,
    }


def book(folder: Path, *, seed: int = 1, echo: bool = False) -> tuple[Book, Journal]:
    journal = Journal(folder / "calls.jsonl")
    return Book(journal, seed, Shelf(Journal(folder / "kept.jsonl")), Assumptions(echo=echo)), journal


def test_a_torn_line_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":')
    journal = Journal(path)
    journal.append(b'{"c":3}')
    journal.append(b'{"d":4}')
    journal.close()
    assert list(Journal(path).lines()) == [b'{"a":1}', b'{"b":', b'{"c":3}', b'{"d":4}']


def test_a_full_disk_is_an_error_and_the_next_line_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "log.jsonl")
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:4]))
    with pytest.raises(OSError, match="No space left"):
        journal.append(b'{"lost":1}')
    monkeypatch.undo()
    journal.append(b'{"kept":2}')
    assert list(journal.lines()) == [b'{"lo', b'{"kept":2}']


def test_calls_are_known_again_whatever_seed_and_settings_come_later(tmp_path: Path) -> None:
    first, journal = book(tmp_path, echo=True)
    placed = [first.place(1, f"+1212555000{n % 2}", 1, NOON, request("+1", ref=str(n))) for n in range(5)]
    journal.append(b'{"id":6,"agent":1,"num')
    journal.close()

    second, _ = book(tmp_path, seed=99, echo=True)
    assert [call for call, _ in second.kept()] == placed == second.calls(1)
    assert second.place(1, "+12125550009", 1, NOON, request("+1")).id == 6


def test_the_nth_call_of_a_number_is_the_same_with_and_without_a_restart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    through, _ = book(tmp_path / "a")
    courses = [through.place(1, "+12125550001", 1, NOON, request("+1")).course for _ in range(6)]
    assert len(set(courses)) == 6
    again = []
    for _ in range(6):
        restarted, journal = book(tmp_path / "b")
        again.append(restarted.place(1, "+12125550001", 1, NOON, request("+1")).course)
        journal.close()
    assert again == courses


def test_pages_are_newest_first_and_empty_past_the_end(tmp_path: Path) -> None:
    calls, _ = book(tmp_path)
    for n in range(120):
        calls.place(1, f"+121255501{n:02d}", 1, NOON, request("+1"))
    calls.place(2, "+12125559999", 1, NOON, request("+1"))
    ids = [[call.id for call in calls.page(1, page)] for page in (1, 2, 3, 4, 900)]
    assert ids == [list(range(120, 70, -1)), list(range(70, 20, -1)), list(range(20, 0, -1)), [], []]
    assert [call.id for call in calls.page(2, 1)] == [121]
    assert calls.page(3, 1) == []


def test_one_folder_has_one_platform(tmp_path: Path) -> None:
    _, journal = book(tmp_path)
    with pytest.raises(ServerAway, match="another sandbox serves"):
        book(tmp_path)
    journal.close()
    book(tmp_path)


def test_ends_are_written_when_they_are_due_and_once(tmp_path: Path) -> None:
    calls, _ = book(tmp_path)
    path = tmp_path / "log.jsonl"
    log = Log(Journal(path))
    placed = [calls.place(1, f"+1212555000{n}", 1, NOON, request("+1")) for n in range(5)]
    for call in placed:
        log.expect_end(call)
    in_order = sorted(placed, key=lambda call: call.ended_at)
    log.write_ends(NOON)
    assert path.read_bytes() == b""
    log.write_ends(in_order[1].ended_at)
    log.write_ends(NOON + timedelta(days=3))
    log.write_ends(NOON + timedelta(days=4))
    assert path.read_bytes().splitlines() == [end_line(call) for call in in_order]


def test_catching_up_writes_what_a_kill_kept_from_the_log_and_nothing_twice(tmp_path: Path) -> None:
    calls, journal = book(tmp_path)
    path = tmp_path / "log.jsonl"
    log = Log(Journal(path))
    asked = [request(f"+1212555000{n}") for n in range(3)]
    placed = [calls.place(1, asked[n]["body"]["data"]["phone_number"], 1, NOON, asked[n]) for n in range(3)]
    log.request(asked[0])
    log.request(asked[1])
    log.expect_end(placed[0])
    log.write_ends(NOON + timedelta(days=1))
    journal.close()  # killed: the third request is in the book and not in the log, two ends are unwritten

    for _ in range(2):
        restarted, journal = book(tmp_path)
        log = Log(Journal(path))
        log.catch_up(restarted.kept())
        log.write_ends(NOON + timedelta(days=1))
        journal.close()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 6
    assert sum('"method"' in line for line in lines) == 3
    assert sorted(line.encode() for line in lines if '"call"' in line) == sorted(end_line(call) for call in placed)


def test_a_log_begun_by_another_rehearsal_hides_no_call(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    for day in range(2):
        folder = tmp_path / str(day)
        folder.mkdir()
        calls, journal = book(folder)
        calls.place(1, "+12125550001", 1, NOON + timedelta(days=day), request("+12125550001", day=str(day)))
        journal.close()
        restarted, _ = book(folder)
        log = Log(Journal(path))
        log.catch_up(restarted.kept())
        log.write_ends(NOON + timedelta(days=9))
    assert path.read_text(encoding="utf-8").count('"call":1,') == 2
