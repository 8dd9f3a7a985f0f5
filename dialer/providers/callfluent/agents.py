"""CallFluent's agents: ``GET /agent/get-one/{agentId}`` answers ``{status: true, data: {agent, files, totalCalls,
averageDuration}}`` (seed 000, Agent §4); an agent's own fields are those of its creation (Agent §2).

Where its custom fields stand in it is documented nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campaigns.vocabulary import PhoneType
from dialer.providers.callfluent.history import REF_FIELD
from dialer.providers.numbers import to_e164
from dialer.providers.platform import Agent
from dialer.providers.words import parse

FIELD_LISTS = ("custom_fields", "customFields", "custom_field", "customField", "fields")
LEAVE_A_MESSAGE = "1"
TRUE = ("true", "1")


def find_agent(data: Any) -> Mapping[str, Any] | None:
    """The agent in an answer's ``data``; None where there is none."""
    if not isinstance(data, dict):
        return None
    agent = data.get("agent") if "agent" in data else data if "id" in data else None
    return agent if isinstance(agent, dict) and agent else None


def read_agent(asked: str, raw: Mapping[str, Any]) -> Agent:
    """The agent's settings; ``asked`` is the id it was asked for."""
    return Agent(
        id=str(raw.get("id", asked)),
        name=str(raw.get("name") or ""),
        caller_number=to_e164(raw.get("phone_number")),
        outbound=str(raw.get("format") or "outbound").lower() != "inbound",
        blocked_types=_blocked_types(raw.get("blocked_phone_types")),
        field_names=field_names(raw),
        raw=raw,
        greeting=_greeting(raw),
    )


def leaves_message(agent: Agent) -> bool:
    """Whether the agent speaks to a machine that answers: ``voice_mail_mode`` 1 does, 2 hangs up (Agent §2)."""
    detects = str(agent.raw.get("enable_voice_mail")).lower() in TRUE
    return detects and str(agent.raw.get("voice_mail_mode")) == LEAVE_A_MESSAGE


def _blocked_types(value: Any) -> frozenset[str]:
    """``"1,2,3"``: the platform's numbers of its phone types (Constants §3); what is none of them is left out."""
    ids = {str(part).strip() for part in (value if isinstance(value, list) else str(value or "").split(","))}
    return frozenset(phone_type.value for phone_type in PhoneType if str(phone_type.wire_id) in ids)


def _greeting(raw: Mapping[str, Any]) -> str | None:
    """``welcome_msg``, unless ``welcome_msg_flag`` turns it off (Agent §2)."""
    if "welcome_msg" not in raw and "welcome_msg_flag" not in raw:
        return None
    off = str(raw.get("welcome_msg_flag", True)).lower() not in TRUE
    return "" if off else str(raw.get("welcome_msg") or "")


def field_names(raw: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The names of an agent's custom fields; None where it shows none.

    The one for our reference is left out: no column fills it, and an agent that has no other is sent every column.
    """
    names = every_field(raw)
    return None if names is None else tuple(name for name in names if name != REF_FIELD)


def every_field(raw: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The same, with the one for our reference."""
    for key in FIELD_LISTS:
        fields = raw.get(key)
        if isinstance(fields, str):
            fields = parse(fields.encode())
        if isinstance(fields, list):
            named = [field.get("name") if isinstance(field, dict) else field for field in fields]
            return tuple(name for name in named if isinstance(name, str) and name)
    return None


def read_numbers(data: Any) -> tuple[str, ...]:
    """The numbers of ``GET /agent/number-list``, each once.

    Two shapes are documented (facts on CallFluent, §1.2): ``data`` is the list, or holds it as ``number_list``.
    """
    rows = data.get("number_list") if isinstance(data, dict) else data
    found = [to_e164(row.get("number") if isinstance(row, dict) else row) for row in rows or ()]
    return tuple(dict.fromkeys(number for number in found if number))
