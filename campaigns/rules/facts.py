"""What the rules are told, and what they answer. All instants are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaigns.vocabulary import PhoneType, Reason


@dataclass(frozen=True, slots=True)
class Place:
    """All that hours depend on: every zone somebody could be in, the number's region, the state where it is known."""

    zones: tuple[str, ...]
    region: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who would be called: the number, what it may be, and every zone the person could be in."""

    number: str
    region: str
    types: tuple[PhoneType, ...]
    zones: tuple[str, ...]
    state: str | None = None

    @property
    def place(self) -> Place:
        """Where this person could be."""
        return Place(self.zones, self.region, self.state)


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger knows: why the number is suppressed, and when it was called in the last 24 hours."""

    suppressed: Reason | None = None
    recent: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """May this person be called now?

    Allowed: ``until`` is the instant the permission ends. Not allowed: ``reason`` says why, ``next_at`` is the next
    instant at which it may be (None: never, as things stand).
    """

    allowed: bool
    reason: Reason | None = None
    until: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule's verdict in words, for ``dialer why``: what was asked, whether it passed, the facts it used."""

    rule: str
    passed: bool
    facts: str
