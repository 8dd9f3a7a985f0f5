"""What the rules are told, and what they answer. All instants are UTC."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from campaigns.area_codes import AREA
from campaigns.rules.states import states_of
from campaigns.vocabulary import PhoneType, Reason


@dataclass(frozen=True, slots=True)
class Place:
    """All that hours depend on: every zone somebody could be in, the number's region, the states that may bind."""

    zones: tuple[str, ...]
    region: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Who would be called: the number, what it may be, and every zone the person could be in.

    ``state`` is the American state that a column names; those of the number's area code are found from the number.
    ``consent`` is what the list says of it: given, refused, or nothing (None). ``looked_up``: a look-up of the phone
    type was asked and could not tell more than ``types``.
    """

    number: str
    region: str
    types: tuple[PhoneType, ...]
    zones: tuple[str, ...]
    state: str | None = None
    consent: bool | None = None
    looked_up: bool = False

    @property
    def place(self) -> Place:
        """Where this person could be."""
        return place_of(self.number[:AREA], self.region, self.zones, self.state)

    @property
    def kind(self) -> tuple[object, ...]:
        """What the rules can tell of this person; all of one kind, and without a history, are decided alike."""
        return (self.number[:AREA], self.zones, self.state, self.region, self.types, self.consent, self.looked_up)

    @property
    def alike(self) -> Person:
        """Whom hours and phone types cannot tell from this person: of the number, only the area code is left."""
        return replace(self, number=self.number[:AREA])


@lru_cache(maxsize=65536)
def place_of(area: str, region: str, zones: tuple[str, ...], state: str | None) -> Place:
    """Where somebody could be whose number begins so, is of this region, and whose list names this American state."""
    return Place(zones, region, states_of(area, region, state))


class Call(NamedTuple):
    """A call to one of the person's numbers, in any campaign.

    Was it to the ``number`` now to be called, about the same ``subject``, for the same ``client``; did the person
    answer (``spoke``)?
    """

    at: datetime
    number: bool = True
    subject: bool = True
    client: bool = True
    spoke: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger knows: why the number is suppressed, and the calls to the person that may count for a cap."""

    suppressed: Reason | None = None
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """A jurisdiction's rows of one rule that the user set aside, with the reason they wrote.

    ``voice``: only the hours of "live", or of "automated" calls; None: of both.
    """

    jurisdiction: str
    voice: str | None
    reason: str
    rule: str = "hours"


@dataclass(frozen=True, slots=True)
class Closure:
    """Nobody of a jurisdiction is called on these local dates, the last one included: an emergency, a proclamation."""

    jurisdiction: str
    first: date
    last: date
    reason: str


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
