"""The endpoints that OpenCX documents: seed 003, the OpenAPI file of its time, and two that came later.

The methods are those of ``dialer.providers.opencx.api``; ``place`` asks for calls.
"""

from __future__ import annotations

from dialer.providers.endpoint import table

OPENAPI = "OpenAPI 2024-09-14"
LATER = "docs.open.cx, from November 2024"

ENDPOINTS = table(
    (
        ("phones.buy", "POST", "/phone/buy", "Buy"),
        ("phones.every", "GET", "/phone", OPENAPI),
        ("phones.update", "PATCH", "/phone/{phone_number_id}", OPENAPI, True),
        ("phones.delete", "DELETE", "/phone/{phone_number_id}", OPENAPI, True),
        ("calls.make", "POST", "/phone/{phone_number_id}/call", OPENAPI, True),
        ("contacts.save", "POST", "/contacts", OPENAPI),
        ("contacts.every", "GET", "/contacts", OPENAPI),
        ("contacts.update", "PATCH", "/contacts/{contact_id}", OPENAPI, True),
        ("contacts.delete", "DELETE", "/contacts/{contact_id}", OPENAPI, True),
        ("sequences.create", "POST", "/sequences", OPENAPI),
        ("sequences.get", "GET", "/sequences/{sequence_id}", OPENAPI),
        ("sequences.update", "PATCH", "/sequences/{sequence_id}", OPENAPI, True),
        ("sequences.start", "PUT", "/sequences/{sequence_id}/start", OPENAPI, True),
        ("sequences.cancel", "PUT", "/sequences/{sequence_id}/cancel", OPENAPI, True),
        ("sequences.add_contact", "POST", "/sequences/{sequence_id}/contacts", OPENAPI),
        ("sessions.every", "GET", "/chat/sessions", OPENAPI),
        ("sessions.get", "GET", "/chat/sessions/{session_id}", OPENAPI),
        ("sessions.history", "GET", "/chat/sessions/{session_id}/history", OPENAPI),
        ("phones.create", "POST", "/phone", LATER),
        ("calls.make_later", "POST", "/phone/outbound-call", LATER, True),
    )
)
