"""``[consent]``: who says that these people agreed to be called, and on what other ground the law lets one call."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from campaigns.spec.part import Jurisdiction, Part, Written

PURPOSES = ("sales", "service", "survey", "debt")
"""What calls may be for; sales are what the law is strictest with, debt has caps of its own."""


class Consent(Part):
    """An attestation for everyone of the list, or, by jurisdiction, the ground on which consent is not needed there."""

    who: Written | None = None
    when: date | None = None
    text: Written | None = None
    grounds: dict[Jurisdiction, Written] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Consent:
        said = [self.who, self.when, self.text]
        if any(said) and not all(said):
            raise ValueError("an attestation needs all of who, when and text")
        return self

    @property
    def attestation(self) -> str:
        """The attestation in one sentence; blank where there is none."""
        return f"{self.who}, {self.when}: {self.text}" if self.who else ""
