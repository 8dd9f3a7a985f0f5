"""The platform of ``docs/platforms.md``, taken out of the page and installed as somebody's package would be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.ground import Ground, bearer
from dialer.sandbox.journal import iso
from dialer.sandbox.received import Received, Route
from dialer.sandbox.refusal import Refusal
from tests.contract.callfluent import AT, EPOCH, ISO
from tests.contract.subject import NUMBER, Subject

PAGE = Path(__file__).parents[2] / "docs" / "platforms.md"


def code() -> str:
    """The example."""
    found = re.search(r'```python\n("""Harbor: .*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def install(folder: Path) -> None:
    """Put the example into ``folder`` as a package that was installed there."""
    (folder / "harbor.py").write_text(code(), encoding="utf-8")
    told = folder / "harbor-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: harbor\nVersion: 1\n")
    (told / "entry_points.txt").write_text(
        "[dialer.platforms]\nharbor = harbor:HarborAccount\n"
        "[dialer.sandboxes]\nharbor = tests.contract.fourth:Practice\n"
    )


class Practice:
    """Harbor's side of the practice platform."""

    base = "/v1"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> Sequence[Route]:
        return [
            ("POST", "/v1/calls", self.place),
            ("GET", "/v1/calls", self.every),
            ("DELETE", "/v1/calls/{id}", self.end),
            ("GET", "/v1/agents/{id}", self.agent),
            ("GET", "/v1/numbers", lambda _: [NUMBER]),
        ]

    def called(self, line: Mapping[str, Any]) -> str | None:
        return str(line["body"]["to"]) if line["method"] == "POST" else None

    def is_history(self, line: Mapping[str, Any]) -> bool:
        return line["method"] == "GET" and str(line["path"]).startswith("/v1/calls")

    def key_in(self, headers: Mapping[str, str]) -> str:
        return bearer(headers)

    def refusal(self, text: str, status: int) -> Refusal:
        return Refusal(text, status, {"error": text})

    def place(self, received: Received) -> dict[str, Any]:
        body = received.body
        now = self._ground.clock.now()
        call = self._ground.book.place(body["agent"], body["to"], None, now, received.line)
        self._ground.shelf.put("refs", call.id, {"ref": body["ref"]})
        received.created()
        return {"id": f"call-{call.id}"}

    def every(self, received: Received) -> list[dict[str, Any]]:
        return [
            self._shown(call) for call in self._ground.book.page(received.query["agent"], int(received.query["page"]))
        ]

    def end(self, received: Received) -> None:
        call = self._ground.book.get(int(received.path["id"].removeprefix("call-")))
        assert call
        self._ground.book.hang_up(call, self._ground.clock.now())

    def agent(self, received: Received) -> dict[str, Any]:
        if received.path["id"] == SUBJECT.missing:
            raise self.refusal("no such agent", 404)
        return {"name": "Practice"}

    def _shown(self, call: Call) -> dict[str, Any]:
        now = self._ground.clock.now()
        ref = self._ground.shelf.get("refs", call.id) or {}
        ended = call.ended_at if call.ended_at <= now else None
        times = {"created_at": iso(call.created_at), "ended_at": iso(ended)}
        return {"id": f"call-{call.id}", "to": call.number, "status": call.status(now), **times, **ref}


def shown(**record: Any) -> list[dict[str, Any]]:
    """A page with one call."""
    return [{"id": "call-7", "to": NUMBER, "created_at": ISO, "status": "completed", **record}]


SUBJECT = Subject(
    name="harbor",
    agent="a1",
    missing="nobody",
    good=b'{"id": "call-1"}',
    mark=lambda ref: f'"ref": "{ref}"'.encode(),
    says_no=lambda text: json.dumps({"error": text}).encode(),
    strange=[shown(status=word) for word in ("parked", "", None, 3)],
    shapes=[(shown(), AT), (shown(to="1 202 555 0123", created_at=EPOCH), AT)],
)
