"""The action by which an agent tells of its calls: made once, changed where it differs (Agent §14, §15).

No document says that an agent's actions can be read. Where the platform does not show them, what was set up last is
known from ``before`` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialer.providers.callfluent.agents import every_field
from dialer.providers.callfluent.api.account import Api
from dialer.providers.callfluent.api.actions import Webhook
from dialer.providers.callfluent.history import REF_FIELD

NAME = "dialer"
LABEL = "Our reference"
ALWAYS = (REF_FIELD, "phone_number")
"""What is asked for beside the agent's own fields."""


@dataclass(frozen=True, slots=True)
class Hooked:
    """An agent's action: its id where the platform told it, what stands in it (as a hash), and what was done."""

    action: int | None
    digest: str
    done: str


async def hook(api: Api, agent: int, url: str, more: Sequence[str], before: Mapping[str, Any]) -> Hooked:
    """Have the agent post its fields, our reference, and ``more`` to ``url`` when a call is over.

    ``before`` is what was set up last, as ``Hooked`` has it. Raises PlatformError.
    """
    found = (await api.agents.get(agent)).agent
    own = every_field(found.model_dump())
    if own is not None and REF_FIELD not in own:
        await api.agents.set_field(agent, REF_FIELD, LABEL)
    names = list(dict.fromkeys((*ALWAYS, *(own or ()), *more)))
    fields = [{"value": name, "label": name} for name in names]
    wanted = Webhook.model_validate({"name": NAME, "webhook_url": url, "fields": fields})
    digest = hashlib.sha256(f"{url}\n{wanted.fields}".encode()).hexdigest()
    told = (found.model_extra or {}).get("actions")
    shown = told if isinstance(told, list) else None
    ours = [one for one in shown or () if isinstance(one, dict) and one.get("name") == NAME]
    if any((one.get("webhook_url"), one.get("fields")) == (url, wanted.fields) for one in ours):
        return Hooked(_id(ours[0].get("id")), digest, "has it already")
    action = _id(ours[0].get("id")) if ours else _id(before.get("action")) if shown is None else None
    if shown is None and before.get("digest") == digest:
        return Hooked(
            action, digest, "was given it before and shows no actions; to give it anew, delete `webhooks.json`"
        )
    if action is not None:
        await api.agents.update_action(action, wanted)
        return Hooked(action, digest, "has it now, in place of the one before")
    made = await api.agents.create_action(wanted.model_copy(update={"agent_id": agent}))
    return Hooked(_id(made.id), digest, "has it now")


def _id(value: object) -> int | None:
    return int(str(value)) if str(value).isdecimal() else None
