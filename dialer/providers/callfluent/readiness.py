"""Whether an agent can call as a campaign means it to: its number, what it does with machines, its workspace's minutes.

What no document says is read where it is there; a limit without a figure of what is used is said to be one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from campaigns.spec import Retries
from campaigns.vocabulary import Result
from dialer.errors import PlatformError
from dialer.finding import Finding
from dialer.providers.callfluent.agents import TRUE, leaves_message
from dialer.providers.callfluent.api.account import Api
from dialer.providers.numbers import to_e164
from dialer.providers.platform import Agent

INPUT, PERMISSION = 3, 4
"""Exit codes of an agent that cannot call so, and of an account that may not."""
OWNED = ("twilio", "verified", "")
"""The types of a number that can be called from (facts on CallFluent, §1.2)."""
USED = ("usedMins", "used_mins", "usedMinutes", "used_minutes", "minutesUsed", "minutes_used")
"""What the minutes used may be called; no document names them."""


async def look(api: Api, agent: Agent, retries: Retries) -> AsyncIterator[Finding]:
    """One finding after another; what the platform does not tell is a warning."""
    workspace = str(agent.raw.get("workspaceId", ""))
    for what, looked_at in (("number", _number(api, agent, workspace)), ("minutes", _minutes(api, workspace))):
        try:
            yield await looked_at
        except PlatformError as error:
            yield Finding(what, f"not told: {error}", "look at the platform's own page")
    yield _voicemail(agent, retries)


async def _number(api: Api, agent: Agent, workspace: str) -> Finding:
    """The number must be one of its workspace's (Agent §1)."""
    give = f"`dialer agents update {agent.id} phone_number=+…`, one of `dialer numbers list {workspace}`"
    if "phone_number" not in agent.raw or not workspace.isdecimal():
        return Finding("number", f"agent {agent.id}: its number, or workspace, is not told", "look at its page")
    if agent.caller_number is None:
        return Finding("number", f"agent {agent.id} has no number to call from", give, INPUT)
    types = {to_e164(row.number): row.type or "" for row in await api.agents.numbers(int(workspace))}
    if agent.caller_number not in types:
        text = f"agent {agent.id} calls from {agent.caller_number}, which is none of workspace {workspace}'s"
        return Finding("number", text, give, INPUT)
    kind = types[agent.caller_number]
    if kind.lower() not in OWNED:
        return Finding("number", f"{agent.caller_number} is not verified: the platform calls it {kind}", give, INPUT)
    return Finding("number", f"{agent.caller_number} is workspace {workspace}'s{f', {kind}' if kind else ''}")


async def _minutes(api: Api, workspace: str) -> Finding:
    """``maxMins`` is documented (Workspace §5), what was used of them is not."""
    if not workspace.isdecimal():
        return Finding("minutes", "not told: the agent names no workspace", "look at the platform's own page")
    found = await api.workspaces.get(int(workspace))
    if found.max_minutes is None:
        return Finding("minutes", f"workspace {workspace} has no limit that is told")
    told: dict[str, Any] = found.model_extra or {}
    used = next((told[name] for name in USED if isinstance(told.get(name), (int, float))), None)
    if used is None:
        text = f"workspace {workspace} has {found.max_minutes:g}; how many are used is not told"
        return Finding("minutes", text, "look at the platform's own page")
    if used >= found.max_minutes:
        text = f"none of workspace {workspace}'s {found.max_minutes:g} are left"
        return Finding("minutes", text, f"`dialer workspaces update {workspace} maxMins=…`", PERMISSION)
    return Finding("minutes", f"{found.max_minutes - used:g} of workspace {workspace}'s {found.max_minutes:g} are left")


def _voicemail(agent: Agent, retries: Retries) -> Finding:
    """What it does when a machine answers (Agent §2), beside what ``[retries]`` says follows that."""
    update = f"`dialer agents update {agent.id} enable_voice_mail=true voice_mail_mode="
    if "enable_voice_mail" not in agent.raw:
        return Finding("voicemail", f"agent {agent.id}: what it does with a machine is not told", "look at its page")
    if str(agent.raw["enable_voice_mail"]).lower() not in TRUE:
        text = f"agent {agent.id} takes a machine for a person, who is not tried again"
        return Finding("voicemail", text, f"{update}2` hangs up, 1 leaves a message")
    leaves = leaves_message(agent)
    never = Result.VOICEMAIL_NO_MESSAGE if leaves else Result.VOICEMAIL_LEFT
    does = "leaves a message" if leaves else "hangs up on a machine"
    if never in retries.model_fields_set:
        text = f"agent {agent.id} {does}, and [retries] says what follows {never}"
        return Finding("voicemail", text, f"{update}{2 if leaves else 1}`, or take that line out")
    if leaves and not str(agent.raw.get("voice_mail_text") or "").strip():
        return Finding(
            "voicemail", f"agent {agent.id} leaves a message, and has no text for it", "give it voice_mail_text"
        )
    return Finding("voicemail", f"agent {agent.id} {does}")
