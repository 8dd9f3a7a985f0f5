"""How the user says that call records are to be read, on any platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from campaigns.spec import Fields, Platform
from dialer.providers.outcomes import Meaning, squash


@dataclass(frozen=True, slots=True)
class Reading:
    """How the user says the history is to be read: words by their squashed form, names, the zone of naive times."""

    words: Mapping[str, Meaning]
    fields: Fields
    zone: ZoneInfo

    @classmethod
    def of(cls, platform: Platform) -> Self:
        """The reading that ``[platform]`` declares."""
        words = {squash(word): meaning for word, meaning in platform.words.items()}
        return cls(words, platform.fields, ZoneInfo(platform.fields.zone))
