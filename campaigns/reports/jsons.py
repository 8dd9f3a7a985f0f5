"""The whole report as one JSON document, written row by row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from campaigns.reports.sheets import Sheet
from campaigns.reports.summary import Summary


def write_json(path: Path, summary: Summary, sheets: Sequence[Sheet]) -> None:
    """Write ``{"summary": …, "leads": […], "attempts": […], "rejected": […], "doubts": […]}`` to a new file.

    A row is an object keyed by column; instants are ISO 8601 with their offset.
    """
    with path.open("x", encoding="utf-8") as file:
        file.write('{"summary": ' + _dump(summary.to_json()))
        for sheet in sheets:
            file.write(f',\n"{sheet.name.lower()}": [')
            for index, row in enumerate(sheet.rows):
                file.write(",\n" if index else "\n")
                file.write(_dump(dict(zip(sheet.columns, row, strict=True))))
            file.write("]")
        file.write("}\n")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat)
