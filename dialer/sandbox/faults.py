"""What goes wrong on the practice platform, and how often: a TOML file, given with ``--faults``; without one, nothing.

docs/sandbox.md shows a whole file. Tables ``make_call`` and ``history`` have the endpoint's answers: ``before`` is what
is answered instead of doing anything, ``after`` what is answered though the work was done. ``history.records`` is what
``distortion`` does to call records.

What goes wrong is drawn from the seed: for make-call from the number and how often it was asked for, for the history
from how often it was read. The log says what was done: ``fault`` names it, ``placed`` says that there was a call.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialer.errors import SettingsRefused

Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answers(_Table):
    """Shares of requests by the answer they get; ``mishap`` gives it."""

    error: Share = 0.0
    reset: Share = 0.0
    hang: Share = 0.0
    half_body: Share = 0.0
    garbage: Share = 0.0
    bad_gateway: Share = 0.0
    refusal: Share = 0.0
    too_many: Share = 0.0
    too_many_wait: Share = 0.0


class Trouble(_Table):
    """One endpoint's."""

    before: Answers = Answers()
    after: Answers = Answers()
    slow: Share = 0.0
    slow_s: float = Field(default=2.0, ge=0)

    @model_validator(mode="after")
    def _at_most_all(self) -> Trouble:
        if sum(share for _, _, share in self.kinds()) > 1 + 1e-9:
            raise ValueError("the shares of before and after come to more than 1")
        return self

    def kinds(self) -> list[tuple[str, bool, float]]:
        """Each answer, whether the work is done all the same, and its share."""
        return [
            (kind, done, share) for done, table in ((False, self.before), (True, self.after)) for kind, share in table
        ]


class Records(_Table):
    """What the history does with call records; ``distortion`` says how."""

    lag_s: float = Field(default=0.0, ge=0)
    lost: Share = 0.0
    repeated: Share = 0.0
    reordered: Share = 0.0
    page_size: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] = (50, 50)
    names: Literal["usual", "camel", "foreign"] = "usual"
    numbers: Literal["usual", "spaced", "digits", "national"] = "usual"
    times: Literal["usual", "epoch", "milliseconds", "naive", "unreadable"] = "usual"
    without_number: Share = 0.0
    without_time: Share = 0.0


class History(Trouble):
    """The history's: its answers, and what stands in them."""

    records: Records = Records()


class Faults(_Table):
    """Everything that goes wrong."""

    make_call: Trouble = Trouble()
    history: History = History()


@dataclass(frozen=True, slots=True)
class Fault:
    """One request's: ``kind`` of answer, None for the good one; ``done``: the work is done; ``late_s`` real seconds."""

    kind: str | None
    done: bool
    late_s: float


def read_faults(path: Path) -> Faults:
    """Read a file of faults; raises SettingsRefused."""
    try:
        return Faults.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = error.errors()[0] if isinstance(error, ValidationError) else None
        text = f"{'.'.join(map(str, why['loc']))}: {why['msg']}" if why else str(error)
        raise SettingsRefused(f"the faults file {path} cannot be used: {text}") from error


class Dice:
    """Draws what goes wrong with a request; the same for the same requests in the same order."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self._faults, self._seed = faults, seed
        self._times: Counter[str] = Counter()

    def of_call(self, number: str) -> Fault | None:
        """What goes wrong with a request to call this number."""
        return self._drawn(self._faults.make_call, number)

    def of_history(self) -> Fault | None:
        """What goes wrong with a reading of the history."""
        return self._drawn(self._faults.history, "history")

    def _drawn(self, trouble: Trouble, key: str) -> Fault | None:
        self._times[key] += 1
        dice = random.Random(f"{self._seed}:fault:{key}:{self._times[key]}")  # noqa: S311  (practice, not a secret)
        late_s = trouble.slow_s if dice.random() < trouble.slow else 0.0
        fate = dice.random()
        for kind, done, share in trouble.kinds():
            if fate < share:
                return Fault(kind, done, late_s)
            fate -= share
        return Fault(None, True, late_s) if late_s else None
