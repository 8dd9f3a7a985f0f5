"""A body of several parts (multipart/form-data), as far as the practice platform looks into it."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


def read_multipart(content_type: str, body: bytes) -> dict[str, list[dict[str, Any]]]:
    """The parts of a body by their fields' names: a file's name and size, and its text if it is CSV; else the value."""
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    found: dict[str, list[dict[str, Any]]] = {}
    for part in whole.iter_parts() if whole.is_multipart() else ():
        field, name = part.get_param("name", header="content-disposition"), part.get_filename()
        if not field:
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        text = content.decode(errors="replace")
        row = {"name": name, "size": len(content)} if name else {"value": text}
        found.setdefault(str(field), []).append(row | {"text": text} if part.get_content_type() == "text/csv" else row)
    return found
