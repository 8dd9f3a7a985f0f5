"""What the campaigns of the tests say of consent."""

from __future__ import annotations

CONSENT = {"who": "the tests", "when": "2026-11-01", "text": "they all agreed"}
CONSENT_TABLE = '[consent]\nwho = "the tests"\nwhen = 2026-11-01\ntext = "they all agreed"\n'
"""The same as a campaign file has it."""
