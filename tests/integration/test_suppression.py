"""Who must not be called: asked at load, at feed and inside the intent's transaction, of lists and registries alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.errors import InputRefused, NotFound, RegistryMissing
from campaigns.ledger import optouts, reassigning, registering, suppressing
from campaigns.ledger.decisions import describe
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.observations import Observation, observe
from campaigns.ledger.registries import Copy, complete
from campaigns.ledger.suppressing import Listing, Suppression
from campaigns.ledger.suppression import GLOBAL, campaign_scope, client_scope, ledger_key, suppressed_numbers
from campaigns.ledger.tables import decisions, rows, suppressions
from campaigns.ledger.tables import optouts as kept_words
from campaigns.reports.summary import summarise
from campaigns.suppression.entries import hashed
from campaigns.suppression.importing import import_registry
from campaigns.suppression.shelf import Shelf
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from dialer.feeder import AccountLimit
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, Shop, lead, number, shop_at

TODAY = NOON.date()


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        shop.ledger.close()
        shop.ledger = Ledger(database_url, shop.clock.now, shelf=Shelf(tmp_path / "shelf"))
        yield shop


def enlist(shop: Shop, folder: Path, *numbers: str, as_of: date = TODAY, override: str = "", name: str = "us",
           reason: Reason = Reason.DNC_REGISTRY) -> Path:  # fmt: skip
    """A registry with these numbers counts; the path of its file."""
    (folder / "list.txt").write_text("\n".join(numbers) + "\n")
    shelf = Shelf(folder / "shelf")
    done = import_registry(folder / "list.txt", "US", shelf)
    shop.do(registering.enlist, Copy(name, "US", "+1", reason, "list.txt", done.source_sha256, done.sha256,
                                     done.numbers, as_of, override, "ann"))  # fmt: skip
    return shelf.path(done.sha256)


def entry(shop: Shop, kind: str) -> str:
    one = number(1)
    return {
        "number": one, "prefix": one[:-1] + "*", "pattern": "+1???555000?",
        "sha256": f"sha256:{hashlib.sha256(one[2:].encode()).hexdigest()}",
        "hmac": hashed(one, shop.ledger.read_now(ledger_key)),
    }[kind]  # fmt: skip


KINDS = ("number", "prefix", "pattern", "sha256", "hmac", "registry", "litigators")


def bar(shop: Shop, kind: str, folder: Path) -> Reason:
    """Let number 1 be listed in this way; what its contact is told."""
    if kind in ("registry", "litigators"):
        reason = Reason.LITIGATOR if kind == "litigators" else Reason.DNC_REGISTRY
        enlist(shop, folder, number(1), reason=reason)
        return reason
    shop.do(suppressing.suppress, Suppression(entry(shop, kind), GLOBAL, "said so", "ann"))
    return Reason.DNC_GLOBAL


@pytest.mark.parametrize("kind", KINDS)
def test_at_load(shop: Shop, kind: str, tmp_path: Path) -> None:
    reason = bar(shop, kind, tmp_path)
    shop.campaign(people=[lead(1), lead(99), lead(1000, number(98), number(1))])
    found = shop.beside(sa.select(rows.c.row, rows.c.verdict, rows.c.reason).order_by(rows.c.row))
    assert [tuple(row) for row in found] == [
        (1, "excluded", reason),
        (99, "accepted", None),
        (1000, "excluded", reason),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_at_feed(shop: Shop, kind: str, tmp_path: Path) -> None:
    shop.campaign(people=[lead(1), lead(99), lead(1000, number(98), number(1))])
    reason = bar(shop, kind, tmp_path)
    shop.feed()
    assert [(contact.state, contact.reason) for contact in shop.contacts()] == [
        ("excluded", reason), ("dialing", Reason.NEW), ("excluded", reason),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_inside_the_intent(shop: Shop, kind: str, tmp_path: Path) -> None:
    shop.campaign(people=[lead(1), lead(99), lead(1000, number(98), number(1))])
    ids = shop.feed().reserved["default"]
    bar(shop, kind, tmp_path)
    assert [shop.submit(id_) for id_ in ids] == [False, True, False]
    assert [row.state for row in shop.attempts()] == [AttemptState.SUBMITTED]


def test_a_list_counts_in_its_scope_and_until_its_end(shop: Shop) -> None:
    mine = shop.campaign("mine", [lead(1)], state=CampaignState.WAITING)
    key = (number(1), "default", mine)

    def asked() -> Reason | None:
        return shop.ledger.read_now(suppressed_numbers, [key], shop.clock.now()).get((number(1), mine))

    for scope in (client_scope("other"), campaign_scope(mine + 1)):
        shop.do(suppressing.suppress, Suppression("+1212*", scope, "", "ann"))
    assert asked() is None
    shop.do(suppressing.suppress, Suppression(number(1), GLOBAL, "", "ann", NOON + HOUR))
    shop.do(suppressing.suppress, Suppression("+1*", client_scope("default"), "", "ann", NOON + DAY))
    assert asked() is Reason.DNC_GLOBAL
    shop.clock.move(HOUR)
    assert asked() is Reason.DNC_CLIENT
    shop.clock.move(DAY)
    assert asked() is None


def test_an_entry_lasts_as_long_as_the_longest_wish(shop: Shop) -> None:
    for end in (NOON + DAY, NOON + HOUR, NOON + 2 * DAY, None, NOON + HOUR):
        shop.do(suppressing.suppress, Suppression(number(1), GLOBAL, f"until {end}", "ann", end))
        (row,) = shop.beside(sa.select(suppressions))
        if end == NOON + HOUR:
            assert row.expires_at != end
        else:
            assert row.expires_at == end
    assert (row.note, row.who) == ("until None", "ann")


def test_a_million_entries_are_asked_in_one_go(shop: Shop) -> None:
    """Whatever the list's length, a chunk of leads costs the same few statements."""
    shop.do(suppressing.suppress_many, Listing([number(n) for n in range(3000)], GLOBAL, "", "ann"))
    shop.do(suppressing.suppress_many, Listing(["+1900*", "+1???5559999"], GLOBAL, "", "ann"))
    wanted = [(number(n), "default", 1) for n in range(0, 6000, 2)]
    statements: list[str] = []

    def ask(conn: sa.Connection) -> int:
        sa.event.listen(conn, "before_cursor_execute", lambda *args: statements.append(args[2]))
        return len(suppressed_numbers(conn, wanted, NOON))

    assert shop.ledger.read_now(ask) == 1500
    assert len(statements) <= 5


def test_an_old_copy_pauses_who_would_be_looked_for_in_it(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r'"us": the copy of 2026-10-22 is 32 days old, 31 are allowed'):
        enlist(shop, tmp_path, number(1), as_of=TODAY - timedelta(days=32))
    shop.campaign(people=[lead(99), lead(98)])
    abroad = lead(7, "+442079460000")
    british = shop.campaign("british", [abroad._replace(zones=("Europe/London",), state=None)])
    (first, _) = shop.feed().reserved["default"][:2]
    enlist(shop, tmp_path, number(1), as_of=TODAY - timedelta(days=31))
    assert shop.submit(first)
    shop.clock.move(DAY)
    assert not shop.submit(next(row.id for row in shop.attempts() if row.state == AttemptState.RESERVED))
    shop.feed()
    paused = shop.campaign_row(1)
    assert (paused.state, paused.reason) == (CampaignState.PAUSED, Reason.REGISTRY_OLD)
    assert "32 days old" in paused.detail
    assert shop.campaign_row(british).state == CampaignState.RUNNING
    enlist(shop, tmp_path, number(1), as_of=TODAY - timedelta(days=90), override="the registry is being moved")
    shop.to(1, CampaignState.RUNNING)
    assert shop.feed().reserved["default"]
    summary = shop.ledger.read_now(summarise, 1, shop.clock.now())
    assert [(each.name, each.override) for each in summary.registries] == [("us", "the registry is being moved")]


def test_without_the_very_file_nobody_is_called_and_nothing_is_loaded(shop: Shop, tmp_path: Path) -> None:
    shop.campaign(people=[lead(1), lead(99), lead(98)])
    (_, other) = shop.feed(limit=AccountLimit(100, 2)).reserved["default"]
    enlist(shop, tmp_path, number(1)).rename(tmp_path / "elsewhere")
    for refused in (lambda: shop.ledger.read_now(complete), shop.feed, lambda: shop.submit(other),
                    lambda: shop.campaign("later", [lead(5)])):  # fmt: skip
        with pytest.raises(RegistryMissing, match=r'"us".* is not here'):
            refused()
    assert {row.state for row in shop.attempts()} == {AttemptState.RESERVED}
    shop.do(registering.retire, ("us", "ann"))
    assert shop.submit(other)
    with pytest.raises(NotFound, match="registries"):
        shop.do(registering.retire, ("us", "ann"))


def observed(shop: Shop, id_: int, result: Result = Result.BUSY, **said: object) -> None:
    assert shop.do(observe, Observation(id_, "default", None, result, **said))  # type: ignore[arg-type]


def test_a_wish_in_a_call_holds_from_the_commit_of_its_result(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.ACCEPTED)
    shop.campaign("other", [lead(1)])
    observed(shop, id_, raw={"transcript": "Agent: Hello!\nUser: Don't call me again."})
    assert {(row.state, row.reason) for row in shop.contacts()} == {("excluded", Reason.ASKED_TO_STOP)}
    (row,) = shop.beside(sa.select(suppressions))
    assert (row.entry, row.scope, row.reason) == (number(1), GLOBAL, Reason.ASKED_TO_STOP)
    assert (row.note, row.who) == (f'attempt {id_}: "do not call me"', "dialer")


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"disposition": "DNC"}, Reason.ASKED_TO_STOP), ({"disposition": "wrong number"}, Reason.REASSIGNED)],
)
def test_so_does_a_disposition(shop: Shop, said: dict[str, str], reason: Reason) -> None:
    observed(shop, shop.in_state(AttemptState.ACCEPTED), **said)
    assert [(row.state, row.reason) for row in shop.contacts()] == [("excluded", reason)]


@pytest.mark.parametrize("to", [AttemptState.REJECTED, AttemptState.UNKNOWN])
def test_so_does_a_platforms_refusal(shop: Shop, to: AttemptState) -> None:
    id_ = shop.in_state(AttemptState.SUBMITTED)
    shop.record(id_, to, text="recipient is on the do not call list")
    assert [row.entry for row in shop.beside(sa.select(suppressions))] == [number(1)]


def test_who_was_reached_and_asks_to_stop_is_done_and_never_called_again(shop: Shop) -> None:
    observed(shop, shop.in_state(AttemptState.ACCEPTED), Result.HUMAN, raw={"summary": "asked to be removed"})
    assert shop.contacts()[0].state == ContactState.DONE
    shop.campaign("next", [lead(1)])
    assert [row.entry for row in shop.beside(sa.select(suppressions))] == [number(1)]
    assert len(shop.contacts()) == 1


def test_what_is_not_clear_waits_for_a_person(shop: Shop) -> None:
    for row, name in ((1, "a"), (2, "b")):
        observed(shop, shop.in_state(AttemptState.ACCEPTED, name, row), raw={"transcript": "not interested"})
    assert [row.state for row in shop.contacts()] == [ContactState.READY] * 2
    first, second = shop.ledger.read_now(optouts.pending)
    assert (first["campaign"], first["number"], first["phrase"]) == ("a", number(1), "not interested")
    assert shop.do(optouts.judge, optouts.Judgement([first["id"]], True, "ann")) == 1
    assert shop.do(optouts.judge, optouts.Judgement([second["id"]], False, "ann")) == 1
    assert [(row.state, row.reason) for row in shop.contacts()] == [
        ("excluded", Reason.ASKED_TO_STOP), ("ready", Reason.RETRY_WAIT),
    ]  # fmt: skip
    assert shop.ledger.read_now(optouts.pending) == []
    assert [row.verdict for row in shop.beside(sa.select(kept_words).order_by(kept_words.c.id))] == [
        "suppressed",
        "dismissed",
    ]
    with pytest.raises(NotFound, match=f"no review {first['id']} waits"):
        shop.do(optouts.judge, optouts.Judgement([first["id"]], True, "ann"))


def test_the_database_of_reassigned_numbers_is_asked_and_answers(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.ACCEPTED, "talked", 1)
    observed(shop, id_, Result.HUMAN)
    dated = {"fields": {"Consent": "2026-05-01"}}
    people = [lead(1), lead(2, **dated), lead(3, **{"fields": {"Consent": "spring"}}), lead(4, "+442079460000")]
    id_ = shop.campaign("asked", people[1:])
    shop.load(id_, [people[0]], "2")
    asked = shop.ledger.read_now(lambda conn: list(reassigning.questions(conn, id_, None, "Consent")))
    assert sorted(asked, key=str) == [(number(1), TODAY), (number(2), date(2026, 5, 1)), (number(3), None)]
    asked = shop.ledger.read_now(lambda conn: list(reassigning.questions(conn, id_, date(2026, 6, 1), "Consent")))
    assert dict(asked)[number(2)] == dict(asked)[number(3)] == date(2026, 6, 1)
    said = [reassigning.Answer(number(n), TODAY, word) for n, word in ((1, "no"), (2, "yes"), (3, "no_data"))]
    for _ in range(2):
        assert shop.do(reassigning.answer, reassigning.Answers(said, "ann")) == 1
    gone = {row.identity: row.reason for row in shop.contacts() if row.state == ContactState.EXCLUDED}
    assert gone == {number(2): Reason.REASSIGNED}
    shop.clock.move(MINUTE)


def test_the_copies_that_a_number_was_looked_for_in_are_kept_with_the_call(shop: Shop, tmp_path: Path) -> None:
    enlist(shop, tmp_path, number(1))
    shop.campaign(people=[lead(2)])
    assert shop.sent(1)
    (kept,) = shop.beside(sa.select(decisions))
    assert f"on no do-not-call list as of event 2, nor in us of {TODAY}" in describe(kept.facts)
