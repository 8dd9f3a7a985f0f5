"""What a voice platform must do for the dialer, and what it answers.

A platform package implements ``Platform``. Differences between platforms are declared in ``Abilities``, never asked by
name.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

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
    gives ``UNREADABLE``: it never ends a call that may be live.
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
    """What a platform can and cannot do."""

    gives_call_id: bool
    has_idempotency_key: bool


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
        """End a call that may be live. Raises PlatformError."""
        ...

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of the agent's call history, from 1; empty past the end. Raises PlatformError."""
        ...

    async def agent(self, agent: str) -> Agent:
        """One agent's settings. Raises UnknownAgent, KeyRefused, NoPermission or PlatformError."""
        ...

    async def numbers(self, workspace: str) -> Sequence[str]:
        """The numbers the account may call from. Raises PlatformError."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
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
