"""What a platform said of a call of its own accord: a hint, believed only where history confirms it (DESIGN §4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hint:
    """One call, as a webhook told of it.

    Which call: ``ref`` is our reference of the attempt, ``call_id`` the platform's id, ``number`` E.164. What was said:
    the ``transcript``, the ``recording``'s address, and the ``fields`` that the agent collected, as text by name.
    """

    ref: str | None = None
    call_id: str | None = None
    number: str | None = field(default=None, repr=False)
    transcript: str | None = field(default=None, repr=False)
    recording: str | None = field(default=None, repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
