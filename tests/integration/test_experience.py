"""What a forecast takes from the ledger: the account's own calls, and who of a campaign is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campaigns.forecast.crowd import Cohort, made_lately, of_campaign
from campaigns.forecast.experience import experience, reported_cost
from campaigns.forecast.rates import ENOUGH
from campaigns.vocabulary import AttemptState, ContactState, PhoneType, Reason, Result
from tests.reports_ledger import NEW_YORK, NOW, Books

SECONDS = timedelta(seconds=1)
KIND = ("+1212", "US", (PhoneType.LANDLINE, PhoneType.MOBILE))


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url)
    yield books
    books.close()


def call(books: Books, campaign: int, contact: int, result: Result, talk_s: float = 0.0, **values: Any) -> None:
    """An ended call: it rang for 12 s."""
    answered = NOW + 12 * SECONDS if talk_s else None
    ended = NOW + (12 + talk_s) * SECONDS
    fresh = {"intent_at": NOW, "answered_at": answered, "ended_at": ended, "duration_s": talk_s, "result": result}
    books.attempt(campaign, contact, AttemptState.ENDED, **fresh | values)


def test_enough_calls_of_the_account_tell_how_the_next_will_go(books: Books) -> None:
    campaign = books.campaign()
    people = books.list(campaign)
    contacts = [books.contact(campaign, people, row, ["Ann", "x"]) for row in range(2, ENOUGH + 2)]
    for at, contact in enumerate(contacts[:-1]):
        human = at % 4 == 0
        call(books, campaign, contact, Result.HUMAN if human else Result.BUSY, 60.0 * human, raw={"price": "-0.05"})
    call(books, campaign, contacts[-1], Result.BUSY, account="other")
    assert books.ledger.read_now(experience, "default") is None
    call(books, campaign, contacts[0], Result.HUMAN, 100.0, answered_at=None, raw={"price": "-0.05"})
    rates = books.ledger.read_now(experience, "default")
    assert rates is not None
    assert rates.calls == ENOUGH
    assert rates.first == rates.later == {Result.HUMAN: 0.26, Result.BUSY: 0.74}
    assert rates.setup_s == {Result.HUMAN: 12, Result.BUSY: 12}
    assert set(rates.talk_s) == {Result.HUMAN}
    assert sorted(rates.talk_s[Result.HUMAN]) == [60.0] * 25 + [100.0]
    assert rates.cost == pytest.approx({Result.HUMAN: 0.05, Result.BUSY: 0.05})


def test_first_calls_and_later_ones_are_told_apart_where_there_are_enough_of_both(books: Books) -> None:
    campaign = books.campaign()
    people = books.list(campaign)
    for row in range(2, ENOUGH + 2):
        contact = books.contact(campaign, people, row, ["Ann", "x"])
        call(books, campaign, contact, Result.NO_ANSWER)
        call(books, campaign, contact, Result.HUMAN, 30.0)
    rates = books.ledger.read_now(experience, "default")
    assert rates is not None
    assert (rates.first, rates.later) == ({Result.NO_ANSWER: 1.0}, {Result.HUMAN: 1.0})
    assert rates.cost == {}


@pytest.mark.parametrize(
    ("raw", "declared", "cost"),
    [
        ({"price": "-0.0085"}, None, 0.0085), ({"cost": 1.5}, None, 1.5), ({"charge": "$0.20"}, None, 0.2),
        ({"price": "0.1", "fee": "0.3"}, "fee", 0.3), ({"price": "0.1"}, "fee", None), ({"price": None}, None, None),
        ({"cost": "free"}, None, None), ({"cost": 0}, None, 0.0),
    ],
)  # fmt: skip
def test_what_a_record_says_of_its_cost(raw: dict[str, Any], declared: str | None, cost: float | None) -> None:
    assert reported_cost(raw, declared) == cost


def test_who_is_left_of_a_campaign(books: Books) -> None:
    campaign = books.campaign()
    people = books.list(campaign)

    def contact(row: int, **values: Any) -> int:
        return books.contact(campaign, people, row, ["Ann", "x"], **values)

    contact(2), contact(3)
    waits = contact(4, next_at=NOW + timedelta(hours=2), reason=Reason.RETRY_WAIT)
    call(books, campaign, waits, Result.BUSY)
    busy = contact(5, state=ContactState.DIALING)
    books.attempt(campaign, busy, AttemptState.ACCEPTED, intent_at=NOW)
    contact(6, state=ContactState.DONE), contact(7, state=ContactState.EXCLUDED)
    two = [{"e164": f"+1415555{n:04}", "region": "US", "types": ["mobile"]} for n in (1, 2)]
    contact(8, numbers=two, position=1, region_state="CA", zones="America/Los_Angeles,America/Boise")
    books.attempt(campaign, waits, AttemptState.ENDED, intent_at=NOW - timedelta(hours=25), result=Result.BUSY)
    assert sum(count for _, count in books.ledger.read_now(made_lately, campaign, NOW)) == 2
    mobile = ("+1415", "US", (PhoneType.MOBILE,))
    assert books.ledger.read_now(of_campaign, campaign, NOW) == Counter(
        {
            Cohort((NEW_YORK,), None, (KIND,)): 3,
            Cohort((NEW_YORK,), None, (KIND,), 2, 0, int((NOW + timedelta(hours=2)).timestamp())): 1,
            Cohort(("America/Los_Angeles", "America/Boise"), "CA", (mobile, mobile), 0, 1): 1,
        }
    )
