"""The wrapping of CallFluent's answers.

Success is ``{status: true, data}``, though some routes leave the wrapping out. A refusal is ``{status: false}`` with
its words under ``error`` (500), ``msg`` (403, 400) or ``error`` and ``message`` (400): seed 000, Workspace §1, §5 and
Agent §2.
"""

from __future__ import annotations

from typing import Any

NO = (False, 0, "false", "error", "fail", "failed")


def data(answer: Any) -> Any:
    """What an answer carries, with or without its wrapping."""
    return answer.get("data", answer) if isinstance(answer, dict) else answer


def is_refusal(document: Any) -> bool:
    """Whether a JSON document says no, whatever its HTTP status."""
    if not isinstance(document, dict):
        return False
    status = document.get("status")
    if status is None:
        return bool(document.get("error"))
    return isinstance(status, (bool, int, str)) and (status.lower() if isinstance(status, str) else status) in NO
