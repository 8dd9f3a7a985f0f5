"""What the database counts by itself: right after every move, and put right where it is not.

Every test with a shop ends with the same question: are the counts what the rows say (``shop.shop_at``)?
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campaigns.ledger.progress import progress, window_closes
from campaigns.ledger.queries import overview, standing
from campaigns.ledger.tables import contacts, tallies
from campaigns.ledger.tallies import calls_by_result, differences, places
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from dialer.keeper import COUNT_EVERY_S, Keeper
from tests.integration.shop import HOUR, MINUTE, NOON, Shop, lead, shop_at

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def test_a_calls_whole_way_is_counted(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(row) for row in range(1, 6)])
    ended, rejected, *_ = shop.sent(id_, S.ACCEPTED)
    shop.observe(ended, Result.HUMAN)
    shop.observe(rejected, Result.BUSY)
    seen = shop.ledger.read_now(progress, id_, shop.clock.now())
    assert seen.contacts == {ContactState.DONE: 1, ContactState.READY: 1, ContactState.DIALING: 3}
    assert (seen.results, seen.open) == ({Result.HUMAN: 1, Result.BUSY: 1}, 3)
    assert sorted(shop.ledger.read_now(calls_by_result, id_)) == [
        (S.ACCEPTED, None, 3), (S.ENDED, Result.BUSY, 1), (S.ENDED, Result.HUMAN, 1),
    ]  # fmt: skip


def test_who_is_due_no_longer_waits_for_what_is_over(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(row) for row in (1, 2, 3)])
    later = contacts.update().where(contacts.c.row > 1).values(reason=Reason.OUTSIDE_HOURS, next_at=NOON + HOUR)
    shop.sql(later)

    def waiting(after: timedelta) -> dict[str, int]:
        seen = shop.ledger.read_now(standing, shop.campaign_row(id_), NOON + after)
        return {share.reason: share.count for share in seen.reasons if share.state == ContactState.READY}

    assert waiting(HOUR - MINUTE) == {Reason.OUTSIDE_HOURS: 2, Reason.NEW: 1}
    assert waiting(HOUR) == {Reason.NEW: 3}


def test_a_place_counts_while_somebody_waits_there(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)])
    assert len(shop.ledger.read_now(places, id_)) == 1
    assert shop.ledger.read_now(window_closes, id_, NOON) is not None
    shop.sent(id_, S.ACCEPTED)
    assert shop.ledger.read_now(places, id_) == []
    assert shop.ledger.read_now(window_closes, id_, NOON) is None


async def test_a_wrong_count_is_put_right_and_said(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)])
    shop.sql(tallies.update().where(tallies.c.kind == "lead").values(n=tallies.c.n + 5))
    shop.sql(tallies.update().where(tallies.c.kind == "row").values(n=0))
    assert len(shop.ledger.read_now(differences)) == 2
    keeper = Keeper(shop.ledger, shop.clock, None, lambda _: True)  # type: ignore[arg-type] - nothing is rung here
    await keeper.tick()
    assert len(shop.ledger.read_now(differences)) == 2, "not at every tick"
    shop.clock.move(timedelta(seconds=COUNT_EVERY_S))
    await keeper.tick()
    assert shop.ledger.read_now(differences) == []
    assert shop.ledger.read_now(overview)[0].leads[ContactState.READY] == 2
    said = [(each.campaign_id, each.what, each.detail) for each in shop.events()]
    assert (id_, "counts corrected", "2 were not what the rows say") in said
