"""The documents' tables of what may be sent, literally: names, and the types that a JSON value must have.

Seed 000, Workspace §5, Agent §2 and §14, User §4 and §5. ``sms_push`` stands in no table: any text is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialer.sandbox.wire import Rejected

_KINDS: Mapping[str, tuple[type, ...]] = {"number": (int, float), "string": (str,), "boolean": (bool,)}

WORKSPACE = {
    "name": "string", "sid": "string", "auth_token": "string", "elevenlabs_key": "string", "openai_key": "string",
    "maxMins": "number", "maxMembers": "number", "maxAgents": "number",
}  # fmt: skip
AGENT = {
    "workspaceId": "number", "format": "string", "timezone": "string", "name": "string", "avatar": "string",
    "lang": "string", "voice": "string", "phone_number": "string", "welcome_msg_flag": "boolean",
    "welcome_msg": "string", "welcome_msg_delay": "number", "call_recording": "boolean",
    "blocked_phone_types": "string", "enable_voice_mail": "boolean", "voice_mail_mode": "number",
    "voice_mail_text": "string", "machine_detection_timeout": "number", "openai_model": "string",
    "answer_creativity": "number", "context_max_tokens": "number", "speech_stop_sensitivity": "number",
    "answer_length": "number", "silence_message_delay": "number", "silence_end_call": "number",
    "utterance_detection": "number", "transcribe_filler_words": "boolean", "agent_type": "string",
    "background": "string", "goal": "string", "tone": "string", "instructions": "string", "script_option": "boolean",
    "script": "string", "background_sound": "string",
}  # fmt: skip
AGENT_EXAMPLE = ("workspaceId", "format", "name", "voice", "agent_type", "background", "goal")
"""What both the table requires and the printed example has; an outbound agent needs a phone_number as well."""
AGENT_REQUIRED = (*AGENT_EXAMPLE, "timezone", "lang", "tone", "instructions")

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "sendEmail": ("instruction", "content", "subject"),
    "callForwarding": ("instruction", "forwardNumber"),
    "sms": ("instruction", "content"),
    "webhook": ("webhook_url", "fields"),
    "zapier": ("webhook_url", "fields"),
    "dataCollection": ("instruction", "collectField"),
    "email_push": ("target_email", "subject", "fields"),
    "ghl_calendar": ("ghlCalendarId", "calendarPeriod", "instruction"),
    "google_calendar": ("google_title", "instruction", "calendarPeriod", "google_duration"),
    "sms_push": (),
}
USER_SETTINGS = (
    "domain_name", "website_logo", "website_icon", "support_desk_url", "website_name", "website_description",
    "primary_color",
)  # fmt: skip
SMTP = ("smtp_host", "smtp_port", "smtp_username", "smtp_password", "from_name", "from_email")


def check(values: Mapping[str, Any], table: Mapping[str, str]) -> None:
    """Raises Rejected for a name that is not in the table and for a value of another type."""
    for name, value in values.items():
        if name not in table:
            raise Rejected(f"{name} is not a field")
        if not isinstance(value, _KINDS[table[name]]) or (isinstance(value, bool) and table[name] != "boolean"):
            raise Rejected(f"{name} must be a {table[name]}")


def require(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raises Rejected for a field that is missing or an empty text."""
    for name in names:
        if values.get(name) in (None, ""):
            raise Rejected(f"{name} is required")


def whole_number(value: object, name: str) -> int:
    """An id in a body; raises Rejected."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Rejected(f"{name} must be a number")
    return value
