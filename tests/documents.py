"""What the seed documents print of CallFluent, read from ``tests/seeds/callfluent.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEEDS = json.loads((Path(__file__).parent / "seeds" / "callfluent.json").read_text(encoding="utf-8"))
ACTION_TYPES = {
    "1. Send Email": ("sendEmail",),
    "2. Call Forwarding": ("callForwarding",),
    "3. Send Text Message": ("sms",),
    "4. Webhook / Zapier": ("webhook", "zapier"),
    "5. Data Collection": ("dataCollection",),
    "6. Email Data Push": ("email_push",),
    "7. GHL Calendar": ("ghl_calendar",),
    "8. Google Calendar": ("google_calendar",),
}
"""Which of the constants' types a printed payload is for."""


@dataclass(frozen=True)
class Row:
    """A line of a printed table."""

    field: str
    type: str
    required: bool
    example: Any


@dataclass(frozen=True)
class Printed:
    """One endpoint as it is printed; ``tables`` are by their captions."""

    section: str
    verb: str
    path: str
    tables: dict[str, list[Row]]
    request: Any
    body: Any
    answer: Any
    errors: list[Any]

    def example(self, caption: str) -> dict[str, Any]:
        """A table's column of examples as a JSON object; a field without one has none."""
        return {row.field: row.example for row in self.tables[caption] if row.example is not None}

    @property
    def wire_path(self) -> str:
        """The path with the printed examples in it."""
        rows = self.tables.get("Path Parameters") or self.tables.get("Path Parameter") or []
        ids = {row.field.lower(): row.example for row in rows}
        ids |= {"id": next(iter(ids.values()), None)} if "id" not in ids else {}
        return self.path.format(**{name: ids[name.lower()] for name in _names(self.path)})


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _row(cells: list[str]) -> Row:
    name, kind, required, _, *rest = cells
    return Row(name, kind, required.startswith("true"), _example(kind, rest[0] if rest else ""))


def _example(kind: str, text: str) -> Any:
    text = text.replace("“", '"').strip()
    if not text:
        return None
    if kind in ("number", "boolean", "array") and not text.count("-") > 1:  # a field's id is "number", and a UUID
        return json.loads(text)
    return text.strip('"') if not text.startswith("[") else text


def printed() -> list[Printed]:
    """Every endpoint, in the documents' order."""
    return [
        Printed(
            seed["section"],
            seed["verb"],
            seed["path"],
            {caption: [_row(cells) for cells in rows] for caption, rows in seed["tables"].items()},
            seed.get("request"),
            seed.get("body"),
            seed["answer"],
            seed["errors"],
        )
        for seed in SEEDS["endpoints"]
    ]


SECTIONS = {one.section: one for one in printed()}
CONSTANTS: dict[str, list[dict[str, Any]]] = {one["section"]: one["entries"] for one in SEEDS["constants"]}
