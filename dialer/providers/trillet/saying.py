"""What an answer of Trillet's says beside its data: that it is a refusal, with a code and words.

A refusal is ``{"error": {"code", "message"}}`` or ``{error, message}`` with a status of 400, 401, 403, 404, 429 or 500
(introduction, best practices, and the pages on batches). A call's or batch's own ``status`` may be ``failed`` in a good
answer; ``success: false`` and ``status: error`` are refusals at any status.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dialer.providers.callfluent.envelope import parse, words

ABOUT_REFUSALS = frozenset({"error", "message", "code", "id", "status", "success", "reset_at"})


def refuses(document: Any) -> bool:
    """Whether a JSON document says no, whatever its HTTP status."""
    if not isinstance(document, dict):
        return False
    if document.get("success") is False or document.get("status") == "error":
        return True
    return bool(document.get("error")) and set(document) <= ABOUT_REFUSALS


def code_of(document: Any) -> str:
    """The code of a refusal, such as ``invalid_number``; empty where there is none."""
    error = document.get("error") if isinstance(document, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) else ""


def said(body: bytes, secrets: Sequence[str] = ()) -> str:
    """Trillet's own words: one line, at most 300 characters, without these secrets and without phone numbers."""
    document = parse(body)
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        body = json.dumps({"error": error.get("code"), "message": error.get("message")}).encode()
    return words(body, secrets)
