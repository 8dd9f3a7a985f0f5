"""What a list's columns say of consent: given, refused, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.leads.answers import refuses, says_nothing
from campaigns.leads.lead import GIVEN, REFUSED


def consent_in(said: Sequence[tuple[str, str]]) -> str:
    """What the cells below headers of consent say together, as ``Lead.consent`` has it; ``said``: (header, cell).

    One "no" refuses, whatever else is there; any other filled cell, such as a date or the words that were agreed to,
    gives consent.
    """
    filled = [(header, cell.strip()) for header, cell in said if not says_nothing(cell)]
    if not filled:
        return ""
    word = REFUSED if any(refuses(cell) for _, cell in filled) else GIVEN
    return f"{word}: " + ", ".join(f'{header} "{cell}"' for header, cell in filled)


def consent_of(said: str | None) -> bool | None:
    """Whether what a list says of consent, as ``Lead.consent`` has it, gives or refuses it; None: it says nothing."""
    return said.startswith(GIVEN) if said else None
