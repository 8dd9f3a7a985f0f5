"""What Trillet documents of calls and of what they need: 25 endpoints, each with where it is written.

A page is one of https://docs.trillet.ai/v1/api-reference/endpoints/; ``§`` is the part of the facts on Trillet that
says what its public clients found. A name is the service and its method in ``dialer.providers.trillet.api``; to place a
call is the platform client's alone.
"""

from __future__ import annotations

from dialer.providers.endpoint import table

_FLOWS, _CALL, _HISTORY = "/v1/api/call-flows", "/v1/api/call", "/v2/api/call-history"
_BATCHES, _AGENTS, _NUMBERS = "/v1/api/batch-calls", "/v1/api/agents", "/v1/api/twilio"

ENDPOINTS = table(
    (
        ("flows.create", "POST", _FLOWS, "seed 004"),
        ("flows.every", "GET", _FLOWS, "flows/call-flows/list"),
        ("calls.place", "POST", _CALL, "calls/initiate-call"),
        ("calls.web", "POST", "/v1/api/web-call", "§3.5, trillet-sdk"),
        ("calls.history", "GET", _HISTORY, "calls/call-history/list"),
        ("calls.older_history", "GET", "/v1/api/call-history", "calls/call-history/list"),
        ("calls.get", "GET", f"{_HISTORY}/{{call}}", "calls/call-history/get"),
        ("calls.export", "POST", f"{_HISTORY}/export-csv", "§3.4"),
        ("calls.recording", "GET", "/v2/api/recordings/{call}", "recordings/get"),
        ("calls.active", "GET", "/v2/api/active-calls", "active-calls/list"),
        ("calls.active_in", "GET", "/v2/api/active-calls/{room}", "active-calls/get"),
        ("batches.start", "POST", _BATCHES, "calls/batch/start"),
        ("batches.get", "GET", f"{_BATCHES}/{{batch}}", "calls/batch/overview, get-status"),
        ("batches.progress", "GET", f"{_BATCHES}/{{batch}}/status", "calls/batch/get-progress"),
        ("batches.calls", "GET", f"{_BATCHES}/{{batch}}/calls", "calls/batch/list-calls"),
        ("batches.cancel", "DELETE", f"{_BATCHES}/{{batch}}", "calls/batch/cancel"),
        ("agents.create", "POST", _AGENTS, "agents/call/create"),
        ("agents.every", "GET", _AGENTS, "agents/call/list"),
        ("agents.get", "GET", f"{_AGENTS}/{{agent}}", "agents/call/get"),
        ("numbers.every", "GET", f"{_NUMBERS}/user-phone-numbers", "calls/call-history/get-phoneNumber"),
        ("numbers.config", "GET", f"{_NUMBERS}/phone-numbers/{{number}}/config", "phone-numbers/get-config"),
        ("numbers.configure", "PUT", f"{_NUMBERS}/phone-numbers/{{number}}/config", "phone-numbers/update-config"),
        ("numbers.available", "GET", f"{_NUMBERS}/available-numbers", "phone-numbers/available-numbers"),
        ("numbers.purchase", "POST", f"{_NUMBERS}/purchase-number", "phone-numbers/purchase"),
        ("numbers.register", "POST", f"{_NUMBERS}/register-external-number", "telephony/register-externalNumber"),
    )
)
