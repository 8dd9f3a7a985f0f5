"""What an agent can do in a call: eight payloads for the ten types of action (seed 000 and 001, Agent §14 and §15).

``webhook`` and ``zapier`` share one. For ``sms_push`` none is printed: it is assumed to be that of ``email_push`` with
a number in place of address and subject.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from dialer.providers.callfluent.api.agent import one_of
from dialer.providers.callfluent.constants import constants
from dialer.providers.parts import Found, Payload


def _as_json(value: Any) -> Any:
    """``fields`` as it is sent: a JSON string of ``[{"value": …, "label": …}, …]``."""
    if not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"))
    if value.lstrip().startswith("["):
        json.loads(value)  # a ValueError is pydantic's
        return value
    names = [name.strip() for name in value.split(",") if name.strip()]
    return json.dumps([{"value": name, "label": name} for name in names], separators=(",", ":"))


Fields = Annotated[str, BeforeValidator(_as_json)]
Period = Annotated[str, one_of("action_periods")]
Duration = Annotated[str, one_of("google_durations")]
Text = Annotated[str, Field(min_length=1)]


class Action(Payload):
    """What every action has; ``agentId`` only where it is created."""

    assumed: ClassVar[frozenset[str]] = frozenset()

    agent_id: int | None = Field(default=None, alias="agentId")
    action_type: str = Field(alias="actionType")
    name: Text


class SendEmail(Action):
    """Sends the caller an e-mail."""

    action_type: Literal["sendEmail"] = Field(default="sendEmail", alias="actionType")
    instruction: Text
    content: Text
    subject: Text


class CallForwarding(Action):
    """Puts the call through to another number."""

    action_type: Literal["callForwarding"] = Field(default="callForwarding", alias="actionType")
    instruction: Text
    forward_number: Text = Field(alias="forwardNumber")


class SendText(Action):
    """Sends the caller a text message."""

    action_type: Literal["sms"] = Field(default="sms", alias="actionType")
    instruction: Text
    content: Text


class Webhook(Action):
    """Posts the call's fields to an address, or to Zapier."""

    action_type: Literal["webhook", "zapier"] = Field(default="webhook", alias="actionType")
    webhook_url: str = Field(pattern=r"^https?://\S+$")
    fields: Fields


class DataCollection(Action):
    """Has the agent ask for a custom field's value."""

    action_type: Literal["dataCollection"] = Field(default="dataCollection", alias="actionType")
    instruction: Text
    collect_field: Text = Field(alias="collectField")


class EmailPush(Action):
    """Mails the call's fields to an address."""

    action_type: Literal["email_push"] = Field(default="email_push", alias="actionType")
    target_email: Text
    subject: Text
    fields: Fields


class SmsPush(Action):
    """Texts the call's fields to a number: an assumption, for no document prints this payload."""

    assumed: ClassVar[frozenset[str]] = frozenset({"target_number"})

    action_type: Literal["sms_push"] = Field(default="sms_push", alias="actionType")
    target_number: Text
    fields: Fields


class GhlCalendar(Action):
    """Books a meeting in a GHL calendar."""

    action_type: Literal["ghl_calendar"] = Field(default="ghl_calendar", alias="actionType")
    ghl_calendar_id: Text = Field(alias="ghlCalendarId")
    calendar_period: Period = Field(alias="calendarPeriod")
    instruction: Text


class GoogleCalendar(Action):
    """Books a meeting in a Google calendar."""

    action_type: Literal["google_calendar"] = Field(default="google_calendar", alias="actionType")
    google_title: Text
    google_description: str | None = None
    instruction: Text
    calendar_period: Period = Field(alias="calendarPeriod")
    google_duration: Duration


class ActionFound(Found):
    """An action as it is answered."""

    id: int | str | None = None
    action_type: str | None = Field(default=None, alias="actionType")
    name: str | None = None


ACTIONS: dict[str, type[Action]] = {
    "sendEmail": SendEmail,
    "callForwarding": CallForwarding,
    "sms": SendText,
    "webhook": Webhook,
    "zapier": Webhook,
    "dataCollection": DataCollection,
    "ghl_calendar": GhlCalendar,
    "google_calendar": GoogleCalendar,
    "email_push": EmailPush,
    "sms_push": SmsPush,
}


def action(kind: str, **values: Any) -> Action:
    """An action of a type, by its value or label, with its fields; raises UnknownWord or pydantic's ValidationError."""
    value = constants()["action_types"].value(kind)
    return ACTIONS[value].model_validate({"actionType": value, **values})
