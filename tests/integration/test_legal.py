"""The table of legal moves: each of its moves can be made, and making them makes no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns.ledger import adopting
from campaigns.ledger.callbacks import Callback, call_back
from campaigns.ledger.controls import Control, control, finish, reopen
from campaigns.ledger.editing import Anew, Edit, decide_anew, edit
from campaigns.ledger.legal import ATTEMPT, CAMPAIGN, CONTACT, EVERY, LEGAL, final
from campaigns.ledger.moves import Return, exclude_contacts, send_back
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.settling import Settlement, settle
from campaigns.ledger.suppressing import Suppression, suppress
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import contacts
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from tests.integration.shop import DAY, MINUTE, NOON, Shop, lead, number, shop_at, spec
from tests.model import watch
from tests.states import WORDS, page

A, P, C = AttemptState, ContactState, CampaignState
STOP = "do not call"


class Teller:
    """Tells short stories in one shop, each of a campaign and a person of its own."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.row = shop, 0

    def attempt(self, state: AttemptState) -> int:
        self.row += 1
        self.shop.clock.move(10 * MINUTE)  # the account's rest after unclear answers is over
        return self.shop.in_state(state, f"campaign {self.row}", self.row)

    def campaign(self, *path: CampaignState, mode: str = "now") -> int:
        self.row += 1
        id_ = self.shop.campaign(f"campaign {self.row}", [lead(self.row)], state=C.WAITING, mode=mode)
        for state in path:
            self.shop.do(control, Control(id_, state, "ann"))
        return id_

    def record(self, state: AttemptState, result: Result | None, disposition: str | None = None) -> None:
        id_ = self.attempt(state)
        self._observe(id_, result, disposition)

    def _observe(self, id_: int, result: Result | None, disposition: str | None = None) -> None:
        seen = Observation(id_, "default", f"c{id_}", result, ended_at=self.shop.clock.now(), disposition=disposition)
        assert self.shop.do(observe, seen)

    def settled(self, state: AttemptState, result: Result | None) -> None:
        id_ = self.attempt(state)
        assert self.shop.do(settle, Settlement(self.shop.attempt(id_).campaign_id, None, result, "ann"))

    def expiring(self, state: AttemptState) -> None:
        """A record after which there would be another try, but the lead ends before it."""
        id_ = self.attempt(state)
        mine = contacts.c.id == self.shop.attempt(id_).contact_id
        self.shop.sql(contacts.update().where(mine).values(expires_at=self.shop.clock.now() + MINUTE))
        self._observe(id_, Result.BUSY)

    def sent_back(self) -> None:
        assert self.shop.do(send_back, Return(self.attempt(A.RESERVED)))

    def restored(self) -> None:
        """The copy had one call on its way; history has another, to somebody who was waiting."""
        self.attempt(A.RESERVED)
        self.shop.do(adopting.doubt_all, None)
        self.campaign(C.RUNNING)
        seen = Observation(0, "default", f"restored {self.row}", Result.HUMAN)
        self.shop.do(adopting.take_in, [adopting.Stray("1", number(self.row), NOON, None, seen)])

    def silent(self, state: AttemptState, to: AttemptState) -> None:
        assert self.shop.do(conclude, Silence(self.attempt(state), to))

    def suppressed(self) -> None:
        self.campaign()
        self.shop.do(suppress, Suppression(number(self.row), GLOBAL, "", "ann"))

    def over(self) -> None:
        """A campaign whose end comes before its people's turn."""
        self.row += 1
        self.shop.campaign(f"campaign {self.row}", [lead(self.row)], end=NOON + DAY)
        self.shop.clock.move(2 * DAY)
        self.shop.do(finish, None)
        self.shop.clock.move(-2 * DAY)

    def edited(self, **values: Any) -> None:
        """The last campaign goes by a file that says this, and everybody is decided anew."""
        id_ = self.shop.contacts()[-1].campaign_id
        self.shop.do(edit, Edit(id_, 1, spec(**values), "ann", ""))
        self.shop.do(decide_anew, Anew(id_, frozenset(values), "ann"))

    def tried(self, **values: Any) -> None:
        """Somebody waits for another try, which an edit may take away."""
        self.record(A.ACCEPTED, Result.BUSY, "moved away")
        self.edited(**values)

    def left_out(self) -> None:
        """A rule lets nobody be called, and an edit lets them."""
        mine = contacts.c.campaign_id == self.campaign()
        self.shop.do(lambda tx, items: [exclude_contacts(tx, mine, Reason.NO_WINDOW)], None)
        self.edited(hours={"mon": "closed"})

    def too_late(self) -> None:
        self.over()
        self.edited(end=NOON + 3 * DAY)

    def called_back(self, state: AttemptState) -> None:
        contact = self.shop.contact_of(self.attempt(state))
        assert self.shop.do(call_back, Callback(contact.id, "tomorrow 10:00", "ann"))

    def done(self, mode: str) -> int:
        """A campaign whose only person is excluded is done; then leads are added."""
        id_ = self.campaign(C.RUNNING, mode=mode)
        self.shop.do(suppress, Suppression(number(self.row), GLOBAL, "", "ann"))
        self.shop.do(finish, None)
        assert self.shop.do(reopen, (id_, "ann"))
        return id_


STORIES: list[Callable[[Teller], Any]] = [
    *(lambda tell, state=state: tell.attempt(state) for state in A),
    Teller.sent_back,
    Teller.restored,
    *(lambda tell, state=state: tell.record(state, Result.HUMAN) for state in (A.SUBMITTED, A.ACCEPTED, A.UNKNOWN)),
    lambda tell: tell.record(A.UNKNOWN, None),
    lambda tell: tell.silent(A.UNKNOWN, A.NOT_PLACED),
    *(lambda tell, state=state: tell.settled(state, None) for state in (A.UNRESOLVED, A.LOST)),
    lambda tell: tell.record(A.LOST, Result.BUSY),
    lambda tell: tell.settled(A.UNRESOLVED, Result.HUMAN),
    lambda tell: tell.settled(A.UNRESOLVED, Result.INVALID_NUMBER),
    lambda tell: tell.record(A.UNRESOLVED, Result.HUMAN, STOP),
    lambda tell: tell.record(A.ACCEPTED, Result.HUMAN, STOP),
    lambda tell: tell.expiring(A.LOST),
    lambda tell: tell.expiring(A.ACCEPTED),
    Teller.suppressed,
    Teller.over,
    Teller.too_late,
    Teller.left_out,
    lambda tell: tell.tried(retries={"attempts": 1}),
    lambda tell: tell.tried(outcomes={"values": {"moved away": "stop"}}),
    lambda tell: tell.called_back(A.ENDED),
    lambda tell: tell.called_back(A.REJECTED),
    lambda tell: tell.campaign(C.RUNNING, C.CANCELLED),
    lambda tell: tell.campaign(C.PAUSED, C.CANCELLED),
    lambda tell: tell.campaign(C.CANCELLED, C.ARCHIVED),
    lambda tell: tell.campaign(C.RUNNING, C.PAUSED, C.RUNNING),
    lambda tell: tell.campaign(C.RUNNING, C.WAITING, mode="cron"),
    lambda tell: tell.campaign(C.PAUSED, C.WAITING, mode="cron"),
    lambda tell: tell.campaign(C.RUNNING, C.DONE, C.ARCHIVED),
    lambda tell: tell.done("now"),
    lambda tell: tell.done("cron"),
]


def test_every_legal_move_is_made_and_no_other(database_url: str) -> None:
    with shop_at(database_url) as shop:
        with shop.engine.begin() as conn:
            watch.install(conn)
        teller, made = Teller(shop), set()
        for story in STORIES:
            story(teller)
            with shop.engine.begin() as conn:
                made |= {(change.kind, change.was, change.becomes) for change in watch.drain(conn)}
        made = {move for move in made if move[0] in EVERY}
    assert made - LEGAL == set()
    assert LEGAL - made == set()


def test_every_state_can_be_entered_and_each_move_says_why_once() -> None:
    for kind, moves in EVERY.items():
        assert {move.becomes for move in moves} - {None} == set(WORDS[kind])
        assert len({(move.was, move.becomes) for move in moves}) == len(moves)
        assert all(move.why and not move.why.endswith(".") for move in moves)
    assert final("attempt") == {A.ENDED, A.NOT_PLACED, A.REJECTED}
    assert final("contact") == {P.CANCELLED}
    assert final("campaign") == {C.ARCHIVED}
    assert len(ATTEMPT) + len(CONTACT) + len(CAMPAIGN) == len(LEGAL)


def test_the_page_of_states_is_the_table() -> None:
    told = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")
    assert told == page(), "make it again: python -m tests.states > docs/states.md"
