"""Which attempt a call record belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.vocabulary import AttemptState, Result
from dialer.matching import EARLY, Candidate, match
from dialer.providers.platform import CallRecord, Liveness
from tests.integration.shop import spec

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=2)
FILE = spec(engine={"match_window": "2m"})
SECOND = timedelta(seconds=1)
ANN, BOB = "+12125550101", "+12125550102"


def attempt(id_: int = 1, number: str = ANN, at: datetime = NOON, call_id: str | None = None) -> Candidate:
    return Candidate(id_, f"ref-{id_}", number, AttemptState.ACCEPTED, at, None, call_id, "", FILE)


def record(**values: Any) -> CallRecord:
    fresh: dict[str, Any] = {
        "call_id": "c1", "number": ANN, "created_at": NOON + SECOND, "liveness": Liveness.FINAL, "result": Result.HUMAN,
        "raw_status": "completed", "raw_answered_by": "", "outbound": True, "ref": None,
    }  # fmt: skip
    return CallRecord(**(fresh | values))


def pairs(records: list[CallRecord], attempts: list[Candidate]) -> dict[int, str | None]:
    return {one.id: found.call_id for one, found in match(records, attempts)}


def test_by_reference_whatever_else_the_record_says() -> None:
    odd = record(ref="ref-1", number=BOB, created_at=None)
    assert pairs([odd], [attempt()]) == {1: "c1"}


def test_by_call_id_once_it_is_known() -> None:
    assert pairs([record(number=None, created_at=None)], [attempt(call_id="c1")]) == {1: "c1"}


@pytest.mark.parametrize(
    ("after", "fits"),
    [(-EARLY, True), (-EARLY - SECOND, False), (0 * SECOND, True), (WINDOW, True), (WINDOW + SECOND, False)],
)
def test_by_number_and_time_where_clocks_differ_a_little(after: timedelta, fits: bool) -> None:
    assert bool(pairs([record(created_at=NOON + after)], [attempt()])) is fits


def test_by_number_and_time_from_when_the_request_was_answered() -> None:
    """A platform may take the call long after our intent: it answers slowly, or a rehearsal's minute is a moment."""
    asked = replace(attempt(), outcome_at=NOON + WINDOW)
    assert pairs([record(created_at=NOON + 2 * WINDOW)], [asked]) == {1: "c1"}
    assert pairs([record(created_at=NOON + 2 * WINDOW + SECOND)], [asked]) == {}


@pytest.mark.parametrize(
    "values",
    [{"outbound": False}, {"outbound": False, "ref": "ref-1"}, {"number": None}, {"created_at": None},
     {"number": BOB}, {"ref": "ref-9"}],
    ids=["inbound", "inbound with our reference", "no number", "no time", "another number", "another reference"],
)  # fmt: skip
def test_these_belong_to_nobody(values: dict[str, Any]) -> None:
    assert pairs([record(**values)], [attempt()]) == {}


def test_a_call_known_by_another_id_is_not_taken_for_this_one() -> None:
    assert pairs([record(call_id="c2")], [attempt(call_id="c1")]) == {}
    assert pairs([record(call_id="c2"), record()], [attempt(call_id="c1")]) == {1: "c1"}


def test_of_two_records_the_earlier_belongs_to_the_attempt() -> None:
    later = record(call_id="c2", created_at=NOON + 60 * SECOND)
    assert pairs([later, record()], [attempt()]) == {1: "c1"}


def test_a_reference_or_an_id_beats_an_earlier_record_with_the_number() -> None:
    by_hand = record(call_id="c0", created_at=NOON - 10 * SECOND)
    assert pairs([by_hand, record(ref="ref-1")], [attempt()]) == {1: "c1"}
    assert pairs([record(call_id=None, created_at=NOON), record()], [attempt(call_id="c1")]) == {1: "c1"}


def test_of_two_attempts_to_a_number_the_latest_that_fits_has_the_record() -> None:
    held, now = attempt(1, at=NOON - timedelta(hours=1)), attempt(2)
    assert pairs([record()], [held, now]) == {2: "c1"}
    late = record(call_id="c0", created_at=NOON - timedelta(hours=1))
    assert pairs([record(), late], [held, now]) == {1: "c0", 2: "c1"}


def test_everybody_gets_their_own() -> None:
    people = [attempt(n, f"+1212555{n:04}") for n in range(100)]
    records = [record(call_id=f"c{n}", number=f"+1212555{n:04}") for n in range(100)]
    assert pairs(records[::-1], people) == {n: f"c{n}" for n in range(100)}
