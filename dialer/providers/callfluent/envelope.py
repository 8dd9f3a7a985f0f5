"""The wrapping of CallFluent's answers.

Success is ``{status: true, data}``, though some routes leave the wrapping out. A refusal is ``{status: false}`` with
its words under ``error`` (500), ``msg`` (403, 400) or ``error`` and ``message`` (400): seed 000, Workspace §1, §5 and
Agent §2. A proxy before the platform may answer HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

MAX_WORDS = 300
NO = (False, 0, "false", "error", "fail", "failed")
TAGS = re.compile(r"<(script|style|head)\b.*?</\1>|<[^>]+>", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"(\d{1,3}\.){3}\d{1,3}")
"""An internet address: a user is told to point a domain at one (User §4)."""
PHONE_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")


def parse(body: bytes) -> Any:
    """The JSON document of an answer; None where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def is_refusal(document: Any) -> bool:
    """Whether a JSON document says no, whatever its HTTP status."""
    if not isinstance(document, dict):
        return False
    status = document.get("status")
    if status is None:
        return bool(document.get("error"))
    return isinstance(status, (bool, int, str)) and (status.lower() if isinstance(status, str) else status) in NO


def words(body: bytes, secrets: Sequence[str] = ()) -> str:
    """The platform's own words: one line, at most 300 characters, without these secrets.

    Phone numbers become ``<number>``: equal faults of different people then read the same and can be counted, and the
    words may stand in a log.
    """
    document = parse(body)
    said = [document.get(key) for key in ("error", "msg", "message")] if isinstance(document, dict) else []
    texts = [text if isinstance(text, str) else json.dumps(text) for text in said if text]
    text = ": ".join(dict.fromkeys(texts)) or TAGS.sub(" ", body.decode("utf-8", "replace"))
    for secret in secrets:
        text = text.replace(secret, "<secret>").replace(json.dumps(secret)[1:-1], "<secret>")
    return PHONE_NUMBER.sub(_blotted, " ".join(text.split()))[:MAX_WORDS]


def _blotted(found: re.Match[str]) -> str:
    return found[0] if ADDRESS.fullmatch(found[0]) else "<number>"
