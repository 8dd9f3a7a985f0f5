"""What a campaign's file says that decides who may be called, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Literal

from campaigns.errors import SpecRefused
from campaigns.rules.facts import Closure, Override
from campaigns.rules.hours import ALWAYS_FROM, ALWAYS_TO, HoursRow, hours_table, parse_days
from campaigns.spec import Caps, Limit, OwnHours, OwnOverride, Spec, Window
from campaigns.vocabulary import PhoneType


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's own rules; the law's come on top. Hashable, so that what follows from it is worked out once.

    ``week`` holds seven days' windows, Monday first, in minutes after local midnight; ``closed`` are local dates
    without calls; ``start`` and ``end`` bound the campaign, half-open. ``limits`` are its own caps; ``own`` are hours
    kept beside the law's, ``overrides`` what of the law was set aside, ``closures`` where nobody is called for a while.
    ``attestation`` says that everyone consented, ``grounds`` (jurisdiction, words) why consent is not needed there.
    ``look_up``: the type of a phone that could be blocked is asked for before its call.
    """

    week: tuple[tuple[Window, ...], ...]
    closed: frozenset[date] = frozenset()
    blocked: frozenset[PhoneType] = frozenset()
    allow_undecided: bool = False
    look_up: bool = False
    start: datetime | None = None
    end: datetime | None = None
    limits: tuple[Limit, ...] = Caps().limits
    voice: Literal["ai", "human"] = "ai"
    purpose: str = "sales"
    attestation: str = ""
    grounds: tuple[tuple[str, str], ...] = ()
    own: tuple[HoursRow, ...] = ()
    overrides: tuple[Override, ...] = ()
    closures: tuple[Closure, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        """Work the hash out once: it is asked for at every look-up of what follows from these rules."""
        values = (getattr(self, each.name) for each in fields(self) if each.compare)
        object.__setattr__(self, "_hash", hash(tuple(values)))

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def from_spec(
        cls, spec: Spec, closures: Iterable[Closure] = (), agent_blocks: Iterable[PhoneType] = (), *,
        look_up: bool = False,
    ) -> Rules:  # fmt: skip
        """The rules of a campaign file, with ``closures`` that hold for every campaign, and what the agent blocks.

        Raises SpecRefused where ``[law]`` sets aside what is not there, or speaks of no day.
        """
        closed = [Closure(each.jurisdiction, each.first, each.last, each.reason) for each in spec.law.closed]
        return cls(
            week=spec.hours.week,
            closed=spec.holidays,
            blocked=spec.phones.blocked.union(agent_blocks),
            allow_undecided=spec.phones.undecided == "allow",
            look_up=look_up,
            start=spec.start,
            end=spec.end,
            limits=spec.caps.limits,
            voice=spec.voice,
            purpose=spec.purpose,
            attestation=spec.consent.attestation,
            grounds=tuple(spec.consent.grounds.items()),
            own=tuple(_own(each) for each in spec.law.hours),
            overrides=tuple(_override(each) for each in spec.law.override),
            closures=(*closed, *closures),
        )


def _own(hours: OwnHours) -> HoursRow:
    _known(hours.jurisdiction, "law.hours")
    try:
        days = parse_days(hours.days)
    except ValueError as error:
        raise SpecRefused(f"law.hours: days: {error}") from error
    return HoursRow(
        jurisdiction=hours.jurisdiction,
        effective_from=hours.effective_from or ALWAYS_FROM,
        effective_to=hours.effective_to or ALWAYS_TO,
        voice="live",
        days=days,
        windows=hours.hours,
        clock="",
        calendars=(),
        source=hours.source,
        certainty="own",
    )


def _override(said: OwnOverride) -> Override:
    _known(said.jurisdiction, "law.override")
    rows = hours_table().get(said.jurisdiction, ())
    if said.voice and said.rule != "hours":
        raise SpecRefused(f'law.override: voice is for hours only; leave it out with rule = "{said.rule}"')
    if rows and said.voice and said.voice not in {row.voice for row in rows}:
        raise SpecRefused(
            f"law.override: there are no rows of {said.jurisdiction} on {said.voice} calls; see `dialer rules show`"
        )
    return Override(said.jurisdiction, said.voice, said.reason, said.rule)


def _known(jurisdiction: str, where: str) -> None:
    if jurisdiction.startswith("US-") and jurisdiction not in hours_table():
        raise SpecRefused(f'{where}: "{jurisdiction}" is no American state; write "US-FL", or a country such as "FR"')
