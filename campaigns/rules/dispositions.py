"""What the collected fields of a call's record say, in our words.

Which of them carry a disposition or a time to call back, and what the values mean, ``[outcomes]`` of the campaign file
says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.rules.collected import collected, named, plain
from campaigns.spec import KNOWN, Action, Outcomes


@dataclass(frozen=True, slots=True)
class Said:
    """What was collected in a call: the raw disposition, what it asks for, and the raw time to call back."""

    disposition: str | None = None
    action: Action | None = None
    callback: str | None = None


NOTHING_SAID = Said()


def said_in(record: Mapping[str, Any], disposition: str | None, outcomes: Outcomes, sent: Mapping[str, str]) -> Said:
    """Read the collected fields that ``[outcomes]`` names; ``disposition`` is the platform's own where none is there.

    What the record only repeats of the fields ``sent`` was not collected. A time to call back without a disposition
    asks for a callback.
    """
    own = frozenset((plain(name), value.strip()) for name, value in sent.items())
    told = named(record)
    word = collected(told, outcomes.disposition, own) or disposition
    if word and any((plain(name), word) in own for name in outcomes.disposition):
        word = None
    callback = collected(told, outcomes.callback_at, own)
    action = None
    if word:
        means = {plain(value): action for value, action in {**KNOWN, **outcomes.values}.items()}
        action = means.get(plain(word))
    return Said(word, action or ("callback" if callback else None), callback)
