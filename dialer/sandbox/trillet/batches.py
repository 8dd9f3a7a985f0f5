"""Batches: lists that are called one after the other (calls/batch/*).

Its calls are drawn when it is started, each beginning when the one before has ended: one at once is what the developer
plan has.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row
from dialer.sandbox.trillet import wire
from dialer.sandbox.trillet.calls import whole_number
from dialer.sandbox.trillet.office import Office
from dialer.sandbox.trillet.wire import Rejected, number_to_call

STATUSES = ("all", "waiting", "active", "completed", "failed")
RECENT = 5


class Batches:
    """The five endpoints about batches."""

    def __init__(self, office: Office) -> None:
        self._office, self._shelf = office, office.ground.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/v1/api/batch-calls", self.start),
            ("GET", "/v1/api/batch-calls/{batch}", self.get),
            ("GET", "/v1/api/batch-calls/{batch}/status", self.progress),
            ("GET", "/v1/api/batch-calls/{batch}/calls", self.calls),
            ("DELETE", "/v1/api/batch-calls/{batch}", self.cancel),
        ]

    def start(self, received: Received) -> dict[str, Any]:
        """A form with a CSV ``file`` and an ``agentId``."""
        form = received.body if isinstance(received.body, dict) else {}
        agent = self._office.agent(_field(form, "agentId", required=True))
        _check_callback(_field(form, "smartCallbackConfig"))
        rows = _rows(form)
        id_ = f"batch_{self._shelf.new_id('batch numbers')}"
        self._shelf.put("batch numbers", id_.removeprefix("batch_"), {})
        at = max(_instant(_field(form, "scheduledAt")) or self._office.now, self._office.now)
        batch = {"_id": id_, "agentId": agent["_id"], "totalCalls": len(rows), "at": at.isoformat(), "cancelled": 0}
        self._shelf.put("trillet batches", id_, batch)
        for row in rows:
            said = {"to": row["phone_number"], "dynamic_variables": row, "batchId": id_}
            line = {**received.line, "path": f"{received.line['path']}/{id_}", "body": said, "placed": True}
            at = self._office.place(agent, row["phone_number"], line, at).ended_at
        message = "Batch calls initiated successfully"
        return {"batchId": id_, "totalCalls": len(rows), "status": "queued", "message": message}

    def get(self, received: Received) -> dict[str, Any]:
        """calls/batch/get-status."""
        batch = self._batch(received)
        progress = self._progress(batch)
        status, complete = progress.pop("status"), progress.pop("isComplete")
        for recent in progress["recent_calls"]:
            recent.pop("duration", None)
        return {"id": batch["_id"], "status": status, "isComplete": complete, "totalCalls": batch["totalCalls"],
                "progress": progress, "timestamp": _ms(self._office.now)}  # fmt: skip

    def progress(self, received: Received) -> dict[str, Any]:
        """calls/batch/get-progress."""
        return self._progress(self._batch(received))

    def calls(self, received: Received) -> dict[str, Any]:
        """calls/batch/list-calls: pages of 100 at most."""
        batch, query = self._batch(received), received.query
        page, limit = whole_number(query, "page", 1), min(whole_number(query, "limit", 20), 100)
        wanted = query.get("status", "all")
        if wanted not in STATUSES:
            raise Rejected(f"status must be one of {', '.join(STATUSES)}")
        every = [self._shown(call) for call in self._calls(batch)]
        found = [row for row in every if wanted in ("all", row["status"])]
        pages = -(-len(found) // limit)
        pagination = {"page": page, "limit": limit, "total": len(found), "totalPages": pages, "hasNext": page < pages,
                      "hasPrev": page > 1}  # fmt: skip
        summary = {status: sum(row["status"] == status for row in every) for status in STATUSES[1:]}
        return {"calls": found[(page - 1) * limit : page * limit], "pagination": pagination, "summary": summary}

    def cancel(self, received: Received) -> dict[str, Any]:
        """calls/batch/cancel: who waits is not called; a call that goes on does so."""
        batch = self._batch(received)
        waiting = [call for call in self._calls(batch) if self._status(call) == "waiting"]
        for call in waiting:
            self._office.withdraw(call)
        batch = self._shelf.put("trillet batches", batch["_id"], {**batch, "cancelled": len(waiting), "over": True})
        states = [self._status(call) for call in self._calls(batch)]
        details = {"completedCalls": states.count("completed"), "failedCalls": states.count("failed"),
                   "cancelledCalls": len(waiting), "totalCalls": batch["totalCalls"]}  # fmt: skip
        message = "Batch cancelled successfully"
        return {"batchId": batch["_id"], "status": "cancelled", "message": message, "details": details}

    def _batch(self, received: Received) -> Row:
        batch = self._shelf.get("trillet batches", received.path["batch"])
        if batch is None:
            raise Rejected("Batch not found", 404)
        return batch

    def _calls(self, batch: Row) -> list[Call]:
        return [call for call in self._office.ground.book.calls(batch["agentId"])
                if call.said.get("batchId") == batch["_id"]]  # fmt: skip

    def _status(self, call: Call) -> str:
        now = self._office.now
        return "waiting" if call.created_at > now else wire.status(call, now)

    def _shown(self, call: Call) -> dict[str, Any]:
        status, over = self._status(call), self._office.now >= call.ended_at
        variables = call.said["dynamic_variables"].items()
        row = {
            "jobId": wire.short_id(call),
            "status": status,
            "phone_number": call.number,
            "startTime": _ms(call.created_at) if status != "waiting" else None,
            "endTime": _ms(call.ended_at) if over else None,
            "duration": wire.talk_s(call) if status == "completed" else None,
            "error": wire.REASONS[call.course.result] if status == "failed" else None,
            "metadata": {name: value for name, value in variables if name != "phone_number"},
        }  # fmt: skip
        return {name: value for name, value in row.items() if value is not None}

    def _progress(self, batch: Row) -> dict[str, Any]:
        calls = self._calls(batch)
        states = [self._status(call) for call in calls]
        over = [call for call, status in zip(calls, states, strict=True) if status in ("completed", "failed")]
        complete = len(over) == len(calls)
        lengths = [wire.talk_s(call) for call in over if call.course.result == "completed"]
        last = max((_ms(call.ended_at) for call in over), default=None)
        started = self._office.now >= datetime.fromisoformat(batch["at"])
        status = (
            "cancelled" if batch.get("over") else "completed" if complete else "processing" if started else "queued"
        )
        return {
            "status": "cancelled" if batch.get("over") else status,
            "isComplete": complete,
            **{state: states.count(state) for state in STATUSES[1:]},
            "total": batch["totalCalls"],
            "startTime": _ms(datetime.fromisoformat(batch["at"])),
            "lastCompletedTime": last,
            "completedTime": last if complete else None,
            "averageCallDuration": round(sum(lengths) / len(lengths), 1) if lengths else 0,
            "recent_calls": [_recent(self._shown(call)) for call in over[-RECENT:]],
        }


def _recent(row: dict[str, Any]) -> dict[str, Any]:
    ended = "completedAt" if row["status"] == "completed" else "failedAt"
    shown = ("jobId", "status", "phone_number", "duration", "error")
    return {name: value for name, value in row.items() if name in shown} | {ended: row["endTime"]}


def _rows(form: dict[str, Any]) -> list[dict[str, str]]:
    """The list's rows; raises Rejected for one without a number."""
    files = form.get("file") or []
    if not files or "text" not in files[0]:
        raise Rejected("file is required and must be CSV")
    rows = [dict(row) for row in csv.DictReader(io.StringIO(files[0]["text"].removeprefix("\ufeff"), newline=""))]
    if not rows:
        raise Rejected("The CSV file is empty")
    for row in rows:
        number_to_call(row.get("phone_number"))
    return rows


def _field(form: dict[str, Any], name: str, *, required: bool = False) -> str | None:
    values = form.get(name) or []
    if not values and required:
        raise Rejected(f"{name} is required")
    return str(values[0]["value"]) if values else None


def _check_callback(text: str | None) -> None:
    try:
        config = {"enabled": True} if text is None else json.loads(text)
    except ValueError:
        config = None
    if not isinstance(config, dict) or not isinstance(config.get("enabled"), bool):
        raise Rejected("smartCallbackConfig must be a JSON object with enabled")


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Rejected("scheduledAt must be YYYY-MM-DDTHH:MM:SSZ") from None


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
