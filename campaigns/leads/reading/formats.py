"""What a workbook's number formats show: ``00000`` keeps a ZIP code's zero, ``dd.mm.yyyy`` a date's order.

Source: ECMA-376 part 1, §18.8.30 (built-in formats) and §18.8.31 (format codes). Formats that would hide digits which a
phone number needs, and ones too rare to be worth it (fractions, conditions, exponents), are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from campaigns.leads.reading.cells import EXACT, Value, displayed

Show = Callable[[Value], str]

BUILT_IN = {
    **{2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **{15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss"},
}
AMERICAN = {14: "m/d/yyyy", 22: "m/d/yyyy h:mm"}
"""What these built-in formats show depends on whose computer shows them; this is what an American one does."""

PHONE_SIZED = 10**6
"""Whole numbers from here on may be phone numbers: separators and decimals would only make them unreadable."""

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<blank>_.|\*.)|\[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[0-9A-F]+))?[^\]]*\]'
    r"|(?P<colour>\[(?:[a-z]{3,}|color ?\d+)\])|(?P<date>AM/PM|A/P|y+|m+|d+|h+|s+(?:\.0+)?|\[(?:h+|m+|s+)\])"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]+)?|\.[0#?]+)|(?P<percent>%)|(?P<plain>[^A-Za-z\[\]@;*_\\])",
    re.IGNORECASE | re.DOTALL,
)
SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)', re.DOTALL)
ENGLISH = 9
"""The language part of every English locale's number."""

MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
PARTS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: f"{at.year:04d}",
    "yy": lambda at: f"{at.year % 100:02d}",
    "mmmm": lambda at: MONTHS[at.month - 1],
    "mmm": lambda at: MONTHS[at.month - 1][:3],
    "mm": lambda at: f"{at.month:02d}",
    "m": lambda at: str(at.month),
    "dddd": lambda at: DAYS[at.weekday()],
    "ddd": lambda at: DAYS[at.weekday()][:3],
    "dd": lambda at: f"{at.day:02d}",
    "d": lambda at: str(at.day),
    "hh": lambda at: f"{at.hour:02d}",
    "h": lambda at: str(at.hour),
    "hh12": lambda at: f"{(at.hour + 11) % 12 + 1:02d}",
    "h12": lambda at: str((at.hour + 11) % 12 + 1),
    "minutes": lambda at: f"{at.minute:02d}",
    "minute": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02d}",
    "s": lambda at: str(at.second),
    "am/pm": lambda at: "AM" if at.hour < 12 else "PM",
    "a/p": lambda at: "A" if at.hour < 12 else "P",
}
MONTH_NAMES = ("m", "mm", "mmm", "mmmm")
LONGER = {"y": "yy", "yyy": "yyyy", "mmmmm": "mmm"}
"""Spellings of parts that show the same."""


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a format: ``text`` shown as it is, ``digits`` or a part of a ``date`` to be filled in."""

    kind: str
    text: str


def shown_by(code: str) -> Show | None:
    """How values are shown in cells with this format code; None: as they are without any format."""
    sections = [_tokens(section) for section in SECTION.findall(code)]
    first = sections[0] if sections else None
    if not first:
        return None
    if any(token.kind == "date" for token in first):
        return _date(first)
    # the fourth section is for text, which is shown as it is
    return _number(first, sections[1:3])


def _cached(show: Show) -> Show:
    """The same values come again and again: dates above all."""
    return lru_cache(maxsize=1 << 14, typed=True)(show)


def _tokens(section: str) -> list[Token] | None:
    tokens: list[Token] = []
    at = 0
    while at < len(section):
        match = TOKEN.match(section, at)
        if match is None:
            return None
        at = match.end()
        if kind := next((kind for kind in ("date", "digits", "percent", "locale") if match[kind]), None):
            tokens.append(Token(kind, match[kind].lower()))
        if text := next(
            (match[kind] for kind in ("quoted", "escaped", "currency", "plain", "percent") if match[kind]), ""
        ):
            tokens.append(Token("text", text))
    return tokens


def _date(tokens: list[Token]) -> Show | None:
    names = _part_names([token.text for token in tokens if token.kind == "date"])
    foreign = any(token.kind == "locale" and int(token.text, 16) & 0x3FF != ENGLISH for token in tokens)
    if any(name not in PARTS for name in names) or (foreign and {"mmm", "mmmm", "ddd", "dddd"} & set(names)):
        return _elapsed if names[:1] == ["[h]"] else None
    filled = iter(names)
    pieces = [PARTS[next(filled)] if token.kind == "date" else token.text for token in tokens if token.kind != "locale"]
    needs_day = any(name[0] in "yd" or name in MONTH_NAMES for name in names)

    def show(value: Value) -> str:
        if isinstance(value, datetime):
            at = value
        elif isinstance(value, date):
            at = datetime.combine(value, time())
        elif isinstance(value, time) and not needs_day:
            at = datetime.combine(date.min, value)
        else:
            return displayed(value)
        return "".join(piece if isinstance(piece, str) else piece(at) for piece in pieces).strip()

    return _cached(show)


def _part_names(written: list[str]) -> list[str]:
    """The parts' names in PARTS: ``m`` next to hours or before seconds is minutes, hours with AM/PM count to twelve."""
    names: list[str] = []
    twelve = any(part in ("am/pm", "a/p") for part in written)
    for part, before, after in zip(written, ["", *written], [*written[1:], ""], strict=False):
        if part in ("m", "mm") and (before.startswith(("h", "[h")) or after.startswith("s")):
            names.append("minute" if part == "m" else "minutes")
        elif part[0] == "h":
            names.append(part + ("12" if twelve else ""))
        elif part[0] in "ymd":
            names.append(LONGER.get(part, part))
        else:
            names.append(part.partition(".")[0])
    return names


def _elapsed(value: Value) -> str:
    """Hours that may be more than a day's: ``[h]:mm:ss``."""
    if not isinstance(value, timedelta):
        return displayed(value)
    seconds = round(value.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number(tokens: list[Token], others: list[list[Token] | None]) -> Show | None:
    digits = "".join(token.text for token in tokens if token.kind == "digits")
    texts = "".join(token.text for token in tokens if token.kind == "text")
    bare = not texts.strip("()-. ")
    plain = (bare and set(digits) <= {"#"}) or (not texts and digits == "0")
    scaled = "," in texts or any(token.kind == "digits" and token.text.endswith(",") for token in tokens)
    if not digits or plain or scaled or "/" in texts:
        return None
    if not texts and set(digits) == {"0"}:
        return _padded(len(digits))
    negative = others[0] if others and others[0] and any(token.kind == "digits" for token in others[0]) else None

    def show(value: Value) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < EXACT:
            return displayed(value)
        if bare and not texts and {",", "."} & set(digits) and abs(value) >= PHONE_SIZED and value == int(value):
            return displayed(value)
        number = Decimal(repr(value))
        if number >= 0:
            return _filled(tokens, number)
        return _filled(negative, -number) if negative else "-" + _filled(tokens, -number)

    return _cached(show)


def _padded(width: int) -> Show:
    """Leading zeros: ``00000``."""

    def show(value: Value) -> str:
        if isinstance(value, float) and 0 <= value < EXACT and value.is_integer():
            return f"{int(value):0{width}d}"
        return displayed(value)

    return show


def _filled(tokens: list[Token], number: Decimal) -> str:
    """The tokens with the number's digits in the places for them, filled from the right."""
    number *= 100 ** sum(token.kind == "percent" for token in tokens)
    masks = [token.text for token in tokens if token.kind == "digits"]
    places = len(masks[-1].partition(".")[2])
    whole, _, fraction = str(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)).partition(".")
    pieces: list[str] = []
    for token in reversed(tokens):
        if token.kind == "text":
            pieces.append(token.text)
        if token.kind != "digits":
            continue
        mask = token.text.partition(".")[0]
        masks.pop()
        width = len(mask.replace(",", ""))
        part = whole if not masks else whole[-width:]
        whole = whole[: len(whole) - len(part)]
        part = ("" if part == "0" else part).rjust(len(mask.replace(",", "").lstrip("#?")), "0")
        pieces.append((f"{int(part or 0):,}" if "," in mask else part) + _fraction(token.text, fraction))
    return "".join(reversed(pieces)).strip()


def _fraction(mask: str, fraction: str) -> str:
    needed = mask.partition(".")[2].count("0")
    kept = fraction[:needed] + fraction[needed:].rstrip("0") if "." in mask else ""
    return f".{kept}" if kept else ""
