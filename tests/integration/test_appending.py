"""A list that comes again: new rows are added, changed ones change the lead, and people can be taken off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.hint import Hint
from campaigns.ledger.hearing import Heard, hear
from campaigns.ledger.tables import contacts, events, rows
from campaigns.vocabulary import HOURS, AttemptState, CampaignState, ContactState, Reason, Result, Verdict
from dialer.caller import dials
from dialer.commands import execute
from tests.integration.shop import DAY, HOUR, NOON, WORLD, Shop, lead, number, shop_at, spec

S, V = AttemptState, Verdict


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


class Desk:
    """Gives commands with lists that it writes: lines of (id, name, the number's n)."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop, self.folder = shop, folder

    def file(self, name: str, *people: tuple[str, str, int], ids: bool = True) -> str:
        head = "Lead ID,Name,Phone\n" if ids else "Name,Phone\n"
        lines = (f"{id_ + ',' if ids else ''}{who},{number(n)}\n" for id_, who, n in people)
        (self.folder / name).write_text(head + "".join(lines), encoding="utf-8")
        return str(self.folder / name)

    async def do(self, command: str, file: str, **arguments: Any) -> dict[str, Any]:
        said = await execute(self.shop.ledger, command, {"name": "spring", "file": file, "who": "ann", **arguments})
        assert "answer" in said, said
        answer: dict[str, Any] = said["answer"]
        return answer

    async def launch(self, file: str) -> dict[str, Any]:
        wish = {"spec": spec().model_dump(mode="json"), "world": WORLD, "agent": "1", "agent_fields": None,
                "skip_recent": False, "limit": None}  # fmt: skip
        return await self.do("launch", file, **wish)

    def row_of(self, n: int) -> tuple[Any, ...]:
        """Where the contact with this number points."""
        contact = next(one for one in self.shop.contacts() if one.identity == number(n))
        return contact.list_id, contact.row, contact.state

    def verdicts(self, list_id: int) -> list[str]:
        statement = sa.select(rows.c.verdict).where(rows.c.list_id == list_id).order_by(rows.c.row)
        return [row.verdict for row in self.shop.beside(statement)]


@pytest.fixture
def desk(shop: Shop, tmp_path: Path) -> Desk:
    return Desk(shop, tmp_path)


ANN, BOB, CID = ("a", "Ann", 1), ("b", "Bob", 2), ("c", "Cid", 3)


async def test_append_adds_who_is_new_and_changes_who_changed(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN, BOB))
    said = await desk.do("append", desk.file("more.csv", ("b", "Robert", 2), ANN, CID))
    assert (said["rows"], said["added"], said["changed"], said["same"]) == (3, 1, 1, 1)
    assert (desk.row_of(1), desk.row_of(2), desk.row_of(3)) == ((1, 2, "ready"), (2, 2, "ready"), (2, 4, "ready"))
    assert desk.verdicts(1) == [V.ACCEPTED, V.DUPLICATE]
    assert desk.verdicts(2) == [V.ACCEPTED, V.DUPLICATE, V.ACCEPTED]
    sent = {dial.number: dial.cells[1] for dial in shop.ledger.read_now(dials, shop.feed().reserved["default"])}
    assert sent == {number(1): "Ann", number(2): "Robert", number(3): "Cid"}


async def test_the_same_rows_again_change_nothing(shop: Shop, desk: Desk) -> None:
    file = desk.file("leads.csv", ANN, BOB)
    await desk.launch(file)
    before = shop.contacts()
    assert (await desk.do("append", file))["known"]
    said = await desk.do("append", desk.file("copy.csv", ANN, BOB, ids=True) and desk.file("other.csv", BOB, ANN))
    assert (said["known"], said["added"], said["changed"], said["same"]) == (False, 0, 0, 2)
    assert shop.contacts() == before


async def test_the_lists_key_finds_who_has_a_new_number(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN, BOB))
    said = await desk.do("append", desk.file("new.csv", ("a", "Ann", 9), ("x", "Xi", 2)))
    assert (said["added"], said["changed"]) == (0, 1)
    assert desk.row_of(9) == (2, 2, "ready")
    assert desk.verdicts(2) == [V.ACCEPTED, V.DUPLICATE]  # Xi has Bob's number, and is somebody else
    assert {contact.identity for contact in shop.contacts()} == {number(9), number(2)}


async def test_without_keys_the_number_is_the_key(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN, BOB, ids=False))
    said = await desk.do("append", desk.file("new.csv", ("", "Anna", 1), CID, ids=False))
    assert (said["added"], said["changed"]) == (1, 1)


def next_call(shop: Shop) -> tuple[str, str]:
    """The number and the name that the next call is made with."""
    (id_,) = shop.feed().reserved["default"]
    (dial,) = shop.ledger.read_now(dials, [id_])
    return dial.number, dial.cells[1]


@pytest.mark.parametrize("result", [Result.BUSY, Result.NO_ANSWER, Result.INVALID_NUMBER, None])
async def test_a_call_in_progress_keeps_its_number_and_the_next_one_is_the_newer_rows(
    shop: Shop, desk: Desk, result: Result | None
) -> None:
    await desk.launch(desk.file("leads.csv", ANN))
    (id_,) = shop.sent(1)
    assert (await desk.do("append", desk.file("new.csv", ("a", "Anna", 9))))["changed"] == 1
    assert (shop.attempt(id_).number, desk.row_of(9)) == (number(1), (2, 2, "dialing"))
    assert shop.record(id_, S.ACCEPTED if result else S.REJECTED)
    if result:
        shop.observe(id_, result)
    shop.clock.move(3 * HOUR)
    assert next_call(shop) == (number(9), "Anna")


def test_after_a_call_in_progress_the_newer_rows_zones_hold(shop: Shop) -> None:
    shop.clock.move(-3 * HOUR)
    shop.campaign(people=[lead(1, external_id="a")])
    (id_,) = shop.sent(1, S.ACCEPTED)
    moved = lead(1, external_id="a", fields={"name": "Anna"}, zones=("America/Los_Angeles",), state=None)
    shop.loaded(1, [moved], "2", update=True)
    shop.observe(id_, Result.BUSY)
    shop.clock.move(HOUR)
    assert shop.feed().reserved == {"default": []}
    assert shop.contacts()[0].next_at == NOON - HOUR  # 08:00 there


async def test_an_attempt_that_was_not_sent_goes_back_and_the_newer_row_is_called(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN))
    (id_,) = shop.feed().reserved["default"]
    assert (await desk.do("append", desk.file("new.csv", ("a", "Anna", 9))))["changed"] == 1
    assert not shop.submit(id_)
    assert next_call(shop) == (number(9), "Anna")


async def test_who_asks_during_the_call_not_to_be_called_is_not_called_at_the_newer_number(
    shop: Shop, desk: Desk
) -> None:
    await desk.launch(desk.file("leads.csv", ANN))
    (id_,) = shop.sent(1, S.ACCEPTED)
    hint = Hint(ref=shop.attempt(id_).ref, transcript="User: remove me from your list")
    assert shop.do(hear, Heard("default", "digest", hint))
    await desk.do("append", desk.file("new.csv", ("a", "Anna", 9)))
    shop.observe(id_, Result.BUSY)
    (contact,) = shop.contacts()
    assert (contact.state, contact.reason) == (ContactState.EXCLUDED, Reason.ASKED_TO_STOP)


async def test_a_finished_lead_stays_as_it_is(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN))
    (id_,) = shop.sent(1, S.ACCEPTED)
    shop.observe(id_, Result.HUMAN)
    said = await desk.do("append", desk.file("new.csv", ("a", "Anna", 1)))
    assert (said["added"], said["changed"], desk.row_of(1)) == (0, 0, (1, 2, "done"))
    assert (await desk.do("append", desk.file("newer.csv", CID)))["added"] == 1
    assert shop.campaign_row(1).state == CampaignState.RUNNING


@pytest.mark.parametrize("reason", HOURS)
async def test_who_waits_for_a_clock_is_judged_anew_where_a_newer_row_moves_them(
    shop: Shop, desk: Desk, reason: Reason
) -> None:
    await desk.launch(desk.file("leads.csv", ANN))
    shop.sql(contacts.update().values(reason=reason, next_at=shop.clock.now() + 9 * DAY))
    await desk.do("append", desk.file("new.csv", ("a", "Ann", 9)))
    assert shop.contacts()[0].next_at == shop.clock.now()


async def test_launching_a_changed_list_appends_its_new_and_changed_rows(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN, BOB))
    said = await desk.launch(desk.file("leads.csv", ANN, ("b", "Robert", 2), CID))
    assert (said["added"], said["changed"], said["same"]) == (1, 1, 1)
    other = await desk.launch(desk.file("others.csv", ("a", "Anna", 1)))
    assert (other["added"], other["changed"]) == (0, 0)


async def test_a_cancelled_campaign_takes_nobody(shop: Shop, desk: Desk) -> None:
    file = desk.file("leads.csv", ANN)
    await desk.launch(file)
    shop.to(1, CampaignState.CANCELLED)
    said = await execute(shop.ledger, "append", {"name": "spring", "file": file, "who": "ann"})
    assert (said["exit_code"], "is cancelled" in said["error"]) == (2, True)


async def test_withdraw_takes_people_off(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN, BOB, CID))
    file = desk.file("off.csv", ("a", "whoever", 77), ("", "Bob", 2), ("z", "Cid", 3), ("y", "Yo", 8))
    said = await desk.do("withdraw", file)
    assert said == {"withdrawn": 2, "open": 0, "finished": 0, "unknown": 2}  # Cid's key says it is somebody else
    assert [(one.state, one.reason) for one in shop.contacts()] == [
        (ContactState.CANCELLED, Reason.WITHDRAWN), (ContactState.CANCELLED, Reason.WITHDRAWN), ("ready", "new"),
    ]  # fmt: skip
    assert await desk.do("withdraw", file) == {"withdrawn": 0, "open": 0, "finished": 2, "unknown": 2}
    (event,) = shop.beside(sa.select(events).where(events.c.what == "withdrawn"))
    assert (event.campaign_id, event.who, event.detail) == (1, "ann", "2 people, 0 of them in a call or held")


async def test_a_withdrawn_persons_call_is_the_last(shop: Shop, desk: Desk) -> None:
    await desk.launch(desk.file("leads.csv", ANN, BOB))
    reserved = shop.feed().reserved["default"]
    assert shop.submit(reserved[0])
    assert shop.record(reserved[0], S.ACCEPTED)
    said = await desk.do("withdraw", desk.file("off.csv", ANN, BOB))
    assert (said["withdrawn"], said["open"]) == (0, 2)
    assert not shop.submit(reserved[1])  # nothing was sent yet, and nothing is
    shop.observe(reserved[0], Result.BUSY)
    assert [(one.state, one.reason) for one in shop.contacts()] == [(ContactState.CANCELLED, Reason.WITHDRAWN)] * 2
