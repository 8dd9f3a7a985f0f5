"""A campaign's file is changed while it runs: who is called under which version, and who is decided anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campaigns.errors import NotAllowed
from campaigns.ledger import controls, editing
from campaigns.ledger.history import history
from campaigns.ledger.moves import exclude_contacts, withdraw_contacts
from campaigns.ledger.observations import Observation, observe
from campaigns.ledger.tables import contacts
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, PhoneType, Reason, Result
from dialer.commands import answer_of, execute
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, Shop, lead, number, shop_at, spec

C = ContactState
CLOSED_TODAY = {"hours": {"mon": "closed"}}
FEW = {"pace": {"per_second": 1, "at_once": 1}}


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


async def edit(shop: Shop, version: int = 1, why: str = "", to: Spec | None = None, **values: Any) -> dict[str, Any]:
    """Have the campaign "spring" go by another file, which differs from the shop's by ``values``."""
    new = (to or spec(**values)).model_dump(mode="json")
    arguments = {"name": "spring", "version": version, "spec": new, "who": "ann", "why": why}
    said: dict[str, Any] = answer_of(await execute(shop.ledger, "edit", arguments))
    return said


def states(shop: Shop) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in shop.contacts()]


async def test_what_was_reserved_goes_back_and_is_called_by_the_new_file(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2), lead(3)])
    open_call, *reserved = [id_ for ids in shop.feed().reserved.values() for id_ in ids]
    assert shop.submit(open_call)
    said = await edit(shop, agent="2")
    assert said == {"version": 2, "changed": ["agent: nothing → 2"]}
    assert [row.id for row in shop.attempts()] == [open_call]
    assert [shop.submit(id_) for id_ in reserved] == [False, False]
    assert shop.record(open_call, AttemptState.ACCEPTED), "a call in progress goes on"
    again = [id_ for ids in shop.feed().reserved.values() for id_ in ids]
    assert [(shop.attempt(id_).version, shop.attempt(id_).agent) for id_ in again] == [(2, "2"), (2, "2")]


async def test_a_ramp_up_may_be_wished_for_while_it_runs(shop: Shop) -> None:
    shop.campaign(people=[lead(row) for row in range(1, 9)])
    await edit(shop, ramp={"calls": 3, "answered": 0.2})
    assert len(shop.sent(1, AttemptState.ACCEPTED)) == 3
    await edit(shop, 2, ramp={"calls": 5, "answered": 0.2})
    assert len(shop.sent(1, AttemptState.ACCEPTED)) == 2


async def test_stricter_rules_hold_for_whoever_was_due(shop: Shop) -> None:
    shop.campaign(people=[lead(1)])
    await edit(shop, **CLOSED_TODAY)
    assert shop.feed().reserved == {"default": []}
    assert states(shop) == [(C.READY, Reason.OUTSIDE_HOURS)]


async def test_looser_rules_free_whoever_waited_or_was_left_out(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2)], **CLOSED_TODAY)
    await edit(shop, phones={"blocked": [PhoneType.MOBILE], "undecided": "block"})
    assert shop.feed().reserved == {"default": []}
    assert states(shop) == [(C.EXCLUDED, Reason.UNDECIDED_TYPE)] * 2
    await edit(shop, 2, **CLOSED_TODAY)
    assert shop.feed().reserved == {"default": []}
    assert states(shop) == [(C.READY, Reason.OUTSIDE_HOURS)] * 2
    await edit(shop, 3)
    assert len(shop.feed().reserved["default"]) == 2


async def test_who_is_on_a_list_or_was_withdrawn_stays_out(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)], end=(NOON + HOUR).isoformat())
    first, second = (row.id for row in shop.contacts())
    shop.do(lambda tx, items: [withdraw_contacts(tx, [first])], None)
    shop.sql(contacts.update().where(contacts.c.id == second).values(state=C.EXCLUDED, reason=Reason.DNC_GLOBAL))
    await edit(shop)
    assert states(shop) == [(C.CANCELLED, Reason.WITHDRAWN), (C.EXCLUDED, Reason.DNC_GLOBAL)]
    assert shop.campaign_row(id_).version == 2


def ended(shop: Shop, result: Result, ago: timedelta, calls: int = 1, **values: Any) -> None:
    """A person who was called so often, the last time so long ago."""
    shop.clock.move(-ago - (calls - 1) * DAY)
    shop.campaign(people=[lead(1)], **values)
    for nth in range(calls):
        (id_,) = shop.sent(1, AttemptState.ACCEPTED)
        shop.observe(id_, result)
        if nth + 1 < calls:
            shop.clock.move(DAY)
    shop.clock.move(ago)


@pytest.mark.parametrize(("wait", "due_in"), [("20m", timedelta(0)), ("1h", 30 * MINUTE), ("6h", 330 * MINUTE)])
async def test_a_retry_waits_as_long_as_the_new_file_says_from_the_calls_end(
    shop: Shop, wait: str, due_in: timedelta
) -> None:
    ended(shop, Result.BUSY, 30 * MINUTE, retries={"busy": "2h"})
    await edit(shop, retries={"busy": wait})
    (contact,) = shop.contacts()
    assert max(contact.next_at, NOON) - NOON == due_in
    assert (len(shop.feed().reserved["default"]) == 1) == (due_in == timedelta(0))


@pytest.mark.parametrize(
    ("result", "retries"),
    [
        (Result.NO_ANSWER, {}),
        (Result.NO_ANSWER, {"table": [{"result": "no_answer", "wait": "30m", "number": "next"}]}),
        (Result.DECLINED, {"declined": "never"}),
        (Result.INVALID_NUMBER, {}),
        (None, {}),
    ],
)
async def test_the_next_number_is_still_the_next_however_often_the_file_is_changed(
    shop: Shop, result: Result | None, retries: dict[str, Any]
) -> None:
    shop.campaign(people=[lead(1, number(1), number(2))], retries=retries)
    (id_,) = shop.sent(1, AttemptState.ACCEPTED if result else AttemptState.REJECTED)
    if result:
        shop.observe(id_, result)
    for version, attempts in enumerate((4, 5, 6), 1):
        await edit(shop, version, retries=retries | {"attempts": attempts})
    shop.clock.move(3 * HOUR)
    shop.sent(1, AttemptState.ACCEPTED)
    assert [attempt.number for attempt in shop.attempts()] == [number(1), number(2)]


async def test_who_asked_to_be_tried_again_is_tried_at_the_number_that_was_answered(shop: Shop) -> None:
    shop.campaign(people=[lead(1, number(1), number(2))])
    (id_,) = shop.sent(1, AttemptState.ACCEPTED)
    shop.do(observe, Observation(id_, "default", "c", Result.VOICEMAIL_LEFT, raw={"disposition": "later"}))
    assert shop.contacts()[0].position == 1
    await edit(shop, outcomes={"values": {"later": "retry"}})
    assert shop.contacts()[0].position == 0


async def test_fewer_attempts_exhaust_and_more_bring_back(shop: Shop) -> None:
    ended(shop, Result.BUSY, HOUR, calls=2, retries={"attempts": 3})
    assert states(shop) == [(C.READY, Reason.RETRY_WAIT)]
    await edit(shop, retries={"attempts": 2})
    assert states(shop) == [(C.EXHAUSTED, Reason.ATTEMPTS_USED)]
    shop.do(controls.finish, None)
    assert shop.campaign_row(1).state == CampaignState.DONE
    await edit(shop, 2, retries={"attempts": 3})
    assert shop.campaign_row(1).state == CampaignState.RUNNING, "somebody waits again"
    assert len(shop.feed().reserved["default"]) == 1


async def test_fewer_attempts_exhaust_whose_try_came_when_nobody_may_be_called(shop: Shop) -> None:
    ended(shop, Result.BUSY, HOUR)
    await edit(shop, **CLOSED_TODAY)
    assert shop.feed().reserved == {"default": []}
    assert states(shop) == [(C.READY, Reason.OUTSIDE_HOURS)]
    await edit(shop, 2, **CLOSED_TODAY, retries={"attempts": 1})
    assert states(shop) == [(C.EXHAUSTED, Reason.ATTEMPTS_USED)]


async def test_a_later_end_brings_back_who_came_too_late_but_not_before_their_wait(shop: Shop) -> None:
    ends = {"end": (NOON - MINUTE).isoformat()}
    ended(shop, Result.BUSY, HOUR, retries={"busy": "2h"}, **ends)
    shop.load(1, [lead(2)], "another")
    shop.do(controls.finish, None)
    assert states(shop) == [(C.EXPIRED, Reason.CAMPAIGN_ENDED)] * 2
    await edit(shop, retries={"busy": "2h"}, end=(NOON + DAY).isoformat())
    called, fresh = shop.contacts()
    assert (called.reason, called.next_at) == (Reason.RETRY_WAIT, NOON + HOUR)
    assert (fresh.reason, fresh.next_at) == (Reason.NEW, NOON)


async def test_what_cannot_be_changed_so_is_refused(shop: Shop) -> None:
    shop.campaign()
    for values, said in (({"account": "other"}, "keeps its account"), ({"mode": "cron"}, "keeps its mode")):
        with pytest.raises(Exception, match=said) as refused:
            await edit(shop, **values)
        assert getattr(refused.value, "exit_code", None) == NotAllowed.exit_code
    await edit(shop, **FEW)
    with pytest.raises(Exception, match="changed meanwhile"):
        await edit(shop, 1)
    for state in (CampaignState.CANCELLED, CampaignState.ARCHIVED):
        shop.to(1, state)
        with pytest.raises(Exception, match=f"is {state}"):
            await edit(shop, 2)
    assert shop.campaign_row(1).version == 2


@pytest.mark.parametrize("looked_at", [1, 2])
async def test_the_same_file_again_changes_nothing_and_decides_anew(shop: Shop, looked_at: int) -> None:
    """What a kill between the two halves of an edit left undone; nobody need look again for that."""
    shop.campaign(people=[lead(1)], **CLOSED_TODAY)
    shop.feed()
    open_all_day = spec()
    shop.do(editing.edit, editing.Edit(1, 1, open_all_day, "ann", ""))
    assert shop.feed().reserved == {"default": []}
    assert (await edit(shop, looked_at, to=open_all_day))["changed"] == []
    assert shop.campaign_row(1).version == 2
    assert len(shop.feed().reserved["default"]) == 1


def test_nobody_waits_again_in_a_campaign_that_was_cancelled_meanwhile(shop: Shop) -> None:
    """It ends while an edit decides anew who was left out by the old file."""
    id_ = shop.campaign(people=[lead(1)], **CLOSED_TODAY)
    shop.do(lambda tx, items: [exclude_contacts(tx, contacts.c.campaign_id == id_, Reason.NO_WINDOW)], None)
    shop.do(editing.edit, editing.Edit(id_, 1, spec(), "ann", ""))
    shop.to(id_, CampaignState.CANCELLED)
    assert shop.do(editing.decide_anew, editing.Anew(id_, frozenset({"hours"}), "ann")) is None
    assert states(shop) == [(C.EXCLUDED, Reason.NO_WINDOW)]


def test_whoever_waits_again_is_called_though_the_edit_dies_before_its_next_part(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(row) for row in range(1, editing.CHUNK + 2)], **CLOSED_TODAY)
    shop.do(lambda tx, items: [exclude_contacts(tx, contacts.c.campaign_id == id_, Reason.NO_WINDOW)], None)
    shop.do(controls.finish, None)
    assert shop.campaign_row(id_).state == CampaignState.DONE
    shop.do(editing.edit, editing.Edit(id_, 1, spec(), "ann", ""))
    assert shop.do(editing.decide_anew, editing.Anew(id_, frozenset({"hours"}), "ann")), "there is more to decide"
    assert shop.campaign_row(id_).state == CampaignState.RUNNING
    assert shop.feed().reserved["default"]


async def test_history_says_who_changed_what_when_and_why(shop: Shop) -> None:
    shop.campaign()
    await edit(shop, why="too slow", pace={"per_second": 50, "at_once": 1000})
    last = shop.ledger.read_now(lambda conn: history(conn, shop.campaign_row(1)))[-1]
    assert (last.at, last.who, last.what, last.why) == (NOON, "ann", "edited", "too slow")
    assert last.detail == "version 2: pace.per_second: 100.0 → 50.0"
