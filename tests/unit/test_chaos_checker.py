"""The checker finds each word in a made-up log that has it, and nothing in one that has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.checker import EPOCH, LATE_S, WORDS, Ledger, Log, Promise, check, lateness, pace

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
ANN, BOB, CID = "+12125550001", "+12125550002", "+12125550003"
PROMISE = Promise({"pace": {"per_second": 2, "at_once": 2}})
Row = dict[str, Any]


def microseconds(at: datetime) -> int:
    """An instant as the ledger has it."""
    return (at - EPOCH) // timedelta(microseconds=1)


class World:
    """Ann was answered, Bob's line was busy and Cid's request was answered 500, but history had the call."""

    def __init__(self) -> None:
        self.requests: list[Row] = []
        self.ended: list[Row] = []
        self.attempts: list[Row] = []
        self.contacts: list[Row] = []
        self.add(ANN, "completed", "human", "human")
        self.add(BOB, "busy", None, "busy")
        self.add(CID, "completed", "machine_end_beep", "voicemail_left")

    def add(self, number: str, word: str, by: str | None, result: str) -> None:
        """One person, called a minute after the one before."""
        n = len(self.contacts) + 1
        at = NOON + timedelta(minutes=n)
        body = {"data": {"phone_number": number, "dialer_ref": f"ref-{n}"}}
        self.requests.append(
            {"at": at.isoformat(), "real": at.isoformat(), "body": body, "status": 200, "placed": True}
        )
        self.ended.append({
            "number": number, "started": at.isoformat(), "ended": (at + timedelta(seconds=30)).isoformat(),
            "result": word, "answered_by": by,
        })  # fmt: skip
        self.attempts.append({
            "id": n, "ref": f"ref-{n}", "state": "ended", "result": result, "http_status": 200, "number": number,
            "intent_at": microseconds(at - timedelta(milliseconds=100)),
        })  # fmt: skip
        self.contacts.append({"id": n, "identity": number, "state": "done", "zones": "America/New_York"})

    def found(self) -> dict[str, int]:
        report = [{"phone_e164": c["identity"], "state": c["state"]} for c in self.contacts]
        found = check(Log(self.requests, self.ended), Ledger(self.attempts, self.contacts, report), PROMISE)
        return {word: n for word, n in found.counts().items() if n}


def refused(world: World) -> None:
    """The platform never placed Bob's call, and the ledger knows better."""
    world.requests[1] |= {"status": 500, "placed": False}
    del world.ended[1]


def believed(world: World) -> None:
    """Bob's call was placed, and the ledger says it was not."""
    world.attempts[1] |= {"state": "not_placed", "result": None}


def forgotten(world: World) -> None:
    """Dan is done, and nobody called him."""
    world.contacts.append({"id": 4, "identity": "+12125550004", "state": "done", "zones": "America/New_York"})


def sent_twice(world: World) -> None:
    world.requests.append({**world.requests[0], "real": (NOON + timedelta(seconds=61)).isoformat()})
    world.requests[-1] |= {"placed": False}


def talked_already(world: World) -> None:
    """Another attempt calls Ann, who had talked, an hour later."""
    world.add(ANN, "busy", None, "busy")
    world.contacts.pop()
    for line, name in ((world.requests[-1], "at"), (world.ended[-1], "started"), (world.ended[-1], "ended")):
        line[name] = (datetime.fromisoformat(line[name]) + timedelta(hours=1)).isoformat()


def stranger(world: World) -> None:
    world.requests[1]["body"]["data"]["dialer_ref"] = "nobody's"
    world.attempts[1] |= {"state": "unresolved", "result": None}


def other_result(world: World) -> None:
    world.attempts[1]["result"] = "human"


def open_still(world: World) -> None:
    world.contacts[2]["state"] = "dialing"


def by_history(world: World) -> None:
    world.requests[2] |= {"status": 500, "fault": "error"}
    world.attempts[2]["http_status"] = 500


def at_night(world: World) -> None:
    world.contacts[1]["zones"] = "America/New_York,Asia/Tokyo"


def nowhere(world: World) -> None:
    world.contacts[1]["zones"] = ""


def held_up(world: World) -> None:
    """Bob's request was received twelve seconds after its intent."""
    world.attempts[1]["intent_at"] -= 12_000_000


def in_a_burst(world: World) -> None:
    for line, ms in zip(world.requests, (0, 400, 990), strict=True):
        line["real"] = (NOON + timedelta(milliseconds=ms)).isoformat()


def together(world: World) -> None:
    for call in world.ended:
        call["ended"] = (NOON + timedelta(minutes=5)).isoformat()


CASES: list[tuple[Callable[[World], None], dict[str, int]]] = [
    (refused, {"unexpected": 1}),
    (believed, {"lost": 1}),
    (forgotten, {"lost": 1}),
    (sent_twice, {"duplicated": 1}),
    (talked_already, {"duplicated": 1}),
    (stranger, {"unexpected": 1}),
    (other_result, {"mislabelled": 1}),
    (open_still, {"stuck": 1}),
    (by_history, {"recovered": 1}),
    (at_night, {"outside_window": 1}),
    (nowhere, {"outside_window": 1}),
    (held_up, {"late": 1}),
    (in_a_burst, {"over_rate": 1}),
    (together, {"over_concurrency": 1}),
]


def test_a_clean_log_has_nothing_to_say_of() -> None:
    assert World().found() == {}


@pytest.mark.parametrize(("harm", "expected"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_each_word_is_found_where_it_is_and_no_other(harm: Callable[[World], None], expected: dict[str, int]) -> None:
    world = World()
    harm(world)
    assert world.found() == {word: n for word, n in expected.items() if n}


def test_every_word_has_a_case() -> None:
    assert {word for _, expected in CASES for word, n in expected.items() if n} == set(WORDS)


def test_a_lead_that_the_report_lacks_is_lost() -> None:
    world = World()
    log, ledger = Log(world.requests, world.ended), Ledger(world.attempts, world.contacts, [])
    assert check(log, ledger, PROMISE).counts()["lost"] == 3


@pytest.mark.parametrize(("beyond_s", "late"), [(-0.01, 0), (0.01, 1)])
@pytest.mark.parametrize("speed", [1, 30])
def test_late_is_counted_in_real_seconds(speed: float, beyond_s: float, late: int) -> None:
    """Scaled, the platform's clock is the campaign's; else it may be any, and wall time counts."""
    world, waited = World(), timedelta(seconds=LATE_S + beyond_s)
    received = datetime.fromisoformat(world.requests[0]["at"])
    world.attempts[0]["intent_at"] = microseconds(received - speed * waited)
    world.requests[0]["at" if speed == 1 else "real"] = (received - timedelta(hours=2)).isoformat()
    log, ledger = Log(world.requests, world.ended), Ledger(world.attempts, world.contacts)
    assert len([*lateness(log, ledger, Promise({}, speed))]) == late


def test_scaled_the_pace_may_be_a_tenth_and_one_more() -> None:
    requests = [{**World().requests[0], "real": (NOON + timedelta(milliseconds=n)).isoformat()} for n in range(23)]
    promise = Promise({"pace": {"per_second": 2, "at_once": 2}}, speed=10)
    assert list(pace(Log(requests, []), promise)) == []
    assert len(list(pace(Log([*requests, requests[-1]], []), promise))) == 1
