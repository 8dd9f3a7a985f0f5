"""The same person twice: in the campaign, in another campaign, called lately; and what each policy makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.leads.lead import REFUSED
from campaigns.leads.lists import open_list
from campaigns.ledger import suppressing
from campaigns.ledger.suppressing import Suppression
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import contacts, lists, rows
from campaigns.spec import Leads
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Verdict
from dialer.caller import dials
from tests.integration.shop import DAY, HOUR, NOON, Shop, lead, number, shop_at

V = Verdict


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def last_rows(shop: Shop, list_id: int) -> list[tuple[Any, ...]]:
    """Verdict, reason and detail of a list's rows."""
    statement = sa.select(rows.c.verdict, rows.c.reason, rows.c.detail).where(rows.c.list_id == list_id)
    return [tuple(row) for row in shop.beside(statement.order_by(rows.c.row))]


def person(shop: Shop) -> tuple[Any, ...]:
    """The only contact: its list, row, and what was filled in."""
    (contact,) = shop.contacts()
    return contact.list_id, contact.row, contact.merged


def test_who_another_campaign_is_calling_is_left_out_and_it_is_named(shop: Shop) -> None:
    first = shop.campaign(people=[lead(1), lead(2)])
    second = shop.campaign("autumn", leads={})
    said = shop.loaded(second, [lead(1), lead(3)], file="other.csv")
    assert said.added == 1
    twice = 'campaign "spring" is calling this number'
    assert last_rows(shop, 2) == [(V.DUPLICATE, Reason.DUPLICATE_RUNNING, twice), (V.ACCEPTED, None, "")]
    shop.to(first, CampaignState.CANCELLED)
    assert shop.load(shop.campaign("winter", leads={}), [lead(2)]) == 1


@pytest.mark.parametrize("how", ["paused", "waiting", "finished", "asked to"])
def test_only_those_who_may_still_be_called_elsewhere_are_left_out(shop: Shop, how: str) -> None:
    if how == "finished":
        shop.in_state(AttemptState.ENDED)
    else:
        shop.campaign(people=[lead(1)], state=CampaignState.WAITING)
    if how == "paused":
        shop.to(1, CampaignState.PAUSED)
    other = shop.campaign("autumn", leads={"running": "call"} if how == "asked to" else {})
    assert shop.load(other, [lead(1)]) == (how in ("finished", "asked to"))


def test_who_another_campaign_called_in_the_last_days_is_left_out(shop: Shop) -> None:
    shop.in_state(AttemptState.ENDED)
    shop.clock.move(5 * DAY)
    week = {"recent_days": 7}
    assert shop.load(shop.campaign("a", leads=week), [lead(1)]) == 0
    said = 'campaign "spring" called this number on 2026-11-23'
    assert last_rows(shop, 2) == [(V.DUPLICATE, Reason.DUPLICATE_RECENT, said)]
    assert shop.load(shop.campaign("b", leads={"recent_days": 4}), [lead(1)]) == 1


def test_a_second_list_skips_whom_the_campaign_has_and_names_the_row(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(12)])
    said = shop.loaded(id_, [lead(2, number(12), fields={"name": "Bob"})], "2", file="more.csv")
    assert (said.added, said.changed, said.same) == (0, 0, 0)
    assert last_rows(shop, 2) == [
        (V.DUPLICATE, Reason.DUPLICATE_IN_CAMPAIGN, "row 12 of leads.csv has the same number")
    ]  # fmt: skip
    assert person(shop) == (1, 12, None)


def test_merge_fills_what_is_blank_and_it_is_sent(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1, fields={"name": "Ann", "city": " "})], leads={"duplicates": "merge"})
    said = shop.loaded(id_, [lead(7, number(1), fields={"name": "Bob", "city": "Rome", "age": "5"})], "2", file="b.csv")
    assert (said.added, said.changed) == (0, 1)
    assert last_rows(shop, 2)[0][2] == "row 1 of leads.csv has the same number, and takes city from this one"
    assert person(shop) == (1, 1, {"city": "Rome"})
    (dial,) = shop.ledger.read_now(dials, shop.feed().reserved["default"])
    assert (dial.cells, dial.merged) == (["Ann", " ", number(1)], {"city": "Rome"})
    assert shop.loaded(id_, [lead(9, number(1), fields={"name": "", "city": "Oslo"})], "3", file="c.csv").changed == 0


def test_what_a_later_list_fills_in_means_what_it_says(shop: Shop, tmp_path: Path) -> None:
    id_ = shop.campaign(leads={"duplicates": "merge"})
    heading = "Phone,Home phone,State,Lead ID,Opt in,Last name\n"

    def append(file: str, row: str) -> str | None:
        """What that takes, if anything."""
        (tmp_path / file).write_text(heading + row, encoding="utf-8")
        opened = open_list(tmp_path / file, Leads(country="US", duplicates="merge"))
        said = shop.loaded(id_, list(opened), file, file=file)
        detail: str = last_rows(shop, len(shop.beside(sa.select(lists))))[0][2]
        return detail.partition(" has the same number")[2] if said.changed else None

    append("a.csv", "212 736 5000,,,,,")
    looked_up = {"e164": "+12127365000", "region": "US", "types": ["mobile"], "looked_up": True}
    shop.sql(contacts.update().values(reason=Reason.OUTSIDE_HOURS, next_at=NOON + HOUR, numbers=[looked_up]))
    assert append("b.csv", "212 736 5000,415 555 2671,CA,,2026-03-01,") == (
        ", and takes Home phone, State, Opt in from this one"
    )
    (contact,) = shop.contacts()
    assert (contact.numbers[0], contact.numbers[1]["e164"]) == (looked_up, "+14155552671")
    assert ({*contact.zones.split(",")}, contact.region_state) == ({"America/New_York", "America/Los_Angeles"}, "CA")
    assert contact.consent == 'given: Opt in "2026-03-01"'
    assert contact.next_at == NOON, "the hours of all the places decide"
    same = "212 736 5000,415 555 2671,CA,,2026-03-01,"
    assert append("c.csv", same + "\n212 736 5000,,,,no,") == ", and takes the refusal of consent from this one"
    assert append("d.csv", "212 736 5000,303 555 0101,TX,L-1,yes,") == ", and takes Lead ID from this one"
    (contact,) = shop.contacts()
    assert (len(contact.numbers), contact.region_state, contact.external_id) == (2, "CA", "L-1")
    assert append("e.csv", "212 736 5000,303 555 0101,TX,L-1,no,") is None
    assert append("f.csv", "212 736 5001,,,L-1,yes,Ray") == ", and takes Last name from this one"
    assert shop.contacts()[0].consent.startswith(REFUSED)


@pytest.mark.parametrize("policy", ["skip", "merge", "newest"])
def test_who_takes_consent_back_in_a_later_list_is_not_called(shop: Shop, policy: str) -> None:
    given, refused = lead(1)._replace(consent='given: Opt in "yes"'), lead(7, number(1))
    id_ = shop.campaign(people=[given], leads={"duplicates": policy})
    assert shop.loaded(id_, [refused._replace(consent='refused: Opt in "no"')], "2", file="b.csv").changed == 1
    assert shop.feed().reserved == {"default": []}
    (contact,) = shop.contacts()
    assert (contact.state, contact.reason) == (ContactState.EXCLUDED, Reason.CONSENT_REFUSED)


def test_a_wish_that_a_later_row_fills_in_is_heard(shop: Shop, tmp_path: Path) -> None:
    text = "Phone,Not before\n212 736 5000,\n212 736 5000,2026-11-25T15:00Z\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    people = list(open_list(tmp_path / "a.csv", Leads(country="US", duplicates="merge")))
    shop.campaign(people=people, leads={"duplicates": "merge"})
    assert shop.contacts()[0].not_before == NOON + 46 * HOUR


def test_newest_calls_with_the_newer_row_while_the_lead_is_unfinished(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)], leads={"duplicates": "newest"})
    shop.do(suppressing.suppress, Suppression(number(2), GLOBAL, "", "ann"))
    newer = [lead(7, number(1), number(301), fields={"name": "Anna"}), lead(8, number(2), fields={"name": "Bob"})]
    assert shop.loaded(id_, newer, "2", file="b.csv").changed == 1
    assert [row[0] for row in last_rows(shop, 2)] == [V.ACCEPTED, V.DUPLICATE]
    assert last_rows(shop, 1)[0] == (V.DUPLICATE, Reason.DUPLICATE_IN_CAMPAIGN, "row 7 of b.csv is newer")
    first = shop.contacts()[0]
    assert (first.list_id, first.row, [phone["e164"] for phone in first.numbers]) == (2, 7, [number(1), number(301)])
    (dial,) = shop.ledger.read_now(dials, shop.feed().reserved["default"])
    assert dial.cells == ["Anna", number(1)]


def test_all_calls_every_row_one_after_the_other(shop: Shop) -> None:
    people = [lead(1), lead(2, number(1), fields={"name": "Bob"})]
    id_ = shop.campaign(people=people, leads={"duplicates": "all"})
    assert [contact.identity for contact in shop.contacts()] == [number(1)] * 2
    assert len(shop.feed().reserved["default"]) == 1
    more = [lead(1, number(1), fields={"name": "Cid"}), lead(3, number(1))]
    said = shop.loaded(id_, more, "2")
    assert (said.added, said.same) == (1, 1)


def test_the_ledger_itself_refuses_a_number_twice(shop: Shop) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        shop.campaign(people=[lead(1), lead(2, number(1))])
    assert list(shop.contacts()) == []


def test_one_who_opted_out_on_another_number_is_excluded(shop: Shop) -> None:
    shop.do(suppressing.suppress, Suppression(number(77), GLOBAL, "", "ann"))
    shop.campaign(people=[lead(1, number(1), number(77))])
    assert last_rows(shop, 1)[0][:2] == (V.EXCLUDED, Reason.DNC_GLOBAL)
