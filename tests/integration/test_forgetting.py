"""A person is erased; everything still ties; they are never called again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.hint import Hint
from campaigns.ledger import forgetting, loading, suppressing
from campaigns.ledger.controls import note
from campaigns.ledger.forgetting import Wish, forget
from campaigns.ledger.hearing import Heard, hear
from campaigns.ledger.inquiry import inquire
from campaigns.ledger.observations import Observation, observe
from campaigns.ledger.queries import standing
from campaigns.ledger.suppressing import Suppression
from campaigns.ledger.suppression import GLOBAL, client_scope
from campaigns.ledger.tables import campaigns, lists, metadata, rows, suppressions
from campaigns.reports.report import write_report
from campaigns.reports.summary import summarise
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result, Verdict
from tests.integration.shop import Shop, lead, number, shop_at

PHONE, SECOND = number(1), "+12125559901"
TRACES = ("Zacharias", "zach@example", "5550001", "555-0001", "5559901", "secret-call", "customer-77",
          "Zebulon", "Zenobia", "digest-99")  # fmt: skip


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def told(shop: Shop) -> str:
    """Everything the ledger holds, as text."""
    return "\n".join(str(tuple(row)) for table in metadata.sorted_tables for row in shop.beside(sa.select(table)))


def called(shop: Shop) -> int:
    """A campaign in which the person was called, stands twice, and is mentioned; and somebody else was called too."""
    ann = {"name": "Zacharias", "mail": "zach@example.com"}
    people = [
        lead(1, PHONE, SECOND, fields=ann, external_id="customer-77"),
        lead(2, fields={"name": "Bob", "mail": "knows (212) 555-0001"}),
        lead(3, PHONE, fields=ann, verdict=Verdict.DUPLICATE, reason=Reason.DUPLICATE_IN_FILE, detail="as row 1"),
    ]
    id_ = shop.campaign(people=people, retries={"attempts": 2})
    mine, other = shop.sent(id_, AttemptState.ACCEPTED)
    shop.observe(other, Result.BUSY)
    said = {"transcript": f"I am Zacharias, zach@example.com, {PHONE}, not interested"}
    shop.do(
        observe, Observation(mine, "default", "secret-call", Result.BUSY, raw=said, disposition="Zacharias is busy")
    )
    hint = Hint(ref=shop.attempt(mine).ref, transcript="I am Zebulon", fields={"wife": "Zenobia"})
    assert shop.do(hear, Heard("default", "digest-99", hint))
    shop.do(suppressing.suppress, Suppression(SECOND, client_scope("other"), "a letter", "ann"))

    def say(tx: object, items: list[str]) -> list[None]:
        return [note(tx, id_, "ann", "said", text) for text in items]  # type: ignore[arg-type]

    shop.do(say, "a call to +1 (212) 555-0001 was discussed")
    return id_


def test_nothing_of_the_person_stays_but_a_hash(shop: Shop, database_url: str) -> None:
    id_ = called(shop)
    before = shop.ledger.read_now(summarise, id_, shop.clock.now())
    assert all(trace in told(shop) for trace in TRACES)
    done = shop.do(forget, Wish(PHONE, "ann"))
    assert (done.contacts, done.rows, done.attempts) == (1, 3, 1)
    late = Hint(ref=shop.attempts()[0].ref, transcript="I am Zacharias", fields={"mail": "zach@example.com"})
    assert shop.do(hear, Heard("default", "digest-100", late)) is None
    assert [trace for trace in TRACES if trace in told(shop)] == []
    assert {(row.kind, row.reason) for row in shop.beside(sa.select(suppressions))} == {("hmac", Reason.FORGOTTEN)}
    after = shop.ledger.read_now(summarise, id_, shop.clock.now())
    assert (after.rows, after.verdicts, after.attempts, after.results) == (
        before.rows, before.verdicts, before.attempts, before.results,
    )  # fmt: skip
    assert sum(after.contacts.values()) == sum(before.contacts.values())
    kept = next(row for row in shop.beside(sa.select(rows)) if row.row == 2)
    assert kept.cells == ["Bob", "", number(2)]


def test_they_are_never_called_again_on_any_of_their_numbers(shop: Shop) -> None:
    called(shop)
    shop.do(forget, Wish(SECOND, "ann"))
    shop.campaign("next", [lead(1), lead(8, SECOND), lead(9)])
    assert [row.identity for row in shop.contacts()[2:]] == [number(9)]
    forgotten = [row.reason for row in shop.beside(sa.select(rows).where(rows.c.list_id == 2).order_by(rows.c.row))]
    assert forgotten == [Reason.FORGOTTEN, Reason.FORGOTTEN, None]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "json"])
def test_reports_and_questions_go_on(shop: Shop, tmp_path: Path, suffix: str) -> None:
    id_ = called(shop)
    shop.do(forget, Wish(PHONE, "ann"))
    out = shop.ledger.read_now(
        lambda conn: write_report(conn, id_, tmp_path / f"out.{suffix}", shop.clock.now(), rehearsal=False)
    )
    assert out.stat().st_size
    assert b"Zacharias" not in out.read_bytes()
    campaign = shop.campaign_row(id_)
    found = shop.ledger.read_now(inquire, campaign, "1", shop.clock.now())
    assert (found.state, found.reason) == (ContactState.EXCLUDED, Reason.FORGOTTEN)
    assert shop.ledger.read_now(standing, campaign, shop.clock.now()).rows["accepted"] == 2
    shop.ledger.read_now(loading.account, 1)
    shop.feed()


@pytest.mark.parametrize("state", [AttemptState.UNRESOLVED, AttemptState.LOST])
def test_who_is_held_is_held_no_more(shop: Shop, state: AttemptState) -> None:
    id_ = shop.in_state(state)
    shop.do(forget, Wish(PHONE, "ann"))
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason) == (ContactState.EXCLUDED, Reason.FORGOTTEN)


def test_a_record_that_was_read_just_before_brings_nothing_back(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.UNRESOLVED)
    shop.do(forget, Wish(PHONE, "ann"))
    before = told(shop)
    said = {"phone_number": PHONE, "transcript": "take me off your list"}
    assert not shop.do(observe, Observation(id_, "default", "secret-call", Result.HUMAN, raw=said))
    assert told(shop) == before


def test_nobody_is_erased_while_on_the_phone(shop: Shop) -> None:
    for n, state in enumerate((AttemptState.SUBMITTED, AttemptState.ACCEPTED, AttemptState.UNKNOWN), 1):
        shop.in_state(state, f"c{n}", n)
        before = told(shop)
        with pytest.raises(NotAllowed, match="on the phone"):
            shop.do(forget, Wish(number(n), "ann"))
        assert told(shop) == before
    id_ = shop.in_state(AttemptState.RESERVED, "reserved", 4)
    shop.do(forget, Wish(number(4), "ann"))
    assert not shop.submit(id_)


def test_nobody_is_erased_by_a_number_that_came_during_the_call(shop: Shop) -> None:
    shop.campaign(people=[lead(1, external_id="a")])
    shop.sent(1)
    shop.loaded(1, [lead(1, number(9), external_id="a")], "2", update=True)
    with pytest.raises(NotAllowed, match="on the phone"):
        shop.do(forget, Wish(number(9), "ann"))


def test_a_stranger_may_be_forgotten_beforehand(shop: Shop) -> None:
    done = shop.do(forget, Wish(number(5), "ann"))
    assert (done.contacts, done.rows, done.attempts) == (0, 0, 0)
    shop.campaign(people=[lead(5)])
    assert shop.contacts() == []
    assert number(5) not in told(shop)


def test_a_lists_samples_are_forgotten(shop: Shop) -> None:
    called(shop)
    info = shop.beside(sa.select(lists.c.info))[0].info
    info["columns"][0]["samples"] = ["Zacharias", "Bob"]
    shop.sql(lists.update().values(info=info | {"guesses": ["Zacharias", "Zoë"]}))
    shop.sql(campaigns.update().values(detail=f"no call to {PHONE} is possible"))
    shop.do(forget, Wish(PHONE, "ann"))
    info = shop.beside(sa.select(lists.c.info))[0].info
    assert info["columns"][0]["samples"] == []
    assert info["guesses"] == ["Zoë"]
    assert shop.campaign_row(1).detail == "no call to (erased) is possible"


def test_sqlites_files_hold_nothing_either(tmp_path: Path) -> None:
    with shop_at(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as shop:
        called(shop)
        shop.do(suppressing.suppress, Suppression(PHONE, GLOBAL, "", "ann"))
        shop.do(forget, Wish(PHONE, "ann"))
        shop.ledger.read_now(forgetting.empty_journal)
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [trace for trace in (b"Zacharias", b"zach@example", b"2125550001") if trace in content]
