"""A lead list goes into the ledger: every row accounted for, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.errors import RowsLost
from campaigns.leads.lead import GIVEN, ListInfo
from campaigns.leads.packed import pack
from campaigns.ledger import loading, suppressing
from campaigns.ledger.suppressing import Suppression
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import contacts, lists, rows
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, PhoneType, Reason, Verdict
from dialer.commands import execute
from tests.integration.shop import DAY, NOON, WORLD, Shop, lead, number, shop_at, spec

V = Verdict


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def verdicts(shop: Shop) -> dict[tuple[str, str | None], int]:
    return dict(Counter((row.verdict, row.reason) for row in shop.beside(sa.select(rows))))


def test_every_row_is_kept_and_the_accepted_become_contacts(shop: Shop) -> None:
    people = [
        lead(2),
        lead(3, verdict=V.REJECTED, reason=Reason.NO_NUMBER, phones=(), detail="no number", suggestion="add one"),
        lead(4, verdict=V.DUPLICATE, reason=Reason.DUPLICATE_IN_FILE),
        lead(7, number(7), number(107), fields={"name": "Zoë"}),
    ]
    id_ = shop.campaign(people=people)
    assert sum(verdicts(shop).values()) == 4
    kept = shop.beside(sa.select(rows).order_by(rows.c.row))
    assert [(row.row, row.verdict, row.number) for row in kept] == [
        (2, V.ACCEPTED, number(2)), (3, V.REJECTED, None), (4, V.DUPLICATE, number(4)), (7, V.ACCEPTED, number(7)),
    ]  # fmt: skip
    assert (kept[1].detail, kept[1].suggestion, kept[0].cells) == ("no number", "add one", ["Ann", number(2)])
    first, second = shop.contacts()
    assert (first.campaign_id, first.row, first.state, first.reason, first.next_at) == (id_, 2, "ready", "new", NOON)
    assert [phone["e164"] for phone in second.numbers] == [number(7), number(107)]
    assert (second.zones, second.region_state, second.merged, second.external_id) == (
        "America/New_York", "NY", None, None
    )  # fmt: skip
    assert kept[3].cells == ["Zoë", number(7)]


def test_whatever_a_cell_holds_is_kept_as_it_is(shop: Shop) -> None:
    said = ["\t", "\\", "\\N", "\\.", "a\nb", "a\r\nb", '"', "'", "é\u2028\x1f", "😀", "%s", "?", ",", "{}", "x"]
    people = [lead(n, fields={"name": text}, external_id=text, consent=GIVEN + text) for n, text in enumerate(said, 1)]
    refused = {"verdict": V.REJECTED, "reason": Reason.NO_NUMBER, "phones": ()}
    nobody = [lead(100 + n, fields={"name": text}, detail=text, **refused) for n, text in enumerate(said)]
    shop.campaign(people=people + nobody)
    assert [(one.external_id, one.consent) for one in shop.contacts()] == [(text, GIVEN + text) for text in said]
    kept = shop.beside(sa.select(rows).order_by(rows.c.row))
    assert [row.cells[0] for row in kept] == said * 2
    assert [row.detail for row in kept] == [""] * len(said) + said


def test_a_load_that_was_cut_off_goes_on(shop: Shop) -> None:
    people = [lead(n) for n in range(1, 11)]
    id_ = shop.campaign(state=CampaignState.WAITING)
    info = ListInfo("leads.csv", "1", None, 1, "utf-8", ",", ())
    begun = shop.do(loading.open_list, loading.NewList(id_, info, 10))
    assert shop.do(loading.load, loading.Chunk(id_, begun.list_id, [pack(people[:4])], False)).added == 4
    again = shop.do(loading.open_list, loading.NewList(id_, info, 10))
    assert again == begun
    assert shop.do(loading.load, loading.Chunk(id_, begun.list_id, [pack(people)], False)).added == 6
    shop.do(loading.close_list, begun.list_id)
    assert shop.do(loading.open_list, loading.NewList(id_, info, 10)).complete
    assert len(shop.contacts()) == 10
    assert verdicts(shop) == {(V.ACCEPTED, None): 10}


def test_a_second_list_adds_only_who_is_new(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)])
    assert shop.load(id_, [lead(2), lead(3)], "2") == 1
    assert verdicts(shop) == {(V.ACCEPTED, None): 3, (V.DUPLICATE, Reason.DUPLICATE_IN_CAMPAIGN): 1}
    assert shop.load(shop.campaign("other"), [lead(1)]) == 1


def test_who_was_called_in_the_last_30_days_is_left_out_when_asked(shop: Shop) -> None:
    shop.in_state(AttemptState.REJECTED, "called", 1)
    shop.in_state(AttemptState.NOT_PLACED, "not called", 2)
    people = [lead(1), lead(2), lead(3)]
    assert shop.load(shop.campaign("a"), people, skip_recent=True) == 2
    assert shop.load(shop.campaign("b"), people, skip_recent=False) == 3
    shop.clock.move(30 * DAY)
    assert shop.load(shop.campaign("c"), people, skip_recent=True) == 3
    assert verdicts(shop)[V.DUPLICATE, Reason.DUPLICATE_RECENT] == 1


def test_who_must_not_be_called_is_excluded_with_the_reason(shop: Shop) -> None:
    shop.do(suppressing.suppress, Suppression(number(1), GLOBAL, "", "ann"))
    nowhere = lead(2, zones=())
    toll_free = lead(3)
    phone = toll_free.phones[0]
    toll_free = lead(3, phones=(type(phone)("+18005550103", "US", (PhoneType.TOLL_FREE,), ("America/New_York",)),))
    shop.campaign(people=[lead(1), nowhere, toll_free, lead(4)])
    assert verdicts(shop) == {
        (V.EXCLUDED, Reason.DNC_GLOBAL): 1,
        (V.EXCLUDED, Reason.NO_TIME_ZONE): 1,
        (V.EXCLUDED, Reason.BLOCKED_TYPE): 1,
        (V.ACCEPTED, None): 1,
    }
    assert len(shop.contacts()) == 1


def test_an_opt_out_in_the_list_counts_for_the_whole_campaign(shop: Shop) -> None:
    out = lead(5, number(1), verdict=V.EXCLUDED, reason=Reason.OPTED_OUT)
    id_ = shop.campaign(people=[lead(1), lead(2)])
    shop.load(id_, [out, lead(6, number(3))], "2")
    assert [c.state for c in shop.contacts()] == [ContactState.EXCLUDED, ContactState.READY, ContactState.READY]
    other = shop.campaign("other", [lead(1)])
    assert [c.state for c in shop.contacts() if c.campaign_id == other] == [ContactState.READY]


def test_an_opt_out_further_down_the_same_chunk_counts(shop: Shop) -> None:
    out = lead(5, number(1), verdict=V.EXCLUDED, reason=Reason.OPTED_OUT)
    shop.campaign(people=[lead(1), out])
    assert shop.feed().reserved == {"default": []}
    assert [c.state for c in shop.contacts()] == [ContactState.EXCLUDED]


def test_who_may_not_be_called_yet_waits_for_the_first_instant(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], hours={"mon": "closed", "tue": "10:00-11:00"})
    (contact,) = shop.contacts()
    assert (contact.state, contact.reason) == (ContactState.READY, Reason.OUTSIDE_HOURS)
    assert contact.next_at == NOON.replace(day=24, hour=15)


def test_a_limit_takes_so_many_leads_and_the_rows_up_to_there() -> None:
    people = [lead(1), lead(2, verdict=V.REJECTED), lead(3), lead(4), lead(5)]
    limited = loading.Reading(iter([pack(people[:2]), pack(people[2:])]), limit=2)
    taken = limited.take(10)
    assert [[lead[0] for lead in batch.accepted] for batch in taken] == [[1], [3]]
    assert [[lead[0] for lead in batch.others] for batch in taken] == [[2], []]
    assert (limited.take(10), limited.rows) == ([], 3)
    whole = loading.Reading(iter([pack([lead(1)] * 1500)] * 3))
    assert [sum(map(len, whole.take(count))) for count in (1, 3, 1)] == [1500, 3000, 0]
    assert whole.rows == 4500


def test_rows_that_are_not_accounted_for_are_an_error(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2), lead(3, verdict=V.REJECTED, reason=Reason.NO_NUMBER, phones=())])
    assert shop.ledger.read_now(loading.account, 1, 3) == {None: 2, Reason.NO_NUMBER: 1}
    with pytest.raises(RowsLost, match="4 rows were read, 3 are in the ledger"):
        shop.ledger.read_now(loading.account, 1, 4)
    shop.sql(contacts.delete().where(contacts.c.row == 2))
    with pytest.raises(RowsLost, match="2 were accepted, 1 are contacts"):
        shop.ledger.read_now(loading.account, 1, 3)


def test_rows_and_contacts_are_counted_as_of_one_moment(shop: Shop) -> None:
    """Another list may take a person over meanwhile: the row becomes a duplicate, its contact is the other list's."""
    shop.campaign(people=[lead(1), lead(2)])

    def taken_over(*_: object) -> None:
        mine = rows.c.row == 2
        shop.sql(rows.update().where(mine).values(verdict=V.DUPLICATE, reason=Reason.DUPLICATE_IN_CAMPAIGN))
        shop.sql(contacts.update().where(contacts.c.row == 2).values(list_id=2))

    def counted(conn: sa.Connection) -> Counter[str | None]:
        with conn.begin():
            sa.event.listen(conn, "after_cursor_execute", taken_over, once=True)
            return loading.account(conn, 1, 2)

    assert shop.ledger.read_now(counted) == {None: 2}
    assert shop.ledger.read_now(loading.account, 1, 2) == {None: 1, Reason.DUPLICATE_IN_CAMPAIGN: 1}


@pytest.mark.parametrize(
    "cell", ['say "hi"', "back\\slash", "tab\tline\nreturn\r", "NUL\0", "\ud800 half", "名前 é", ""]
)
def test_a_cell_stays_as_it_was(shop: Shop, cell: str) -> None:
    people = [lead(n, fields={"name": cell}, external_id=cell) for n in range(1, 4)]
    bad = lead(4, fields={"name": cell}, verdict=V.REJECTED, reason=Reason.BAD_NUMBER, detail=cell, suggestion=cell)
    shop.campaign(people=[*people, bad])
    kept = shop.beside(sa.select(rows))
    assert [row.cells for row in kept] == [[cell, number(n)] for n in range(1, 5)]
    spoken = cell.replace("\0", "\ufffd").replace("\ud800", "?")
    assert (kept[3].detail, kept[3].suggestion) == (spoken, spoken)
    assert {contact.external_id for contact in shop.contacts()} == {spoken or None}


def test_thousands_of_rows_of_every_kind_go_in_at_once(shop: Shop) -> None:
    """Groups of a thousand, a hundred, ten and one; the order of the list is the order of the contacts."""
    kinds = [lead(n, detail="repaired") if n % 7 == 0 else lead(n) for n in range(1, 2345)]
    kinds[99] = lead(100, verdict=V.REJECTED, reason=Reason.BAD_NUMBER, phones=())
    shop.campaign(people=kinds)
    assert verdicts(shop) == {(V.ACCEPTED, None): 2343, (V.REJECTED, Reason.BAD_NUMBER): 1}
    made = sorted(shop.contacts(), key=lambda contact: contact.id)
    assert [contact.row for contact in made] == [n for n in range(1, 2345) if n != 100]
    assert made[6].numbers == [{"e164": number(7), "region": "US", "types": ["landline", "mobile"]}]


async def test_launching_a_file_twice_adds_nothing(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("name,phone\n" + "".join(f"Ann {n},{number(n)}\n" for n in range(100, 2600)), encoding="utf-8")
    wish = {
        "file": str(file), "name": "spring", "spec": spec(leads={"country": "US"}).model_dump(mode="json"),
        "world": WORLD, "agent": "1", "agent_fields": None, "skip_recent": False, "limit": None, "who": "ann",
    }  # fmt: skip
    for added, known, read in ((2500, False, 2500), (0, True, 0)):
        answer = (await execute(shop.ledger, "launch", wish))["answer"]
        assert (answer["added"], answer["known"], answer["rows"]) == (added, known, read)
    assert [row.complete for row in shop.beside(sa.select(lists))] == [True]
    assert shop.campaign_row(1).state == CampaignState.RUNNING


def test_a_chunk_that_meets_calls_goes_in_only_as_far_as_they_can_wait(shop: Shop) -> None:
    waiting = shop.campaign("waiting", state=CampaignState.WAITING)
    info = ListInfo("leads.csv", "1", None, 1, "utf-8", ",", ())
    list_id = shop.do(loading.open_list, loading.NewList(waiting, info, 20)).list_id
    batches = [pack([lead(n)]) for n in range(2, 22)]
    alone = shop.do(loading.load, loading.Chunk(waiting, list_id, batches[:10], False))
    assert (alone.added, alone.batches, alone.beside_calls) == (10, 10, False)
    shop.campaign("running", [lead(99)])
    assert shop.ledger.read_now(loading.so_far, "waiting") == (10, 20)
    beside = shop.do(loading.load, loading.Chunk(waiting, list_id, batches[10:], False))
    assert (beside.added, beside.batches, beside.beside_calls) == (8, 8, True)
    assert shop.do(loading.load, loading.Chunk(waiting, list_id, batches[18:], False)).added == 2
    assert shop.ledger.read_now(loading.so_far, "waiting") == (20, 20)
    shop.do(loading.close_list, list_id)
    assert shop.ledger.read_now(loading.so_far, "waiting") is None
