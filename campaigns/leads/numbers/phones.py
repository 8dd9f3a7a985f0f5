"""The text of one cell becomes phone numbers, or a reason why it does not.

Facts and measured traps: ecosystem study §4.3. A number counts without its extension, for none can be dialed through.
Excel's floats become digits before the library sees them: as German, ``4930123456.0`` is another person's valid number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from phonenumbers import SUPPORTED_REGIONS

from campaigns.leads.lead import Phone, Refusal
from campaigns.leads.numbers import library
from campaigns.leads.numbers.advice import either, quoted, refuse, shortened
from campaigns.leads.numbers.prose import is_fax, phones_among
from campaigns.leads.numbers.tables import read
from campaigns.leads.reading.cells import ERRORS, NO_VALUE
from campaigns.vocabulary import PhoneType, Reason

BLANK = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nil", "nan", "unknown", "?"})
BETWEEN = re.compile(r"\s[,/]\s|[;|&\t\r\n]|\b(?:or|and|oder|und|ou|et|y)\b|\s(?=\+)")
"""What stands between two numbers."""
PERHAPS_BETWEEN = re.compile(r"[,/]")
"""What stands there, or within one number: ``030/1234567``."""
PLAIN = re.compile(r"\+?[0-9 ().-]*")
"""What surely holds none of these, and is told sooner than by a search for them."""
SEPARATOR = re.compile(f"({BETWEEN.pattern}|{PERHAPS_BETWEEN.pattern})")
FRACTION = re.compile(r"\.0+[^\S\n]*$", re.MULTILINE)
INTEGER = re.compile(r"[^\d\n]*\d{5,}")
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
SCIENTIFIC = re.compile(r"(\+?)(\d)(?:[.,](\d+))?\s*[eE]\s*\+?(\d{1,2})")
EXTENSION = re.compile(r"(?i)(?<=\d)\s*(?:;\s*)?(?:ext(?:ensi[oó]n|n)?|x|#)[\W_]{0,3}\d{1,7}$")
START = re.compile(r"[+\d]")
BARE = re.compile("[1-9][0-9]+")
EXIT = re.compile(r"0\D*0\D*(?=[1-9])")
"""00, which lists write for + whatever is dialed in their country."""

MIN_DIGITS = 7
"""A part of a cell with fewer digits is no number of its own: ``030/1234567`` is one number."""
ALONE_DIGITS = 9
"""A part with fewer digits may lack the area code that stands elsewhere in its cell."""
MAX_DIGITS = 15
AREA_CODE = 4
"""So many digits has a dial code with an American area code: ``1-242``."""
MAX_CHARS = 250
LONGEST_CELL = 10_000  # of more, nothing is looked at, for so long a text is refused as it is

NO_NUMBER = Refusal(Reason.NO_NUMBER, "The row has no phone number.")
SPELLED = (PhoneType.TOLL_FREE, PhoneType.SHARED_COST, PhoneType.PREMIUM, PhoneType.UAN)
"""Outside of +1 only such numbers are spelled as words; to the library ``030 123456 privat`` is one number, too."""

Found = tuple[Phone, ...] | Refusal


def tidied(text: str) -> str:
    """A cell, or many with line breaks between them, in plain characters and without Excel's ``.0``."""
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return FRACTION.sub(_unless_dotted, text)


def _unless_dotted(fraction: re.Match[str]) -> str:
    """Nothing in place of a number's ``.0``; ``202.555.0`` is no number with a fraction."""
    line_start = fraction.string.rfind("\n", 0, fraction.start()) + 1
    return "" if INTEGER.fullmatch(fraction.string, line_start, fraction.start()) else fraction[0]


@lru_cache(maxsize=65_536)
def read_phones(text: str, country: str | None) -> Found:
    """Every valid number of a cell, in order, each once; ``country`` (ISO code) is for numbers without a ``+``."""
    cell = tidied(text[:LONGEST_CELL]).strip().lstrip("'").strip()
    if cell.casefold() in BLANK:
        return NO_NUMBER
    if len(cell) > MAX_CHARS:
        return Refusal(Reason.BAD_NUMBER, f"{quoted(cell)} is too long for a phone number.")
    if cell == NO_VALUE:
        return Refusal(Reason.NO_NUMBER, "The cell holds a formula without a stored result.", "Save it again in Excel.")
    if cell.upper() in ERRORS:
        return Refusal(Reason.NO_NUMBER, f"The cell holds the error {cell}.", "Mend the formula, or type the number.")
    separators = () if PLAIN.fullmatch(cell) or not SEPARATOR.search(cell) else (BETWEEN, PERHAPS_BETWEEN)
    return _read_several(cell, country, separators)


def _read_several(text: str, country: str | None, separators: tuple[re.Pattern[str], ...]) -> Found:
    if not separators or SCIENTIFIC.fullmatch(text):
        return _read_part(text, country)
    separator, rest = separators[0], separators[1:]
    pieces = separator.split(text)
    if len(pieces) == 1:
        return _read_several(text, country, rest)
    parts = [part.strip() for part in pieces if _count(part) >= MIN_DIGITS]
    if len(parts) > 1:
        return _all_of([_read_several(part, country, rest) for part in parts if _is_complete(part, parts[0])])
    whole = _read_several(text, country, rest)
    if isinstance(whole, Refusal) and parts and text != parts[0] and _count(parts[0]) >= ALONE_DIGITS:
        return _all_of([whole, _read_several(parts[0], country, rest)])
    return whole


def with_prefix(cell: str, prefix: str) -> str:
    """The cell as it reads behind the dial code of another column: ``49``, ``+49``, ``0049``, ``49.0``, ``1-242``.

    A number with its own ``+`` or ``00`` stays as it is, and one that holds the dial code already gets but the ``+``; a
    trunk zero may stand between, for the library drops it. A blank or strange ``prefix`` changes nothing.
    """
    code = _dial_code(prefix)
    if not code:
        return cell
    if cell.isdecimal() and cell.isascii() and not cell.startswith(("00", code)) and len(code) < AREA_CODE:
        return f"+{code}{cell}"
    parts = SEPARATOR.split(tidied(cell))
    if sum(_count(part) >= MIN_DIGITS for part in parts) < 2:
        return _behind(code, "".join(parts))
    return "".join(_behind(code, part) if _count(part) >= MIN_DIGITS else part for part in parts)


@lru_cache(maxsize=4096)
def _dial_code(prefix: str) -> str:
    code = re.fullmatch(r"(?:\+|00)?([1-9]\d{0,3})(?:\.0+)?", re.sub(r"[\s()-]", "", tidied(prefix)))
    return code[1] if code else ""


def _behind(code: str, text: str) -> str:
    label, number = _split(_expanded(text.strip()) or text)
    if not number or number.startswith("+") or EXIT.match(number) or SCIENTIFIC.fullmatch(number):
        return text
    joined = f"{label}+{code}{number}"
    others = [f"+{number}"] if number.startswith(code) else []
    others += [f"+{code[0]}{number}"] if len(code) == AREA_CODE else []
    if not others or read(f"+{code}{number}", None):
        return joined
    return next((label + other for other in others if read(other, None)), joined)


def _read_part(text: str, country: str | None) -> Found:
    lettered = any(map(str.isalpha, text))
    expanded = _expanded(text) if lettered else text
    if expanded is None:
        return shortened(text)
    label, number = _split(expanded)
    if not number:
        return Refusal(Reason.BAD_NUMBER, f"{quoted(text)} is not a phone number.")
    if lettered or "#" in number:
        number = EXTENSION.sub("", number)
    worded = lettered and any(map(str.isalpha, number))
    if (worded or _count(number) > MAX_DIGITS) and (phones := phones_among(label + number, country)):
        return phones
    if lettered and is_fax(label + number):
        return Refusal(Reason.BAD_NUMBER, f"{quoted(text)} is a fax number.")
    answer = _spelled(number, country) if worded else _written(number, country)
    return (answer,) if isinstance(answer, Phone) else answer or refuse(text, number, country)


def _spelled(number: str, country: str | None) -> Phone | None:
    phone = read(number, country)
    return phone if phone and (phone.e164.startswith("+1") or phone.types[0] in SPELLED) else None


def _written(number: str, country: str | None) -> Phone | Refusal | None:
    """The number's one reading: the library's own, or one that mends what people and Excel do to numbers."""
    own = read(number, country)
    if leaving := EXIT.match(number):
        abroad = read("+" + number[leaving.end() :], None)
        if own and abroad and own != abroad and _leaves(number, country):
            return either(number, own, abroad)
        return abroad or own
    if own is None and "(0)" in number:
        return read(number.replace("(0)", ""), country)
    if own is None and country and BARE.fullmatch(number):
        padded, foreign = read("0" + number, country), read("+" + number, None)
        return either(number, padded, foreign) if padded and foreign else padded
    return own


def _leaves(number: str, country: str | None) -> bool:
    """Whether the number begins with the country's own international prefix, of another kind than 00."""
    prefix = library.plan_of(country).international_prefix if country in SUPPORTED_REGIONS else None
    digits = re.sub(r"\D", "", number)
    match = re.match(prefix, digits) if prefix else None
    return match is not None and not digits.startswith("0", match.end())


def _expanded(text: str) -> str | None:
    """``1.2025550123E+10`` as digits, None where some are lost; any other text as it is."""
    match = SCIENTIFIC.fullmatch(text)
    if not match:
        return text
    digits = match[2] + (match[3] or "")
    return match[1] + digits if len(digits) == int(match[4]) + 1 else None


def _split(text: str) -> tuple[str, str]:
    """What stands before a number, and the number."""
    start = START.search(text)
    return (text[: start.start()], text[start.start() :]) if start else (text, "")


def _is_complete(part: str, first: str) -> bool:
    """Whether a further number of a cell is whole: ``030 1234567 / 7654321`` leaves the area code out."""
    return _count(part) >= _count(first) - 1 or _split(part)[1].startswith(("+", "0"))


def _all_of(answers: list[Found]) -> Found:
    phones = {phone.e164: phone for answer in answers if not isinstance(answer, Refusal) for phone in answer}
    return tuple(phones.values()) or next(answer for answer in answers if isinstance(answer, Refusal))


def _count(text: str) -> int:
    return sum(map(str.isdigit, text))
