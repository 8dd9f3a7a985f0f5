"""``dialer why`` and ``dialer status``, as a process, in a rehearsal whose clock stands still."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialer.clock import ScaledClock
from dialer.commands import execute
from dialer.embedded import make_folder, own_ledger
from dialer.locks import worker_lock
from tests.program import dialer, refused, told
from tests.situations import NOW, build


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a rehearsal in it, frozen at NOW; tests only look."""
    folder = tmp_path_factory.mktemp("why")
    make(folder)
    return folder


def make(folder: Path) -> Path:
    """Put a rehearsal there; its ledger's folder."""
    home = folder / ".dialer" / "rehearsal"
    make_folder(folder / ".dialer")
    make_folder(home)
    ScaledClock.start(home / "clock.json", NOW, 1.0).freeze()

    async def fill() -> None:
        clock = [NOW]
        async with own_ledger(home, lambda: clock[0]) as ledger:
            await build(ledger, clock, folder)

    asyncio.run(fill())
    return home


def tell(home: Path, command: str, **arguments: object) -> None:
    async def run() -> None:
        async with own_ledger(home, lambda: NOW) as ledger:
            said = await execute(ledger, command, {"name": "spring", "who": "test", **arguments})
            assert "answer" in said, said

    asyncio.run(run())


def test_a_lead_as_json(folder: Path) -> None:
    lead = told(folder, "why", "spring", "3", "--rehearsal")
    assert {key: lead[key] for key in ("campaign", "row", "phone", "state", "reason", "next_at", "next_local")} == {
        "campaign": "spring", "row": 3, "phone": "+12135550103", "state": "ready", "reason": "outside_hours",
        "next_at": "2026-11-23T17:00:00+00:00", "next_local": "2026-11-23T09:00:00-08:00",
    }  # fmt: skip
    hours = next(check for check in lead["checks"] if check["rule"] == "hours")
    assert not hours["passed"]
    assert "America/Los_Angeles" in hours["facts"]
    (attempt,) = told(folder, "why", "spring", "(212) 555-0104", "--rehearsal")["attempts"]
    assert (attempt["result"], attempt["raw_status"]) == ("busy", "raw busy")


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        ("2", ["not called yet", "attested by the tests, 2026-11-01", "next call: now"]),
        (
            "3",
            ["✗ hours", "Mon 2026-11-23 09:00 -08:00 in America/Los_Angeles (2026-11-23 17:00", "the law makes"],
        ),
        ("4", ["called before", "busy, the line was engaged", "11:10 -05:00", "a shorter wait in [retries]: now"]),
        (
            "4",
            ["allowed because it was 2026-11-23 10:55 -05:00 America/New_York", "0 of at most 2 calls"],
        ),
        ("5", ["held", "server hung up", "dialer settle spring --rehearsal +12125550105 --not-called"]),
        ("6", ["an attempt is open", "accepted, the platform took the call"]),
        ("7", ["done: a person was reached", "human, a person answered", "as of event"]),
        ("8", ["exhausted: the platform refused the number", "invalid_number"]),
        ("9", ["✗ suppression", "the number is on the do-not-call list"]),
        ("10", ["excluded", 'The column "DNC" says "yes"', "[leads.map]"]),
        ("11", ["rejected", "555-01", "too few digits"]),
        ("12", ["duplicate", "row 2 has the same number"]),
        (
            "13",
            [
                "✗ call limit",
                "2 of at most 2 calls to this number in 24 hours",
                "without [caps] per_number_24h = 2: now",
            ],
        ),
        ("14", ["excluded", "of a phone type that the campaign or its agent blocks", "[phones]"]),
        ("15", ["✗ number", "another open attempt has this number"]),
        ("16", ["excluded: the list says that the person does not consent"]),
        ("17", ["excluded: no time zone is known", "A zone, state or ZIP column would settle"]),
        ("18", ["America/Chicago: it is Mon 2026-11-23 10:00", "America/New_York: it is", "US-KY law 10:00-21:00"]),
        ("19", ["US-PA law 09:00-19:00", "Act 47 of 2026"]),
        (
            "20",
            ["keeps a gap between two calls", "1 of at most 1 call to this person in 5 min", 'min_gap = "5m": now'],
        ),
        ("21", ["0 of at most 3 calls to this person about this subject in 24 hours (US-FL law: Fla. Stat. 501.616"]),
        (
            "22",
            ["0 of at most 4 calls to this person for this client in 30 days", "FR law wants consent"],
        ),
        ("24", ["wider hours (08:00-20:00 would be lawful on Mon 2026-11-23 in America/Los_Angeles): now"]),
        ("25", ["a zone column that settles where the person is (if it is America/Denver): now"]),
    ],
)
def test_a_lead_in_words(folder: Path, lead: str, words: list[str]) -> None:
    ran = dialer(folder, "why", "spring", lead, "--rehearsal")
    assert ran.returncode == 0, ran.stderr
    assert all(word in ran.stdout for word in words), ran.stdout
    assert not ran.stderr


def test_a_campaign_without_a_lead_is_counted_by_reason(folder: Path) -> None:
    seen = told(folder, "why", "spring", "--rehearsal")
    counted = {(share["state"], share["reason"]): share["count"] for share in seen["reasons"]}
    assert counted["ready", "outside_hours"] == 3
    assert counted["rejected", "bad_number"] == 2
    assert seen["next_call_at"][:19] == NOW.isoformat()[:19]
    page = dialer(folder, "why", "spring", "--rehearsal").stdout
    assert "outside_hours: outside the hours" in page
    assert "next call: now" in page
    freed = {each["change"]: (each["people"], each["now"]) for each in seen["freeing"]}
    assert freed["wider hours"] == (2, 2)
    assert freed["without [caps] per_number_24h = 2"] == (1, 1)
    assert "2  wider hours, 2 of them now" in page
    assert f"of the {seen['asked']} who wait or were excluded" in page


def test_the_status_of_the_newest_and_of_a_named_campaign(folder: Path) -> None:
    assert told(folder, "status", "--rehearsal")["campaign"] == "other"
    seen = told(folder, "status", "spring", "--rehearsal")
    assert (seen["state"], seen["leads"]["held"], seen["open"]["accepted"]) == ("running", 1, 1)
    page = dialer(folder, "status", "spring", "--rehearsal", "--watch").stdout
    for line in (
        "24 = 17 accepted",
        "row 5 of leads.csv",
        '"server hung up"',
        "next call  now",
        "No dialer is at work",
    ):
        assert line in page, page


def test_the_list_of_campaigns(folder: Path) -> None:
    lines = told(folder, "list", "--rehearsal")["campaigns"]
    assert [(line["campaign"], line["state"], line["leads"]["dialing"]) for line in lines] == [
        ("other", "running", 1),
        ("spring", "running", 1),
    ]
    assert dialer(folder, "list", "--rehearsal").stdout.splitlines()[1].startswith("spring  running    12 ready")


def test_a_pause_is_said_before_anything_else(tmp_path: Path) -> None:
    home = make(tmp_path)
    tell(home, "pause", detail="lunch")
    ran = dialer(tmp_path, "why", "spring", "3", "--rehearsal")
    assert ran.stdout.startswith("The campaign is paused: lunch. Nobody is called until `dialer resume spring --reh")
    lead = told(tmp_path, "why", "spring", "3", "--rehearsal")
    assert (lead["campaign_state"], lead["campaign_detail"], lead["reason"]) == ("paused", "lunch", "outside_hours")
    tell(home, "cancel")
    lead = told(tmp_path, "why", "spring", "3", "--rehearsal")
    assert (lead["state"], lead["reason"], lead["next_at"]) == ("cancelled", "campaign_cancelled", None)


def test_the_status_says_who_owns_the_ledger(tmp_path: Path) -> None:
    home = make(tmp_path)
    assert told(tmp_path, "status", "--rehearsal")["served_by"] is None
    lock = worker_lock(home)
    assert lock.take()
    assert "process" in told(tmp_path, "status", "--rehearsal")["served_by"]
    lock.release()
    assert told(tmp_path, "status", "--rehearsal")["served_by"] is None


def test_what_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    assert '"spring"' in refused(folder, 2, "why", "sprin", "--rehearsal")
    assert "row 99" in refused(folder, 2, "why", "spring", "99", "--rehearsal")
    for command in ("why", "status"):
        assert "no ledger" in refused(tmp_path, 2, command, "spring")
    assert "no ledger" in refused(tmp_path, 2, "list", "--state", str(tmp_path / "nowhere"))
    assert "no rehearsal" in refused(tmp_path, 2, "status", "--rehearsal")


def test_looking_leaves_a_real_clock_alone(tmp_path: Path) -> None:
    """Outside a rehearsal ``now`` is now."""

    async def fill() -> None:
        make_folder(tmp_path / ".dialer")
        clock = [NOW]
        async with own_ledger(tmp_path / ".dialer", lambda: clock[0]) as ledger:
            await build(ledger, clock, tmp_path)

    asyncio.run(fill())
    before = datetime.now(UTC)
    assert datetime.fromisoformat(told(tmp_path, "status")["now"]) >= before
