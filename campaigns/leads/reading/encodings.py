"""Finds out how a text is encoded, and never reads a byte it does not understand.

Order (ecosystem study §4.2): byte order mark, UTF-16 by its NUL bytes, strict UTF-8, then a guess, which is reported as
one. For guesses charset-normalizer tells the scripts apart; among Latin ones it errs, so there Windows-1252 is taken.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from campaigns.errors import ListRefused
from campaigns.leads.reading.archives import CHUNK, Source

HEAD = 1 << 16
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FOREIGN = [
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "cp874"),
    *("cp1251", "koi8_r", "iso8859_5", "cp866", "mac_cyrillic"),
    *("cp1253", "iso8859_7", "cp1255", "iso8859_8", "cp1256", "iso8859_6"),
]
"""Encodings of scripts other than Latin, asked of charset-normalizer."""

LATIN = ("cp1252", "cp1250", "mac_roman", "cp850")
APOSTROPHES = "\u2019\u2018\u00b4\u00b7\u00a0\u2013"
"""What stands in Windows-1252 texts next to letters: ``O’Brien``, ``Paral·lel``."""

ODD = 0.3
"""The share of impossible letters above which a text is not taken for Windows-1252."""

SAMPLE_BYTES = 1 << 16
SAMPLE_LINES = 400
OR_SAY = 'or say what it is: check and init take --encoding cp1250, a campaign file encoding = "cp1250"'
ADVICE = f'save it as "CSV UTF-8", {OR_SAY}'


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text's encoding by Python's name for it.

    Where it was ``guessed``, some lines with foreign letters as decoded; ``longest_line``: no line has more characters.
    """

    name: str
    guessed: tuple[str, ...] = ()
    longest_line: int = 0


def encoding_of(source: Source, wanted: str | None) -> Encoding:
    """The encoding in which the whole text can be read: the ``wanted`` one, or the one that is found.

    Raises ListRefused where there is none, and for NUL characters.
    """
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), None)
    if wanted:
        return _must(source, _known(source, wanted, marked))
    if marked:
        return _must(source, marked)
    if wide := _utf16_without_mark(head):
        lines = head[: len(head) // 2 * 2].decode(wide, "ignore").splitlines()
        return _must(source, wide, tuple(line for line in lines if not line.isascii()))
    if head.startswith(b"\x1b$") or b"\x1b(B" in head:
        return _must(source, "iso2022_jp")
    try:
        return _read_through(source, "utf-8")
    except UnicodeError as error:
        return _guess(source, str(error))


def _known(source: Source, wanted: str, marked: str | None) -> str:
    try:
        name = codecs.lookup(wanted).name
        codecs.getincrementaldecoder(name)
        with suppress(UnicodeError):
            b"ab".decode(name)  # a LookupError for codecs that are not of text, such as hex
    except (LookupError, ValueError):
        raise ListRefused(
            f'{source.name}: there is no encoding "{wanted}"; try utf-8, cp1252, cp1250, shift_jis or utf-16'
        ) from None
    # a mark at the start is no part of the first header
    return marked if marked and marked.split("-")[:2] == name.split("-")[:2] else name


def _must(source: Source, name: str, guessed: tuple[str, ...] = ()) -> Encoding:
    try:
        return _read_through(source, name, guessed)
    except UnicodeError as error:
        raise ListRefused(f"{source.name}: the text is not {name} ({error}); {ADVICE}") from error


def _read_through(source: Source, name: str, guessed: tuple[str, ...] = ()) -> Encoding:
    """The encoding, if all of the text is in it; raises UnicodeError if not."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    done = unbroken = longest = 0
    for chunk in _chunks(source):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            at = done + getattr(error, "start", 0)
            raise UnicodeError(f"{getattr(error, 'reason', error)} near byte {at:,}") from error
        if "\0" in text:
            raise ListRefused(f"{source.name}: holds NUL bytes, so it is not text; save it again as CSV")
        unbroken = 0 if "\n" in text or "\r" in text else unbroken + len(text)
        longest = max(longest, unbroken)
        done += len(chunk)
    return Encoding(name, guessed, longest)


def _chunks(source: Source) -> Iterator[bytes]:
    with source.path.open("rb") as file:
        yield from iter(partial(file.read, CHUNK), b"")
    yield b""


def _utf16_without_mark(head: bytes) -> str | None:
    first, second = head[0::2].count(0), head[1::2].count(0)
    enough = len(head) / 20
    if second > enough and not first:
        return "utf-16-le"
    return "utf-16-be" if first > enough and not second else None


def _guess(source: Source, misfit: str) -> Encoding:
    lines = _foreign_lines(source)
    if sum(map(_is_utf8, lines)) * 2 >= len(lines):
        raise ListRefused(
            f"{source.name}: the text is UTF-8, but not all of it ({misfit}); correct that place, {OR_SAY}"
        )
    names = [*_by_script(b"\n".join(lines)), *_by_letters(lines)]
    for name in dict.fromkeys(names):
        with suppress(UnicodeError):
            return _read_through(source, name, tuple(line.decode(name) for line in lines))
    raise ListRefused(f"{source.name}: the text is neither UTF-8 nor in an encoding that can be guessed; {ADVICE}")


def _foreign_lines(source: Source) -> list[bytes]:
    """Lines with bytes beyond ASCII, from anywhere in the file, as many as a guess needs."""
    lines: list[bytes] = []
    with source.path.open("rb") as file:
        while (chunk := file.read(CHUNK)) and len(lines) < SAMPLE_LINES:
            chunk += file.readline(SAMPLE_BYTES)
            lines += [line for line in chunk.splitlines() if not line.isascii() and len(line) < SAMPLE_BYTES]
    return lines[:SAMPLE_LINES]


def _is_utf8(line: bytes) -> bool:
    try:
        return bool(line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _by_script(sample: bytes) -> list[str]:
    from charset_normalizer import from_bytes  # only the few lists that need a guess wait for it

    found = from_bytes(sample[:SAMPLE_BYTES], cp_isolation=FOREIGN, preemptive_behaviour=False)
    names = [match.encoding for match in found if not _mixes_scripts(str(match))]
    # the same encoding for all but a few characters, and the better known name
    return ["shift_jis", *names] if names[:1] == ["cp932"] else names


def _mixes_scripts(text: str) -> bool:
    """Whether words mix Latin and other letters, as ``Renй`` and ``MﾜLLER`` do: Latin text read in a wrong encoding."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    mixed = [word for word in words if any(map(str.isascii, word))]
    return len(mixed) * 4 > len(words) or not words


def _by_letters(lines: list[bytes]) -> list[str]:
    """Latin encodings that fit, Windows-1252 first unless most of its foreign letters stand where none can."""
    odd: dict[str, float] = {}
    for name in LATIN:
        try:
            odd[name] = _oddness(b"\n".join(lines).decode(name))
        except UnicodeDecodeError:
            continue
    likeliest = sorted(odd, key=lambda name: odd[name])
    return likeliest if odd.get("cp1252", 1) > ODD else list(odd)


def _oddness(text: str) -> float:
    """The share of foreign characters that cannot stand in a word: ``JŸrgen``, ``M”ller``, ``£ukasz``."""
    found = [(text[i - 1 : i], text[i], text[i + 1 : i + 2]) for i, char in enumerate(text) if not char.isascii()]
    odd = sum(_is_odd(*around) for around in found)
    return odd / len(found) if found else 0.0


def _is_odd(before: str, char: str, after: str) -> bool:
    kind = unicodedata.category(char)
    if kind in ("Lu", "Lt"):
        return before.islower()
    if kind == "Ll":
        return False
    return char not in APOSTROPHES and (after.islower() or (before.isalpha() and after.isalpha()))
