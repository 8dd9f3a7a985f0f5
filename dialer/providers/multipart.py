"""A file and fields beside it, as a form sends them (RFC 7578)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import quote


def multipart(
    fields: Mapping[str, str], name: str, filename: str, content: bytes, kind: str = "application/octet-stream"
) -> tuple[bytes, str]:
    """The body and its content type; ``name`` is the file's field."""
    boundary = secrets.token_hex(16)
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    )
    shown = re.sub(r'["\\\r\n]', lambda found: quote(found[0]), filename)
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{shown}"\r\n'
    head += f"Content-Type: {kind}\r\n\r\n"
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
