"""An agent as a TOML file: what ``agents pull`` writes and ``agents push`` reads."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from dialer.providers.callfluent.api.agent import AgentPayload


def write_agent(settings: Mapping[str, Any]) -> str:
    """The documented settings as TOML, in the documents' order; a long text keeps its lines."""
    return "".join(f"{name} = {_value(settings[name])}\n" for name in AgentPayload.names() if name in settings)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs, line by line: ``-`` as it is, ``+`` as it would be; none where nothing does."""
    differing = {name for name in (*before, *after) if before.get(name) != after.get(name)}
    old, new = (
        write_agent({name: value for name, value in settings.items() if name in differing}).splitlines()
        for settings in (before, after)
    )
    return [line for line in difflib.unified_diff(old, new, lineterm="") if line[:3] not in ("---", "+++", "@@ ")]


def _value(value: Any) -> str:
    if isinstance(value, str) and "\n" in value and "\r" not in value:
        return '"""\n' + "\n".join(_quoted(line)[1:-1] for line in value.split("\n")) + '"""'
    return _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
