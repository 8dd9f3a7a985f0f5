"""What a voice platform must do for the dialer, and what it answers.

A platform package implements ``Platform`` and names the class of its accounts (``registry.Account``). Differences
between platforms are declared in ``Abilities``, never asked by name.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from campaigns.vocabulary import Result


class Placement(StrEnum):
    """What a make-call request came to; it decides the attempt's next state (DESIGN §4.5)."""

    PLACED = "placed"
    NOT_PLACED = "not_placed"
    REJECTED = "rejected"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on one make-call request.

    ``text`` is the platform's or the network's own words, for people; ``call_id`` the platform's, where it gives one;
    ``retry_after_s`` the real seconds it asked us to wait; ``status`` the HTTP status, None when none came.
    """

    placement: Placement
    text: str = ""
    call_id: str | None = None
    retry_after_s: float | None = None
    status: int | None = None


class Liveness(StrEnum):
    """Whether a call record says that the call is over."""

    LIVE = "live"
    FINAL = "final"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One record of the platform's call history, as far as it could be read; ``raw`` is kept whole.

    ``number`` is E.164 where readable. ``created_at`` is the earliest instant the record names. An unknown status word
    gives ``UNREADABLE``: it never ends a call that may be live. ``ref`` is our reference of this call; ``contact_ref``
    that of our last call to whom it went, which it need not be of.
    """

    call_id: str | None
    number: str | None
    created_at: datetime | None
    liveness: Liveness
    result: Result | None
    raw_status: str
    raw_answered_by: str
    outbound: bool
    ref: str | None
    contact_ref: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration_s: float | None = None
    disposition: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> object:
        """Which call it is of, as far as it says."""
        return self.call_id or (self.number, self.created_at, self.ref)


@dataclass(frozen=True, slots=True)
class Agent:
    """A voice agent of the platform: its settings as far as the dialer uses them; ``raw`` is kept whole.

    ``field_names`` are the names of its custom fields, ``greeting`` what it says first (blank: nothing); None where the
    platform does not tell.
    """

    id: str
    name: str
    caller_number: str | None
    outbound: bool
    blocked_types: frozenset[str]
    field_names: tuple[str, ...] | None
    raw: Mapping[str, Any] = field(default_factory=dict)
    greeting: str | None = None


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can and cannot do.

    ``gives_call_id``: its answer to a placed call names the call. ``echoes_reference``: a call's record shows our
    reference. ``has_idempotency_key``: it places a call once, however often it is asked with one key. ``hangs_up``: a
    call can be ended from here. ``webhooks``: it tells of calls by itself. ``max_call_s``: the longest call there can
    be, None where nobody says. ``presumes_no_answer_after_s``: a placed call without any record by then counts as not
    answered; None: silence means nothing. ``requests_per_minute``: how many requests of any kind an account may make,
    over all workers; None: no limit is known.
    """

    gives_call_id: bool
    echoes_reference: bool
    has_idempotency_key: bool
    hangs_up: bool
    webhooks: bool
    max_call_s: float | None = None
    presumes_no_answer_after_s: float | None = None
    requests_per_minute: float | None = None


class Platform(Protocol):
    """One account on one voice platform."""

    abilities: Abilities

    async def warm(self) -> None:
        """Have a connection ready, so that the next request need not wait for one; never raises."""
        ...

    async def place(self, agent: str, number: str, fields: Mapping[str, str], ref: str, deadline: Deadline) -> Answer:
        """Ask for one call, once, and never again inside this method; every failure becomes an ``Answer``.

        Nothing is sent when ``deadline`` has passed before the first byte: the answer is then ``NOT_PLACED``.
        """
        ...

    async def hang_up(self, call_id: str) -> None:
        """End a call that may be live; asked for only of a platform that ``hangs_up``. Raises PlatformError."""
        ...

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of the agent's call history, from 1; empty past the end. Raises PlatformError."""
        ...

    async def agent(self, agent: str) -> Agent:
        """One agent's settings. Raises UnknownAgent, KeyRefused, NoPermission or PlatformError."""
        ...

    async def numbers(self) -> Sequence[str]:
        """The numbers the account may call from. Raises PlatformError."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A platform where a call takes more than one request: what must be there first is made before the intent."""

    async def prepare(self, number: str, fields: Mapping[str, str], ref: str) -> None:
        """Have ready what ``place`` needs for this reference. It places nothing; a fault becomes ``place``'s answer."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last moment at which a request's first byte may leave: the earlier of a monotonic and a wall clock reading.

    Two clocks, because a suspended machine stops the monotonic one and an adjusted machine moves the other.
    """

    monotonic: float
    wall: float

    def passed(self) -> bool:
        """Whether either clock has gone past it."""
        return time.monotonic() > self.monotonic or time.time() > self.wall
