"""A body of several parts (multipart/form-data), as far as the practice platform looks into it."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


def read_multipart(content_type: str, body: bytes) -> dict[str, list[dict[str, Any]]]:
    """The files of a body by their fields' names: name and size of each; a field without a file is left out."""
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    found: dict[str, list[dict[str, Any]]] = {}
    for part in whole.iter_parts() if whole.is_multipart() else ():
        field, name = part.get_param("name", header="content-disposition"), part.get_filename()
        if field and name:
            found.setdefault(str(field), []).append({"name": name, "size": len(part.get_payload(decode=True) or b"")})
    return found
