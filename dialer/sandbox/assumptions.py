"""What the practice platform assumes where no document says how CallFluent behaves; each can be switched.

``dialer sandbox --assume page_size=10`` has it behave otherwise, so that a campaign can be tried against a platform
that is not what we took it for. What is built in beside these stands in ``wire``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialer.errors import SettingsRefused

MEANINGS: Mapping[str, str] = {
    "unknown_status": "the status for an id that nobody knows; the body is `{status: false, error}`",
    "any_agent": "every number that nobody created or deleted is an agent's id; never so with `--agent`",
    "strict_agents": "an agent must have every field the table requires, also those the printed example leaves out",
    "call_id": "make-call answers `data.call.id`",
    "echo": "call records show the custom fields they were made with",
    "page_size": "how many calls are on a page of the history",
    "newest_first": "the order of the history",
    "nested_numbers": "the number list is the older draft's, `data: {number_list, agentNumMap}`",
    "show_actions": "an agent shows its actions, under `actions`",
    "max_workspaces": "how many workspaces an account may have",
    "max_minutes": "`maxMins` of a workspace that is made; the practice workspace, 1, has no limits",
    "max_members": "`maxMembers` of a workspace that is made",
    "max_agents": "`maxAgents` of a workspace that is made",
    "password": "the user's password at first",
    "refusal_status": "the status where one is documented without: a wrong password, a domain, a mail server",
    "v2_history": "Trillet: the second version of the call history works; else it answers 500, as to some clients",
    "empty_history_status": "Trillet: the status of a page of the history without calls; at 200 it is an empty list",
    "history_in": "Trillet: the history is a bare `list`, or stands in `calls`, `data`, `items` or `results`",
    "list_metadata": "Trillet: the history's list shows `metadata`, as one call by itself does",
    "reasons": "Trillet: a failed call's record says why, under `error`, as a batch's calls do",
    "requests_per_minute": "Trillet: how many requests of any kind are taken in a minute, 0 for any number",
    "calls_at_once": "Trillet: how many calls there may be at once, 0 for any number; one more gets 429",
}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Every assumption with its value; ``MEANINGS`` says what each means."""

    unknown_status: int = 500
    any_agent: bool = True
    strict_agents: bool = False
    call_id: bool = False
    echo: bool = False
    page_size: int = 50
    newest_first: bool = True
    nested_numbers: bool = False
    show_actions: bool = True
    max_workspaces: int = 10
    max_minutes: int = 300
    max_members: int = 10
    max_agents: int = 6
    password: str = "practice"  # noqa: S105  (nobody's)
    refusal_status: int = 400
    v2_history: bool = True
    empty_history_status: int = 500
    history_in: str = "list"
    list_metadata: bool = True
    reasons: bool = False
    requests_per_minute: int = 0
    calls_at_once: int = 0

    def but(self, words: Iterable[str]) -> Assumptions:
        """These, but for what ``NAME=VALUE`` words say; raises SettingsRefused."""
        return replace(self, **dict(self._switched(word) for word in words))

    def _switched(self, word: str) -> tuple[str, Any]:
        name, _, value = word.partition("=")
        if name not in MEANINGS:
            raise SettingsRefused(f"the sandbox assumes no {name!r}; there are: {', '.join(MEANINGS)}")
        kind = type(getattr(self, name))
        if kind is bool and value in ("true", "false"):
            return name, value == "true"
        if kind is int and value.isascii() and value.isdigit():
            return name, int(value)
        if kind is str and value:
            return name, value
        wanted = {bool: "true or false", int: "a whole number", str: "a word"}[kind]
        raise SettingsRefused(f"--assume {name}: {wanted} is wanted, not {value!r}")
