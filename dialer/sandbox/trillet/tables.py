"""What may be sent, literally: names, and the types that a JSON value must have.

Seed 004 (call flows); agents/call/create; phone-numbers/update-config, purchase; telephony/register-externalNumber.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialer.sandbox.trillet.wire import Rejected

_KINDS: Mapping[str, tuple[type, ...]] = {
    "number": (int, float), "string": (str,), "boolean": (bool,), "object": (dict,), "array": (list,),
}  # fmt: skip

FLOW = {
    "name": "string", "direction": "string", "description": "string", "agent": "string", "promptType": "string",
    "folderId": "string", "isGlobal": "boolean", "isPreConfigured": "boolean", "preConfiguredWorkspaceId": "string",
    "welcomeMessage": "string", "customWelcomeMessage": "string", "flowData": "object", "prompt": "string",
    "isActive": "boolean", "agentWebhookUrl": "string", "inboundWebhookUrl": "string",
    "dynamicVariableCollections": "array", "webhooks": "array", "settings": "object",
}  # fmt: skip
FLOW_WORDS = {
    "direction": ("outbound", "bidirectional"),
    "promptType": ("simple",),
    "welcomeMessage": ("user_initiated", "ai_dynamic", "ai_custom"),
}
AGENT = {
    "name": "string", "ttsModel": "object", "llmModel": "string", "smartCallback": "boolean",
    "maxAttemptsForSmartCallback": "number", "gapBetweenEachAttemptForSmartCallback": "array",
    "phoneNumberIds": "array", "settings": "object", "variables": "object",
}  # fmt: skip
CALL = {
    "to": "string", "call_agent_id": "string", "callback_url": "string", "dynamic_variables": "object",
    "metadata": "object",
}  # fmt: skip
WEB_CALL = {"agentId": "string", "mode": "string", "dynamic_variables": "object", "callback_url": "string"}
EXPORT = {
    "agentId": "string", "includeTranscripts": "boolean", "includePostAnalysis": "boolean", "limit": "number",
}  # fmt: skip
CONFIG = {
    "agentId": "string", "maxCallDuration": "number", "recordingEnabled": "boolean", "officeHours": "object",
    "transferCallerIdMode": "string", "metadataTags": "array", "label": "string",
}  # fmt: skip
PURCHASE = {"country": "string", "type": "string", "phoneNumber": "string", "addressSid": "string", "coupon": "string"}
REGISTRATION = {"phoneNumber": "string", "provider": "string", "credentials": "object"}
CREDENTIALS = {"accountSid": "string", "authToken": "string"}


def checked(body: object, table: Mapping[str, str], *required: str) -> dict[str, Any]:
    """The body; raises Rejected where it is none, has a name that is not in the table, or lacks what it must have."""
    if not isinstance(body, dict):
        raise Rejected("The body must be a JSON object")
    for name, value in body.items():
        if name not in table:
            raise Rejected(f"{name} is not allowed")
        if not isinstance(value, _KINDS[table[name]]) or (isinstance(value, bool) and table[name] != "boolean"):
            raise Rejected(f"{name} must be of type {table[name]}")
    for name in required:
        if body.get(name) in (None, ""):
            raise Rejected(f"{name} is required")
    return body


def one_of(body: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> None:
    """Raises Rejected for a word that is not among those documented."""
    for name, known in words.items():
        if name in body and body[name] not in known:
            raise Rejected(f"{name} must be one of {', '.join(known)}")
