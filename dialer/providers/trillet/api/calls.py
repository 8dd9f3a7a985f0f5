"""Calls: history, those going on, recordings, the export, and calls in a browser (calls, active-calls, recordings)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from dialer.errors import PlatformError
from dialer.providers.parts import read, read_one
from dialer.providers.trillet.api.shapes import Known, Sent, listed
from dialer.providers.trillet.history import find_rows

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class Search(Sent):
    """What is looked for in the history (calls/call-history/list); instants are ISO 8601."""

    page: int = Field(default=1, ge=1)
    limit: int = Field(default=10, ge=1)
    agent_id: str | None = None
    pathway_id: str | None = None
    batch_id: str | None = None
    status: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    call_type: Literal["sip", "web"] | None = None
    search: str | None = None
    call_ids: list[str] | None = None
    date_range: dict[Literal["from", "to"], str] | None = None
    post_analysis: dict[str, Any] | None = None

    def params(self) -> dict[str, str]:
        """As a query: lists and tables are JSON there."""
        return {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in self.body().items()
        }


class Call(Known):
    """A call of the history: the list's fields and those of one call, whose ``cost`` is a table."""

    id: str | None = Field(default=None, alias="_id")
    call_id: str | None = None
    from_phone_number: str | None = None
    to_phone_number: str | None = None
    direction: str | None = None
    status: str | None = None
    timestamp: float | None = None
    start_time: float | None = None
    end_time: float | None = None
    duration: float | None = None
    agent: str | None = None
    call_flow_name: str | None = None
    cost: float | Mapping[str, Any] | None = None
    recording_url: str | None = None
    summary: str | None = None

    @property
    def charge(self) -> float | None:
        """What it cost the customer, in either shape."""
        cost = self.cost.get("customer_charge") if isinstance(self.cost, Mapping) else self.cost
        return float(cost) if isinstance(cost, (int, float)) and not isinstance(cost, bool) else None


class ActiveCall(Known):
    """A call that goes on; ``duration`` is in seconds."""

    id: str | None = None
    room_name: str | None = None
    customer_phone: str | None = None
    customer_name: str | None = None
    ai_agent_name: str | None = None
    duration: float | None = None
    status: str | None = None
    sentiment: str | None = None
    last_message: str | None = None
    transfer_requested: bool | None = None
    type: str | None = None
    participants: list[Any] = Field(default_factory=list)


class Export(Sent):
    """Which calls are exported, and how much of them."""

    agent_id: str
    include_transcripts: bool = False
    include_post_analysis: bool = False
    limit: int | None = Field(default=None, ge=1)


class WebCall(Sent):
    """A call in a browser (the vendor's trillet-sdk): no telephone rings."""

    agent_id: str
    mode: Literal["voice", "text"] = "voice"
    dynamic_variables: dict[str, str] | None = Field(default=None, alias="dynamic_variables")
    callback_url: str | None = Field(default=None, alias="callback_url")


class WebCallFound(Known):
    """What a browser joins it with; ``token`` is a secret."""

    call_id: str | None = None
    room_name: str | None = None
    token: str | None = None
    agent: dict[str, Any] | None = None


class Calls:
    """The requests about calls that place none. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def history(self, search: Search) -> tuple[Call, ...]:
        """A page of the history, newest first as printed; where nothing fits, Trillet answers 500."""
        return read(Call, find_rows(await self._wire.find("calls.history", search.params())))

    async def older_history(self, search: Search) -> tuple[Call, ...]:
        """As ``history``, of the first version, for accounts where the second fails (facts on Trillet, §3.4)."""
        return read(Call, find_rows(await self._wire.find("calls.older_history", search.params())))

    async def get(self, call: str) -> Call:
        """One call whole; ``call`` is the record's ``_id``."""
        return read_one(Call, listed(await self._wire.ask("calls.get", call=call), "call"))

    async def export(self, wanted: Export) -> bytes:
        """The calls of an agent as CSV; slow."""
        return await self._wire.fetch("calls.export", wanted.body())

    async def recording(self, call: str) -> bytes:
        """A call's sound, as MP3 or MP4; ``call`` is the record's ``_id``. Raises PlatformError where there is none."""
        sound = await self._wire.fetch("calls.recording", call=call)
        if not sound:
            raise PlatformError(f"Trillet has no recording of call {call}")
        return sound

    async def active(self) -> tuple[ActiveCall, ...]:
        """The calls that go on."""
        return read(ActiveCall, listed(await self._wire.ask("calls.active")))

    async def active_in(self, room: str) -> ActiveCall:
        """The call that goes on in a room."""
        return read_one(ActiveCall, listed(await self._wire.ask("calls.active_in", room=room)))

    async def web(self, call: WebCall) -> WebCallFound:
        """Begin a call in a browser."""
        return read_one(WebCallFound, await self._wire.ask("calls.web", call.body()))
