"""What must never be false (DESIGN §5), said over what the database wrote down and what the platform truly received.

A fold over changes: it keeps its own idea of every state, and knows of the dialer's code only the table of legal moves.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from campaigns.ledger.legal import LEGAL
from tests.model.platform import Request
from tests.model.watch import Change

OPEN = {"reserved", "submitted", "accepted", "unknown"}
HELD = {"unresolved", "lost"}
SILENT = {"not_placed", None}
"""Attempts that count for no cap."""
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person: their numbers, and the zones they could be in."""

    numbers: tuple[str, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version of a campaign says: local hours (from, until) of every day, calls at once, calls per number in 24
    hours, attempts in all, and who calls.
    """

    hours: tuple[int, int]
    at_once: int
    per_number: int
    attempts: int
    agent: str


@dataclass(slots=True)
class Judge:
    """Hears every change in its order, and everything people say between them; collects ``faults``.

    ``terms`` are those of each campaign's versions.
    """

    terms: dict[tuple[int, int], Terms]
    at_once: int
    people: dict[str, Someone]
    faults: list[str] = field(default_factory=list)
    seen: Counter[tuple[str, str | None, str | None]] = field(default_factory=Counter)
    states: dict[str, dict[int, str | None]] = field(
        default_factory=lambda: {"attempt": {}, "contact": {}, "campaign": {}}
    )
    barred: Counter[tuple[str, str]] = field(default_factory=Counter)
    withdrawn: set[tuple[int, str]] = field(default_factory=set)
    _versions: dict[int, int] = field(default_factory=dict)
    _open: dict[int, Change] = field(default_factory=dict)
    _at_once: Counter[int] = field(default_factory=Counter)
    _owners: Counter[str | int] = field(default_factory=Counter)
    _held: Counter[int] = field(default_factory=Counter)
    _calls: dict[str, deque[Change]] = field(default_factory=dict)
    _requests: int = 0
    _refs: set[str] = field(default_factory=set)

    def hear(self, changes: Iterable[Change]) -> None:
        """Every change since the last time. What holds between transactions is asked at the end."""
        touched = set()
        for change in changes:
            if change.kind == "suppression":
                self.barred[change.name, change.becomes or change.was or ""] += 1 if change.was is None else -1
                continue
            if change.kind == "version":
                self._versions[change.campaign] = change.version
                continue
            self.seen[change.kind, change.was, change.becomes] += 1
            known = self.states[change.kind]
            self._ask((change.kind, change.was, change.becomes) in LEGAL, f"illegal: {change}")
            self._ask(known.get(change.row) == change.was, f"unseen: {change}, was {known.get(change.row)}")
            known[change.row] = change.becomes
            if change.kind == "attempt":
                self._attempt(change)
            if change.kind != "campaign":
                touched.add(change.contact)
        for contact in touched:
            self._agree(contact)

    def _attempt(self, change: Change) -> None:
        if change.was is None:
            self._open_one(change)
        elif change.becomes not in OPEN and change.was in OPEN:
            del self._open[change.row]
            self._at_once[change.campaign] -= 1
            for key in (change.name, change.contact):
                self._owners[key] -= 1
        self._held[change.contact] += (change.becomes in HELD) - (change.was in HELD)
        if change.becomes == "submitted":
            self._intent(change)

    def _open_one(self, new: Change) -> None:
        self._open[new.row] = new
        self._at_once[new.campaign] += 1
        for what, key in (("number", new.name), ("contact", new.contact)):
            self._owners[key] += 1
            self._ask(self._owners[key] == 1, f"two open attempts of a {what}: {new.row} is the second")
        mine, terms = self._at_once[new.campaign], self.terms[new.campaign, new.version]
        self._ask(mine <= terms.at_once, f"over_concurrency: {mine} of campaign {new.campaign}")
        self._ask(len(self._open) <= self.at_once, f"over_concurrency: {len(self._open)} of the account")

    def _intent(self, intent: Change) -> None:
        terms, person = self.terms[intent.campaign, intent.version], self.people[intent.name]
        at, version = intent.intent_at, self._versions[intent.campaign]
        assert at is not None  # an intent has its instant
        self._ask(intent.version == version, f"intent {intent.row} of version {intent.version}, and {version} holds")
        self._ask(intent.agent == terms.agent, f"intent {intent.row} is {intent.agent}'s, not {terms.agent}'s")
        state = self.states["campaign"].get(intent.campaign)
        self._ask(state == "running", f"intent {intent.row}, though the campaign is {state}")
        lists = ("global", "client:default", f"campaign:{intent.campaign}")
        barred = any(self.barred[number, scope] for number in person.numbers for scope in lists)
        self._ask(not barred, f"intent {intent.row} is suppressed")
        self._ask((intent.campaign, person.numbers[0]) not in self.withdrawn, f"intent {intent.row} was withdrawn")
        for name in person.zones:
            local = at.astimezone(ZoneInfo(name))
            self._ask(terms.hours[0] <= local.hour < terms.hours[1], f"outside_window: intent {intent.row} at {local}")
        calls = self._calls.setdefault(intent.name, deque())
        counted = sum(
            self.states["attempt"].get(call.row) not in SILENT and call.intent_at > at - DAY  # type: ignore[operator]
            for call in calls
        )
        self._ask(counted < terms.per_number, f"over_cap: intent {intent.row} is call {counted + 1} in 24 hours")
        calls.append(intent)

    def _agree(self, contact: int) -> None:
        """A contact and its attempts say the same, whenever nobody is at work."""
        state = self.states["contact"].get(contact)
        opened = self._owners[contact]
        self._ask((state == "dialing") == (opened == 1), f"contact {contact} is {state}, with {opened} open attempts")
        self._ask(state != "held" or self._held[contact] > 0, f"contact {contact} is held, and no attempt is")

    def received(self, requests: Sequence[Request]) -> None:
        """What the platform received: each reference once in its life."""
        for request in requests[self._requests :]:
            self._ask(request.ref not in self._refs, f"duplicated: {request.ref} was received again")
            self._refs.add(request.ref)
        self._requests = len(requests)

    def drained(self, *, waiting: bool = False) -> None:
        """Nothing is open, and everybody is accounted for; ``waiting``: whoever is not yet called may wait."""
        for row, change in self._open.items():
            self._ask(False, f"stuck: attempt {row} of contact {change.contact} is {self.states['attempt'][row]}")
        for row, state in self.states["contact"].items():
            self._ask(state != "dialing" and (waiting or state != "ready"), f"stuck: contact {row} is {state}")

    def rows(self, verdicts: Sequence[tuple[str, int]], read: int, contacts: int) -> None:
        """Rows in are the sum of the verdicts, and the accepted ones are the contacts (DESIGN §5.1)."""
        counted = dict(verdicts)
        self._ask(sum(counted.values()) == read, f"rows: {read} were read, {counted} are there")
        self._ask(counted.get("accepted", 0) == contacts, f"rows: {counted} and {contacts} contacts")

    def _ask(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)
