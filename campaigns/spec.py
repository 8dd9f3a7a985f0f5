"""The campaign file: TOML in, a validated model out.

Every key is shown, with its meaning and default, in ``examples/campaign.toml``. Durations are written as people
say them: ``"15m"``, ``"2h"``, ``"1d"``; hours as ``"09:00-20:00"``, a list of such, or ``"closed"``, always in the
called person's local time.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    field_validator,
    model_validator,
)

from campaigns.errors import SpecRefused
from campaigns.vocabulary import PhoneType, Result

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
Window = tuple[int, int]
"""Minutes after local midnight, half-open: ``(540, 1200)`` is 09:00 up to but not including 20:00."""


def parse_duration(value: object) -> object:
    """Turn ``"90s"``, ``"15m"``, ``"2h"`` or ``"1d"`` into a timedelta; leave what is none of these to pydantic."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", value) if isinstance(value, str) else None
    if match:
        return timedelta(seconds=float(match[1]) * UNITS_S[match[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration such as "90s", "15m", "2h" or "1d"')


def parse_windows(value: object) -> object:
    """Turn ``"09:00-20:00"``, a list of such, or ``"closed"`` into windows in minutes after midnight."""
    if value == "closed":
        return ()
    if isinstance(value, tuple):
        return value
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError('write hours such as "09:00-20:00", a list of such, or "closed"')
    return tuple(parse_window(part) for part in parts)


def parse_window(text: object) -> Window:
    """Turn ``"09:00-20:00"`` into ``(540, 1200)``; ``24:00`` is the end of the day."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", text) if isinstance(text, str) else None
    if not match:
        raise ValueError('write hours such as "09:00-20:00"')
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if not 0 <= start < end <= 1440:
        raise ValueError(f'"{text}" is no span of one day: the end comes after the start, at most 24:00')
    return start, end


def write_windows(windows: tuple[Window, ...]) -> list[str]:
    """The windows as the campaign file writes them."""
    return [f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in windows]


def write_duration(duration: timedelta) -> str:
    """The duration in the largest unit that divides it: ``"15m"``, ``"2h"``, ``"1d"``."""
    seconds = duration.total_seconds()
    unit = next(unit for unit in "dhms" if seconds % UNITS_S[unit] == 0 or unit == "s")
    return f"{seconds / UNITS_S[unit]:g}{unit}"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(write_duration)]
Windows = Annotated[tuple[Window, ...], BeforeValidator(parse_windows), PlainSerializer(write_windows)]


class Part(BaseModel):
    """A table of the campaign file: frozen, and an unknown key in it is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(Part):
    """When people may be called, by their own clock; the law's hours narrow it further."""

    mon: Windows = ((540, 1200),)
    tue: Windows = ((540, 1200),)
    wed: Windows = ((540, 1200),)
    thu: Windows = ((540, 1200),)
    fri: Windows = ((540, 1200),)
    sat: Windows = ((600, 1020),)
    sun: Windows = ()

    @property
    def week(self) -> tuple[tuple[Window, ...], ...]:
        """The windows of the seven days, Monday first."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class Pace(Part):
    """How fast calls are placed: starts per second, calls at the same time, calls a day (0: no limit)."""

    per_second: float = Field(default=1.0, gt=0, le=100)
    at_once: int = Field(default=5, ge=1, le=5000)
    per_day: int = Field(default=0, ge=0)


Wait = Duration | Literal["never"]


class Retries(Part):
    """How often a contact is tried in all, and how long after a call ended the next try may be, by result.

    A result that is not named here, or is "never", ends the contact or moves on to its next number.
    """

    attempts: int = Field(default=3, ge=1, le=50)
    busy: Wait = timedelta(minutes=15)
    no_answer: Wait = timedelta(hours=2)
    declined: Wait = timedelta(days=1)
    unreachable: Wait = timedelta(hours=2)
    failed: Wait = timedelta(hours=1)
    voicemail_left: Wait = timedelta(days=1)
    voicemail_no_message: Wait = timedelta(days=1)
    silent_or_unclear: Wait = timedelta(hours=2)
    human_short: Wait = "never"
    cancelled_before_answer: Wait = "never"

    def wait_after(self, result: Result) -> timedelta | None:
        """How long after a call with this result the next try may be; None: not at all."""
        wait = getattr(self, result.value, "never")
        return wait if isinstance(wait, timedelta) else None


class Phones(Part):
    """Which phone types are never called; ``undecided`` numbers could be of a blocked type or of another."""

    blocked: frozenset[PhoneType] = frozenset(
        {PhoneType.TOLL_FREE, PhoneType.PREMIUM, PhoneType.SHARED_COST, PhoneType.UAN, PhoneType.PAGER,
         PhoneType.VOICEMAIL, PhoneType.UNKNOWN, PhoneType.NONE}
    )  # fmt: skip
    undecided: Literal["block", "allow"] = "block"


class Caps(Part):
    """How often one number may be called in any 24 hours, over all campaigns."""

    per_number_24h: int = Field(default=3, ge=1, le=50)


Jurisdiction = Annotated[str, Field(pattern=r"^(\*|[A-Z]{2}|US-[A-Z]{2})$")]
"""A country ("FR"), an American state ("US-FL"), or "*": every country that has no rows of its own."""
Written = Annotated[str, Field(min_length=1, pattern=r"\S")]
"""Words that must not be left out: they are repeated wherever the rule is."""


class OwnHours(Part):
    """Hours that this campaign keeps for one jurisdiction beside the law's; days not named stay as they are."""

    jurisdiction: Jurisdiction
    hours: Windows
    days: str = "mon-sun"
    effective_from: date | None = None
    effective_to: date | None = None
    source: Written


class OwnClosure(Part):
    """Local dates, the last included, on which nobody of one jurisdiction is called."""

    jurisdiction: Jurisdiction
    first: date
    last: date
    reason: Written

    @model_validator(mode="after")
    def _in_order(self) -> OwnClosure:
        if self.last < self.first:
            raise ValueError("the last date comes before the first")
        return self


class OwnOverride(Part):
    """A jurisdiction's rows that are set aside, and why; ``voice`` only those on live or on automated calls."""

    jurisdiction: Jurisdiction
    voice: Literal["live", "automated"] | None = None
    reason: Written


class Law(Part):
    """What the user adds to the law's calling hours, or sets aside on their own responsibility."""

    hours: tuple[OwnHours, ...] = ()
    closed: tuple[OwnClosure, ...] = ()
    override: tuple[OwnOverride, ...] = ()


class Send(Part):
    """What one of the agent's fields is filled with: a column, a fixed value, or a default where the cell is blank."""

    column: str | None = None
    value: str | None = None
    default: str = ""
    required: bool = False


class Leads(Part):
    """How the list is read, which of its people are left out, and what of it is sent.

    ``duplicates`` says what becomes of a number's later rows: skipped, merged into the first, called instead of it, or
    called too. ``running`` and ``recent_days`` are about people of this client's other campaigns.
    """

    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    sheet: str | None = None
    encoding: str | None = None
    duplicates: Literal["skip", "merge", "newest", "all"] = "skip"
    running: Literal["skip", "call"] = "skip"
    recent_days: int = Field(default=0, ge=0, le=3650)
    map: dict[str, str] = {}
    send: dict[str, Send | Literal[False]] = {}


class Breaker(Part):
    """When unclear answers stop the dialing: so many in a row rest the account, such a share pauses the campaign."""

    in_a_row: int = Field(default=3, ge=1)
    rest: Duration = timedelta(minutes=5)
    share: float = Field(default=0.05, gt=0, le=1)


class Engine(Part):
    """How results are gathered; every duration is campaign time."""

    poll_min: Duration = timedelta(seconds=2)
    poll_max: Duration = timedelta(seconds=30)
    horizon: Duration = timedelta(minutes=15)
    match_window: Duration = timedelta(minutes=2)
    longest_call: Duration = timedelta(minutes=45)
    lost_after: Duration = timedelta(minutes=60)
    breaker: Breaker = Breaker()


class Fields(Part):
    """The platform's names for what a call record says, where they differ from those we know; and its naive zone."""

    id: str | None = None
    number: str | None = None
    time: str | None = None
    status: str | None = None
    answered_by: str | None = None
    duration: str | None = None
    ref: str | None = None
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'"{zone}" is no time zone; write one such as "America/New_York"') from None
        return zone


class Platform(Part):
    """How the platform's undocumented words are read: raw word → our result or "live"; error text → meaning."""

    name: Literal["callfluent"] = "callfluent"
    words: dict[str, Result | Literal["live"]] = {}
    fields: Fields = Fields()
    errors: dict[str, Literal["rejected", "account", "not_placed"]] = {}


class Spec(Part):
    """One campaign: who calls whom, when, how fast and how often."""

    name: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")
    account: str = "default"
    agent: str | None = None
    mode: Literal["now", "cron"] = "now"
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    voice: Literal["ai", "human"] = "ai"
    holidays: frozenset[date] = frozenset()
    on_unknown: Literal["hold", "redial"] = "hold"
    leads: Leads = Leads()
    hours: Hours = Hours()
    pace: Pace = Pace()
    retries: Retries = Retries()
    phones: Phones = Phones()
    caps: Caps = Caps()
    law: Law = Law()
    engine: Engine = Engine()
    platform: Platform = Platform()

    @model_validator(mode="after")
    def _fits_together(self) -> Spec:
        if self.start and self.end and self.end <= self.start:
            raise ValueError("end: the campaign ends before it starts")
        if not any(self.hours.week):
            raise ValueError("hours: every day is closed, so nobody could ever be called")
        waits = [wait for result in Result if (wait := self.retries.wait_after(result)) is not None]
        if waits and min(waits) < self.engine.match_window:
            raise ValueError("retries: a wait is shorter than engine.match_window, so two calls could be mixed up")
        return self


def parse_spec(text: str, origin: str) -> Spec:
    """Read a campaign file's text; ``origin`` names it in errors.

    Raises SpecRefused with one line per fault: where, what, and for an unknown key the nearest known one.
    """
    try:
        return Spec.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SpecRefused(f"{origin}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise SpecRefused("\n".join(_fault(origin, fault) for fault in error.errors())) from error


def load_spec(path: Path) -> Spec:
    """Read the campaign file at ``path``; raises SpecRefused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SpecRefused(f"{path}: no such campaign file; `dialer init LIST` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SpecRefused(f"{path}: cannot be read: {error}") from error
    return parse_spec(text, str(path))


def dump_spec(spec: Spec) -> dict[str, Any]:
    """The spec as plain JSON, as the ledger keeps it; ``Spec.model_validate`` reads it back."""
    return spec.model_dump(mode="json")


def _fault(origin: str, fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] != "extra_forbidden":
        message = str(fault["msg"]).removeprefix("Value error, ")
        return f"{origin}: {where}: {message}" if where else f"{origin}: {message}"
    near = difflib.get_close_matches(str(fault["loc"][-1]), sorted(_keys(Spec)), n=1, cutoff=0.5)
    hint = f'; did you mean "{near[0]}"?' if near else "; examples/campaign.toml shows every key"
    return f"{origin}: {where}: there is no such key{hint}"


def _keys(model: type[BaseModel]) -> set[str]:
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys |= _keys(part)
    return keys


def describe_moment(moment: datetime) -> str:
    """An instant as a person reads it: ``2026-11-23 09:00 -05:00``."""
    return moment.strftime("%Y-%m-%d %H:%M ") + f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:5]
