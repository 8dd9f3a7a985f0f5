"""CallFluent's ten lists of constants (seed 000, Constants §1-§10), as data, looked up both ways.

A word is found by its value, its label or what else it is called: ``tones.value("professional")`` is
``"a Professional"``, ``timezones.value("America/New_York")`` is ``"UTC-04:00"``. A time zone's value is the name of an
entry and no offset: 18 of the 34 are wrong for part of the year or all of it, so no hours are ever computed from one.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

NEAREST = 3


class UnknownWord(ValueError):
    """A word that is on none of CallFluent's lists; the message names the nearest ones."""


@dataclass(frozen=True, slots=True)
class Constant:
    """One entry: the value that is sent, its label, and where the list has them, its word, zone and description."""

    value: str
    label: str
    word: str = ""
    zone: str = ""
    description: str = ""

    def names(self) -> Iterator[str]:
        """Everything the entry may be called."""
        yield from filter(None, (self.value, self.label, self.word, self.zone))
        if self.zone:
            yield self.label.removesuffix(self.value).strip()


@dataclass(frozen=True, slots=True)
class Constants:
    """One list."""

    name: str
    entries: tuple[Constant, ...]

    def find(self, word: str) -> Constant:
        """The entry of that name, in any case; raises UnknownWord with the nearest names."""
        known = self._known()
        found = known.get(_squash(word))
        if found is None:
            near = difflib.get_close_matches(_squash(word), known, n=NEAREST, cutoff=0.4)
            nearest = [known[name] for name in near] or self.entries[:NEAREST]
            names = dict.fromkeys(entry.label for entry in nearest)
            raise UnknownWord(f'"{word}" is none of CallFluent\'s {self.title}; the nearest: {", ".join(names)}')
        return found

    def value(self, word: str) -> str:
        """What is sent for a word; raises UnknownWord."""
        return self.find(word).value

    def label(self, value: str) -> str:
        """What a value is called; raises UnknownWord."""
        return self.find(value).label

    @property
    def title(self) -> str:
        """The list's name as people write it."""
        return self.name.replace("_", " ")

    def _known(self) -> dict[str, Constant]:
        # An entry's own value goes before what another one is called: "en" is English, whatever else is spelled so.
        known = {_squash(name): entry for entry in reversed(self.entries) for name in entry.names()}
        return known | {_squash(entry.value): entry for entry in self.entries}


@cache
def constants() -> Mapping[str, Constants]:
    """Every list by its name, in the documents' order."""
    text = resources.files(__package__).joinpath("data/constants.json").read_text(encoding="utf-8")
    return {name: Constants(name, tuple(Constant(**row) for row in rows)) for name, rows in json.loads(text).items()}


def phone_types(words: str) -> str:
    """``blocked_phone_types`` as it is sent, ``"1,2,3"``, of ids or words with commas between; raises UnknownWord."""
    parts = [part.strip() for part in words.split(",") if part.strip()]
    return ",".join(dict.fromkeys(constants()["phone_types"].value(part) for part in parts))


def _squash(word: str) -> str:
    return " ".join(word.replace("_", " ").lower().split())
