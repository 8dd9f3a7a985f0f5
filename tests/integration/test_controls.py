"""What people and the engine say to campaigns and lists; each takes effect with its commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campaigns.errors import NotAllowed, NotFound
from campaigns.ledger import campaigns, controls, suppressing
from campaigns.ledger.controls import Control
from campaigns.ledger.legal import may_become
from campaigns.ledger.suppressing import Suppression
from campaigns.ledger.suppression import GLOBAL, campaign_scope, client_scope, suppression_list
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from dialer.commands import execute
from tests.integration.shop import DAY, HOUR, NOON, Shop, lead, number, shop_at

C = CampaignState
PATHS = {C.WAITING: (), C.RUNNING: (C.RUNNING,), C.PAUSED: (C.PAUSED,), C.DONE: (C.RUNNING, C.DONE),
         C.CANCELLED: (C.CANCELLED,)}  # fmt: skip


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def test_a_campaign_goes_where_it_may_and_nowhere_else(shop: Shop) -> None:
    for start, path in PATHS.items():
        for to in C:
            id_ = shop.campaign(f"{start} to {to}", state=C.WAITING)
            for step in path:
                shop.do(controls.control, Control(id_, step, "test"))
            wish = Control(id_, to, "ann", Reason.OPERATOR, "why")
            if start == to:
                assert not shop.do(controls.control, wish)
            elif may_become("campaign", start, to):
                assert shop.do(controls.control, wish)
                row = shop.campaign_row(id_)
                assert (row.state, row.reason, row.detail) == (to, Reason.OPERATOR, "why")
                assert (shop.events()[-1].campaign_id, shop.events()[-1].who) == (id_, "ann")
            else:
                with pytest.raises(NotAllowed, match=f"is {start}; it cannot become {to}"):
                    shop.do(controls.control, wish)
                assert shop.campaign_row(id_).state == start


async def test_pause_and_resume_return_a_campaign_to_where_it_was(shop: Shop) -> None:
    async def say(command: str, name: str) -> object:
        return (await execute(shop.ledger, command, {"name": name, "who": "ann"}))["answer"]

    now, cron = shop.campaign("now"), shop.campaign("cron", mode="cron")
    for id_, name, back in ((now, "now", C.RUNNING), (cron, "cron", C.WAITING)):
        assert not await say("resume", name)
        assert shop.campaign_row(id_).state == C.RUNNING
        assert [await say("pause", name), await say("pause", name)] == [True, False]
        assert not await say("open", name)
        assert shop.campaign_row(id_).state == C.PAUSED
        assert await say("resume", name)
        assert shop.campaign_row(id_).state == back
    assert await say("open", "cron")
    assert await say("close", "cron")
    assert not await say("close", "now")
    assert [shop.campaign_row(id_).state for id_ in (now, cron)] == [C.RUNNING, C.WAITING]


async def test_a_slip_is_an_answer_with_its_exit_code(shop: Shop) -> None:
    shop.campaign("spring", state=C.CANCELLED)
    unknown = await execute(shop.ledger, "pause", {"name": "autumn", "who": "ann"})
    assert unknown == {"error": 'no campaign "autumn"; there is "spring"', "exit_code": NotFound.exit_code}
    refused = await execute(shop.ledger, "pause", {"name": "spring", "who": "ann"})
    assert refused["exit_code"] == NotAllowed.exit_code


def test_cancel_ends_who_waits(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)])
    shop.to(id_, C.CANCELLED)
    assert {(c.state, c.reason) for c in shop.contacts()} == {(ContactState.CANCELLED, Reason.CAMPAIGN_CANCELLED)}


def test_a_campaign_is_done_when_nobody_waits_or_is_called(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.ACCEPTED)
    empty = shop.campaign("empty")
    assert shop.do(controls.finish, None) == ["empty"]
    assert shop.campaign_row(shop.attempt(id_).campaign_id).state == C.RUNNING
    from campaigns.ledger.observations import Observation, observe

    shop.do(observe, Observation(id_, "default", None, Result.HUMAN))
    assert shop.do(controls.finish, None) == ["spring"]
    assert shop.do(controls.finish, None) == []
    assert shop.campaign_row(empty).state == C.DONE


def test_held_contacts_do_not_delay_the_end(shop: Shop) -> None:
    shop.in_state(AttemptState.UNRESOLVED)
    assert shop.do(controls.finish, None) == ["spring"]


def test_at_its_end_who_waits_expires_and_who_is_called_does_not(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2)], end=NOON + HOUR)
    (id_, other) = shop.sent(1)
    assert shop.record(other, AttemptState.NOT_PLACED)
    shop.do(controls.finish, None)
    assert {contact.state for contact in shop.contacts()} == {"dialing", "ready"}
    shop.clock.move(HOUR)
    shop.do(controls.finish, None)
    assert {(c.state, c.reason) for c in shop.contacts() if c.state != "dialing"} == {
        (ContactState.EXPIRED, Reason.CAMPAIGN_ENDED)
    }
    assert shop.campaign_row(1).state == C.RUNNING
    assert shop.attempt(id_).state == AttemptState.SUBMITTED


def test_more_leads_wake_a_campaign_that_was_done(shop: Shop) -> None:
    now, cron = shop.campaign("now"), shop.campaign("cron", mode="cron")
    shop.do(controls.finish, None)
    for id_ in (now, cron):
        assert shop.do(controls.reopen, (id_, "ann"))
    assert [shop.campaign_row(id_).state for id_ in (now, cron)] == [C.RUNNING, C.WAITING]
    shop.to(now, C.PAUSED)
    assert not shop.do(controls.reopen, (now, "ann"))
    assert shop.campaign_row(now).state == C.PAUSED


def test_a_suppressed_number_is_excluded_in_its_scope_at_once(shop: Shop) -> None:
    mine, other = shop.campaign("mine", [lead(n) for n in range(1, 4)]), shop.campaign("other", [lead(1)])
    for n, scope in enumerate((campaign_scope(mine), client_scope("default"), GLOBAL), 1):
        assert shop.do(suppressing.suppress, Suppression(number(n), scope, "said so", "ann"))
        assert not shop.do(suppressing.suppress, Suppression(number(n), scope, "again", "ann"))
    assert [(c.campaign_id, c.state, c.reason) for c in shop.contacts()] == [
        (mine, "excluded", Reason.DNC_CAMPAIGN),
        (mine, "excluded", Reason.DNC_CLIENT),
        (mine, "excluded", Reason.DNC_GLOBAL),
        (other, "ready", Reason.NEW),
    ]
    kept = shop.ledger.read_now(suppression_list)
    assert [(row["entry"], row["note"]) for row in kept] == [(number(n), "said so") for n in (1, 2, 3)]
    assert shop.do(suppressing.unsuppress, Suppression(number(1), campaign_scope(mine), "", "ann"))
    assert not shop.do(suppressing.unsuppress, Suppression(number(1), campaign_scope(mine), "", "ann"))
    assert "+1212" not in " ".join(event.detail for event in shop.events())


def test_who_is_being_called_when_suppressed_is_not_called_again(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.ACCEPTED)
    shop.do(suppressing.suppress, Suppression(number(1), GLOBAL, "", "ann"))
    from campaigns.ledger.observations import Observation, observe

    shop.do(observe, Observation(id_, "default", None, Result.BUSY))
    shop.clock.move(HOUR)
    assert shop.feed().reserved == {"default": []}
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason) == (ContactState.EXCLUDED, Reason.DNC_GLOBAL)


def test_campaigns_are_found_by_name_and_world(shop: Shop) -> None:
    one, two = shop.campaign("one"), shop.campaign("two", world="rehearsal")
    assert shop.ledger.read_now(campaigns.find, "one").id == one
    assert [row.id for row in shop.ledger.read_now(campaigns.every)] == [two, one]
    assert [row.id for row in shop.ledger.read_now(campaigns.running, "rehearsal")] == [two]
    assert shop.ledger.read_now(campaigns.spec_of, one).pace.per_second == 100
    with pytest.raises(NotFound, match='"two", "one"'):
        shop.ledger.read_now(campaigns.find, "three")
    shop.clock.move(DAY)
