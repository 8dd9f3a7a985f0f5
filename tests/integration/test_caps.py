"""Caps, consent and the decision at the intent, in the ledger: exact whoever asks at once, and kept for later."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from campaigns.ledger.campaigns import find
from campaigns.ledger.decisions import describe
from campaigns.ledger.inquiry import inquire
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import submit
from campaigns.ledger.tables import contacts, decisions, rows
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from tests.contention import by_tasks, by_threads, over, prepare
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, Shop, intents, lead, number, shop_at, submit_by_id

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def test_eight_workers_never_call_one_person_too_often(postgres_url: str) -> None:
    """The full size is in chaos; so is that of the next test."""
    with shop_at(postgres_url) as shop:
        wanted = prepare(shop, 10)
        by_threads(shop, wanted)
        assert over(shop, wanted) == (0, 0)


def test_eight_tasks_of_an_owner_never_call_one_person_too_often(tmp_path: object) -> None:
    with shop_at(f"sqlite:///{tmp_path}/ledger.sqlite") as shop:
        wanted = prepare(shop, 10)
        by_tasks(shop, wanted)
        assert over(shop, wanted) == (0, 0)


def test_calls_to_any_of_a_persons_numbers_count_and_those_of_other_campaigns(shop: Shop) -> None:
    first = shop.campaign("a", [lead(1, number(1), number(2))], caps={"per_person": "1 in 24h"})
    (id_,) = shop.sent(first)
    assert shop.record(id_, S.ACCEPTED)
    shop.observe(id_, Result.NO_ANSWER)
    shop.campaign("b", [lead(2, number(2))], caps={"per_person": "1 in 24h"})
    shop.campaign("c", [lead(3, number(2), number(1))], caps={"per_person": "1 in 24h"})
    shop.clock.move(HOUR)
    reserved = shop.feed().reserved["default"]
    assert [shop.attempt(id_).number for id_ in reserved] == [number(2)]  # b knows only the number nobody called
    waiting = next(contact for contact in shop.contacts() if contact.row == 3)
    assert (waiting.reason, waiting.next_at) == (Reason.ATTEMPT_CAP, NOON + DAY)


def test_calls_about_another_subject_or_for_another_client_do_not_count(shop: Shop) -> None:
    caps = {"per_subject": "1 in 24h"}
    (id_,) = shop.sent(shop.campaign("a", [lead(1)], caps=caps, subject="roofs"))
    assert shop.record(id_, S.ACCEPTED)
    shop.observe(id_, Result.HUMAN)
    shop.campaign("b", [lead(1)], caps=caps, subject="windows")
    shop.campaign("c", [lead(2, number(3), number(1))], caps=caps, subject="roofs")
    shop.clock.move(HOUR)
    reserved = shop.feed().reserved["default"]
    assert [shop.attempt(id_).number for id_ in reserved] == [number(1)]
    assert shop.contacts()[-1].reason == Reason.ATTEMPT_CAP


def test_an_intent_that_surely_placed_nothing_does_not_count(shop: Shop) -> None:
    campaign_id = shop.campaign("a", [lead(1)], caps={"per_person": "1 in 24h"})
    (id_,) = shop.sent(campaign_id, S.NOT_PLACED)
    shop.clock.move(MINUTE)
    assert len(shop.sent(campaign_id)) == 1
    assert id_


def test_after_a_conversation_about_a_debt_nobody_calls_for_a_week(shop: Shop) -> None:
    (id_,) = shop.sent(shop.campaign("a", [lead(1)], purpose="debt"))
    assert shop.record(id_, S.ACCEPTED)
    shop.observe(id_, Result.HUMAN)
    shop.campaign("b", [lead(1)], purpose="debt")
    shop.clock.move(6 * DAY)
    assert not any(shop.feed().reserved.values())
    contact = shop.contacts()[-1]
    assert (contact.reason, contact.next_at) == (Reason.SPOKEN_LATELY, NOON + 7 * DAY)
    shop.clock.at = NOON + 7 * DAY
    assert any(shop.feed().reserved.values())


def test_a_rule_that_changed_after_the_reservation_is_met_at_the_intent(shop: Shop) -> None:
    """The permission named an hour; the rules are asked again all the same, of what stands in the same transaction."""
    campaign_id = shop.campaign("a", [lead(1), lead(2)])
    ids = shop.feed().reserved["default"]
    shop.sql(contacts.update().where(contacts.c.row == 1).values(consent='refused: Consent "no"'))
    assert [shop.submit(id_) for id_ in ids] == [False, True]
    assert campaign_id
    shop.feed()
    assert (shop.contacts()[0].state, shop.contacts()[0].reason) == (ContactState.EXCLUDED, Reason.CONSENT_REFUSED)


def test_who_did_not_consent_never_becomes_a_contact_and_a_newer_list_can_take_consent_back(shop: Shop) -> None:
    people = [lead(1, consent='given: Consent "yes"'), lead(2), lead(3, consent='refused: Consent "no"')]
    campaign_id = shop.campaign("a", people, consent={})
    assert [contact.row for contact in shop.contacts()] == [1]
    reasons = {row.row: row.reason for row in shop.beside(sa.select(rows))}
    assert reasons == {1: None, 2: Reason.NO_CONSENT, 3: Reason.CONSENT_REFUSED}
    newer = [lead(1, consent='refused: Consent "no"', fields={"name": "Ann", "Consent": "no"})]
    shop.loaded(campaign_id, newer, "2", update=True)
    assert not any(shop.feed().reserved.values())
    assert shop.contacts()[0].reason == Reason.CONSENT_REFUSED


def test_the_decision_is_kept_with_the_intent_and_only_with_it(shop: Shop) -> None:
    shop.campaign("a", [lead(1, consent='given: Consent "2026-01-05"'), lead(2)])
    first, second = shop.feed().reserved["default"]
    assert shop.submit(first)
    (kept,) = shop.beside(sa.select(decisions))
    assert kept.attempt_id == first != second
    facts = json.loads(kept.facts)
    assert facts["local"] == ["2026-11-23 12:00 -05:00 America/New_York"]
    assert facts["zones_from"] == "number"
    assert facts["until"] == "2026-11-24T02:00:00+00:00"
    assert facts["counted"] == ["0 of at most 3 calls to this number in 24 hours"]
    assert (facts["asked"], facts["consent"]) == (["US"], 'given: Consent "2026-01-05"')
    assert len(facts["rules"]) == len(facts["file"]) == 12
    assert facts["tzdata"] >= "2026"
    assert facts["lists"] == 1
    said = describe(kept.facts)
    for words in ("it was 2026-11-23 12:00 -05:00 America/New_York (zone by number)", 'consent: given: Consent "20',
                  "on no do-not-call list as of event 1", f"rules {facts['rules']}", "0 of at most 3"):  # fmt: skip
        assert words in said
    assert describe(None) == ""


def test_an_intent_is_a_handful_of_statements_however_many_there_are(shop: Shop) -> None:
    shop.campaign("a", [lead(n) for n in range(1, 101)], caps={"per_person": "5 in 7d"})
    ids = shop.feed().reserved["default"]
    said: list[str] = []

    def counted(tx: Tx, items: list[list[int]]) -> list[int]:
        def count(_: object, __: object, statement: str, *___: object) -> None:
            said.append(statement)

        wishes = intents(tx.conn, items[0])
        sa.event.listen(tx.conn, "before_cursor_execute", count)
        answers = submit(tx, wishes)
        return [sum(answer is not None for answer in answers)]

    assert shop.do(counted, ids) == 100
    assert len(said) <= 9, said


def test_what_a_batch_allows_counts_for_the_rest_of_it(shop: Shop) -> None:
    caps = {"per_person": "1 in 24h"}
    one = shop.campaign("a", [lead(1, number(1), number(2))], caps=caps)
    two = shop.campaign("b", [lead(1, number(2), number(1))], caps=caps)
    ids = [shop.reserve(one, shop.contacts()[0].id, number(1)), shop.reserve(two, shop.contacts()[1].id, number(2))]

    def both(tx: Tx, items: list[list[int]]) -> list[list[bool]]:
        return [[answer is not None for answer in submit_by_id(tx, items[0])]]

    assert shop.do(both, ids) == [True, False]


def test_a_callback_waits_for_its_time_whatever_the_hours(shop: Shop) -> None:
    shop.campaign("a", [lead(1)])
    later = NOON + 2 * HOUR
    shop.sql(contacts.update().values(reason=Reason.CALLBACK, next_at=later))
    found = shop.ledger.read_now(lambda conn: inquire(conn, find(conn, "a"), "1", NOON))
    assert (found.reason, found.next_at, found.sooner) == (Reason.CALLBACK, later, ())
