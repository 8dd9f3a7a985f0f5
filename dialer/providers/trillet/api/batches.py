"""Batches: lists that Trillet itself calls (calls/batch/*).

Nothing here knows of them: neither our hours nor our lists of who must not be called hold, and no campaign counts them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from campaigns.errors import InputRefused
from dialer.providers.multipart import multipart
from dialer.providers.parts import read, read_one
from dialer.providers.trillet.api.agents import Gap
from dialer.providers.trillet.api.shapes import Known, Sent

if TYPE_CHECKING:
    from dialer.providers.wire import Wire

LARGEST_LIST = 20 * 1024 * 1024
Filter = Literal["all", "waiting", "active", "completed", "failed"]


class SmartCallback(Sent):
    """Who did not answer is called again, after these times."""

    enabled: bool = True
    max_attempts: int = Field(ge=1)
    gaps: list[Gap]


class BatchPayload(Sent):
    """How a batch is called; ``scheduled_at`` is UTC, ``YYYY-MM-DDTHH:MM:SSZ``, at once without it."""

    agent_id: str
    scheduled_at: str | None = Field(default=None, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    smart_callback_config: SmartCallback | None = None


class Batch(Known):
    """A batch that was started."""

    batch_id: str | None = None
    total_calls: int | None = None
    status: str | None = None
    message: str | None = None


class Progress(Known):
    """How far a batch is: instants in milliseconds, lengths in seconds."""

    status: str | None = None
    is_complete: bool | None = None
    waiting: int | None = None
    active: int | None = None
    completed: int | None = None
    failed: int | None = None
    total: int | None = None
    start_time: int | None = None
    last_completed_time: int | None = None
    completed_time: int | None = None
    average_call_duration: float | None = None
    recent_calls: list[Any] = Field(default_factory=list, alias="recent_calls")


class BatchFound(Known):
    """A batch: queued, processing, completed, cancelled or failed."""

    id: str | None = None
    status: str | None = None
    is_complete: bool | None = None
    total_calls: int | None = None
    progress: Progress | None = None
    timestamp: int | None = None


class BatchCall(Known):
    """One call of a batch; instants in milliseconds, ``metadata`` the row of the list, ``error`` e.g. "Number busy"."""

    job_id: str | None = None
    status: str | None = None
    phone_number: str | None = Field(default=None, alias="phone_number")
    start_time: int | None = None
    end_time: int | None = None
    duration: float | None = None
    error: str | None = None
    metadata: dict[str, Any] | None = None


class BatchCalls(Known):
    """A page of a batch's calls."""

    calls: tuple[BatchCall, ...] = ()
    pagination: dict[str, Any] | None = None
    summary: dict[str, Any] | None = None


class Cancelled(Known):
    """What became of a batch that was cancelled; calls that go on are not cut short."""

    batch_id: str | None = None
    status: str | None = None
    message: str | None = None
    details: dict[str, int] | None = None


class Batches:
    """The five requests about batches. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def start(self, batch: BatchPayload, name: str, content: bytes) -> Batch:
        """Have a list called: CSV in UTF-8 with a column ``phone_number``, of 20 MB at most. Raises InputRefused."""
        header = content[:100_000].decode("utf-8-sig", "replace").partition("\n")[0]
        if "phone_number" not in [cell.strip().strip('"') for cell in header.split(",")]:
            raise InputRefused(f"{name} has no column phone_number, and a batch needs one")
        if len(content) > LARGEST_LIST:
            raise InputRefused(f"{name} is larger than the 20 MB that a batch may have")
        fields = {
            key: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for key, value in batch.body().items()
        }
        body, kind = multipart(fields, "file", name, content, "text/csv")
        return read_one(Batch, await self._wire.upload("batches.start", body, kind))

    async def get(self, batch: str) -> BatchFound:
        """Where a batch stands."""
        return read_one(BatchFound, await self._wire.ask("batches.get", batch=batch))

    async def progress(self, batch: str) -> Progress:
        """How far it is."""
        return read_one(Progress, await self._wire.ask("batches.progress", batch=batch))

    async def calls(self, batch: str, page: int = 1, limit: int = 20, status: Filter = "all") -> BatchCalls:
        """A page of its calls, of 100 at most."""
        params = {"page": str(page), "limit": str(limit), "status": status}
        found = await self._wire.find("batches.calls", params, batch=batch)
        calls = read(BatchCall, found.get("calls") if isinstance(found, dict) else None)
        return read_one(BatchCalls, found).model_copy(update={"calls": calls})

    async def cancel(self, batch: str) -> Cancelled:
        """Call nobody more of it; that cannot be taken back."""
        return read_one(Cancelled, await self._wire.ask("batches.cancel", batch=batch))
