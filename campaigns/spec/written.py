"""Settings as a person would write them, and where two campaign files differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.spec.campaign import Spec

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that stands otherwise in the second of two campaign files."""

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.key}: {self.before} → {self.after}"

    @property
    def table(self) -> str:
        """The table it is in, or the key itself where it is in none."""
        return self.key.partition(".")[0]


def written(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The settings of a campaign file as JSON, one line each; what is not set is left out."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from written(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            nothing = "closed" if prefix == "hours." else "none"
            yield f"{prefix}{key}", ", ".join(sorted(str(item) for item in value)) or nothing
        elif value is not None:
            yield f"{prefix}{key}", str(value)


def differences(before: Spec, after: Spec) -> list[Difference]:
    """What stands otherwise in ``after``, in the order of the campaign file."""
    old, new = (dict(written(spec.model_dump(mode="json"))) for spec in (before, after))
    keys = dict.fromkeys((*old, *new))
    pairs = ((key, old.get(key, NOTHING), new.get(key, NOTHING)) for key in keys)
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
