"""Whether an answer of Trillet's says no, and the code it says it with.

A refusal is ``{"error": {"code", "message"}}`` or ``{error, message}`` with a status of 400, 401, 403, 404, 429 or 500
(introduction, best practices, and the pages on batches). A call's or a batch's own ``status`` may be ``failed`` in a
good answer; ``success: false`` and ``status: error`` are refusals at any status.
"""

from __future__ import annotations

from typing import Any

ABOUT_REFUSALS = frozenset({"error", "message", "code", "id", "status", "success", "reset_at"})


def refuses(document: Any) -> bool:
    """Whether a JSON document says no, whatever its HTTP status."""
    if not isinstance(document, dict):
        return False
    if document.get("success") is False or document.get("status") == "error":
        return True
    return bool(document.get("error")) and set(document) <= ABOUT_REFUSALS
