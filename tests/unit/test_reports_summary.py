"""The numbers of a report: they tie, and they say what happened."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.errors import DialerError
from campaigns.ledger.tables import attempts
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result, Verdict
from tests.reports_ledger import NEW_YORK, NOW, Books, attempt_values


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    made = Books(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.sqlite'}")
    yield made
    made.close()


ZONES = st.sampled_from([NEW_YORK, "Asia/Kolkata", "Asia/Kathmandu,Asia/Kolkata", "Europe/Berlin", "Not/AZone", ""])
CLOSED = [AttemptState.ENDED, AttemptState.NOT_PLACED, AttemptState.REJECTED, AttemptState.LOST]
TRIES = st.lists(
    st.tuples(st.sampled_from(CLOSED), st.sampled_from(list(Result)), st.integers(0, 40 * 86_400)), max_size=4
)
STATES, REASONS = st.sampled_from(list(ContactState)), st.sampled_from(list(Reason))
PEOPLE = st.lists(st.tuples(STATES, REASONS, ZONES, TRIES), max_size=12)
OTHERS = st.lists(
    st.tuples(st.sampled_from([Verdict.REJECTED, Verdict.DUPLICATE, Verdict.EXCLUDED]), REASONS), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(people=PEOPLE, others=OTHERS)
def test_every_row_and_every_attempt_is_counted_exactly_once(books: Books, people, others) -> None:
    campaign = books.campaign()
    source = books.list(campaign)
    made: list[dict] = []
    for row, (state, reason, zones, tries) in enumerate(people, start=2):
        contact = books.contact(campaign, source, row, ["Ann", "1"], state=state, reason=reason, zones=zones)
        for nth, (attempt_state, result, second) in enumerate(tries):
            ended = attempt_state is AttemptState.ENDED
            made.append(
                attempt_values(campaign, contact, f"{campaign}-{row}-{nth}")
                | {"state": attempt_state, "result": result if ended else None}
                | {"intent_at": NOW + timedelta(seconds=second)}
            )
    if made:
        books.insert(attempts, made)
    for row, (verdict, reason) in enumerate(others, start=1000):
        books.row(source, row, ["Bob", "?"], verdict, reason=reason)

    summary = books.summary(campaign)

    assert summary.rows == len(people) + len(others) == sum(summary.verdicts.values())
    assert summary.verdicts[Verdict.ACCEPTED] == sum(summary.contacts.values()) == summary.funnel.leads == len(people)
    assert summary.contacts == {state: sum(one[0] is state for one in people) for state in ContactState}
    assert sum(item.count for item in summary.row_reasons) == len(others)
    assert summary.attempts == {state: sum(one["state"] is state for one in made) for state in AttemptState}
    assert sum(summary.results.values()) == summary.attempts[AttemptState.ENDED]
    called = [one for one in made if one["state"] in (AttemptState.ENDED, AttemptState.LOST)]
    assert summary.pace.calls == len(called) == sum(hour.calls for hour in summary.hours)
    assert sum(hour.human for hour in summary.hours) == sum(
        one["result"] in (Result.HUMAN, Result.HUMAN_SHORT, Result.TRANSFERRED) for one in made
    )
    assert summary.funnel.dialed == len({one["contact_id"] for one in called})
    assert summary.funnel.leads >= summary.funnel.dialed >= summary.funnel.connected >= summary.funnel.human
    json.dumps(summary.to_json())


@pytest.mark.parametrize(
    ("zones", "instant", "hour"),
    [
        (NEW_YORK, datetime(2026, 10, 31, 13, 59, 59, tzinfo=UTC), "09"),
        (NEW_YORK, datetime(2026, 11, 2, 13, 59, 59, tzinfo=UTC), "08"),  # the clocks went back in between
        ("Asia/Kolkata", datetime(2026, 11, 23, 3, 29, 59, tzinfo=UTC), "08"),
        ("Asia/Kolkata", datetime(2026, 11, 23, 3, 30, 0, tzinfo=UTC), "09"),
        ("Asia/Kathmandu", datetime(2026, 11, 23, 3, 15, 0, tzinfo=UTC), "09"),
        ("Europe/Berlin,America/New_York", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "09"),
        ("", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "unknown"),
    ],
)
def test_calls_are_counted_in_the_hour_of_the_persons_own_day(books: Books, zones, instant, hour) -> None:
    campaign = books.campaign()
    contact = books.contact(campaign, books.list(campaign), 2, ["Ann", "1"], zones=zones)
    books.attempt(campaign, contact, AttemptState.ENDED, result=Result.HUMAN, intent_at=instant)

    assert [(found.hour, found.human) for found in books.summary(campaign).hours if found.calls] == [(hour, 1)]


def test_pace_is_what_the_instants_of_the_intents_say(books: Books) -> None:
    campaign = books.campaign()
    source = books.list(campaign)
    offsets = (0.0, 0.4, 0.999, 1.0, 59.0, 7200.0)
    for row, offset in enumerate(offsets, start=2):
        contact = books.contact(campaign, source, row, ["Ann", "1"])
        instant = NOW + timedelta(seconds=offset)
        books.attempt(campaign, contact, AttemptState.ENDED, result=Result.BUSY, intent_at=instant, duration_s=1.5)
    unsent = books.contact(campaign, source, 50, ["Bob", "1"])
    books.attempt(campaign, unsent, AttemptState.NOT_PLACED, intent_at=NOW - timedelta(days=1))

    pace = books.summary(campaign).pace

    assert (pace.calls, pace.busiest_second, pace.busiest_minute, pace.per_minute) == (6, 3, 5, 3.0)
    assert (pace.first_call, pace.last_call) == (NOW, NOW + timedelta(hours=2))
    assert pace.talk_s == 9.0


def test_held_leads_and_the_platforms_words_are_told(books: Books) -> None:
    campaign = books.campaign()
    source = books.list(campaign)
    held = {"state": ContactState.HELD, "reason": Reason.LOST}
    attempts_made = [
        (AttemptState.LOST, {"raw_status": "zombie", "raw_answered_by": "robot"}),
        (AttemptState.ENDED, {"raw_status": "completed", "raw_answered_by": "human", "result": Result.HUMAN}),
        (AttemptState.REJECTED, {"platform_text": "bad number", "http_status": 422}),
        (AttemptState.REJECTED, {"platform_text": "bad number", "http_status": 422}),
        (AttemptState.UNKNOWN, {"platform_text": "connection reset"}),
    ]
    for row, (state, values) in enumerate(attempts_made, start=2):
        contact = books.contact(campaign, source, row, ["Ann", "1"], **(held if state is AttemptState.LOST else {}))
        books.attempt(campaign, contact, state, intent_at=NOW, **values)

    summary = books.summary(campaign)

    assert summary.held == {Reason.LOST: 1}
    assert [(word.status, word.answered_by, word.calls) for word in summary.unmapped] == [("zombie", "robot", 1)]
    assert [(word.text, word.state, word.http_status, word.requests) for word in summary.messages] == [
        ("bad number", "rejected", 422, 2),
        ("connection reset", "unknown", None, 1),
    ]


def test_numbers_that_do_not_tie_are_never_reported(books: Books) -> None:
    campaign = books.campaign("damaged")
    books.row(books.list(campaign), 2, ["Ann", "1"], Verdict.ACCEPTED)

    with pytest.raises(DialerError, match='"damaged": accepted rows and contacts differ: 1 and 0'):
        books.summary(campaign)


def test_one_campaigns_report_holds_nothing_of_another(books: Books) -> None:
    one, other = books.campaign(), books.campaign()
    source = books.list(other)
    books.attempt(other, books.contact(other, source, 2, ["Ann", "1"]), AttemptState.ENDED, result=Result.BUSY)
    books.row(source, 3, ["Bob", "?"], Verdict.REJECTED, reason=Reason.BAD_NUMBER)

    summary = books.summary(one)

    assert summary.rows == 0
    assert not any(Counter(summary.attempts).values())
    assert summary.sources == ()
