"""Walks through a JSON document of any size, a value at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

CHUNK = 1 << 20
MAX_VALUE = 16_000_000
BLANK = re.compile(r"[ \t\r\n]*")
LIST_OF_OBJECTS = re.compile(r"\[[ \t\r\n]*\{")


class NotJson(Exception):
    """The text is no JSON of the expected kind, from this line on."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class Number(str):
    """A number as it was written: a float would lose digits of it."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number)


def decode(text: str, line: int) -> Any:
    """The JSON value that the text is, its numbers as ``Number``; raises NotJson."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotJson(line, f"is not JSON ({error.msg} at character {error.pos + 1})") from error
    except RecursionError:
        raise NotJson(line, "is nested too deeply") from None


def compact(value: Any) -> str:
    """The value as JSON without blanks, its numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(key)}:{compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class Scanner:
    """Reads a document from the front; ``line`` is where it stands. Whatever does not fit raises NotJson."""

    def __init__(self, file: TextIO) -> None:
        self.line = 1
        self._file = file
        self._text = ""
        self._at = 0
        self._read(CHUNK)
        self._move(len(self._text) - len(self._text.lstrip("\ufeff")))

    def items(self) -> Iterator[tuple[int, Any]]:
        """The values of the list that begins here, each with its line."""
        self._take("[")
        while self._peek() != "]":
            line = self.line
            yield line, self.value()
            if self._peek() != "]":
                self._take(",")
        self._take("]")

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; the caller takes the value after each."""
        self._take("{")
        while self._peek() != "}":
            line, key = self.line, self.value()
            if type(key) is not str:
                raise NotJson(line, "is not JSON (a key is expected)")
            self._take(":")
            yield key
            if self._peek() != "}":
                self._take(",")
        self._take("}")

    def begins_list_of_objects(self) -> bool:
        """Whether the next value is a list whose first value is an object."""
        self._peek()
        while re.fullmatch(r"\[[ \t\r\n]*", self._text[self._at :]) and self._read(CHUNK):
            pass
        return LIST_OF_OBJECTS.match(self._text, self._at) is not None

    def value(self) -> Any:
        """The value that begins here."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # it may go on in what was not read yet
                if len(self._text) - self._at > MAX_VALUE or not self._read(len(self._text)):
                    line = self.line + self._text.count("\n", self._at, error.pos)
                    raise NotJson(line, f"is not JSON ({error.msg})") from error
            except RecursionError:
                raise NotJson(self.line, "is nested too deeply") from None
            else:
                if end < len(self._text) or not self._read(CHUNK):
                    self._move(end)
                    return value

    def end(self) -> None:
        """Nothing may follow."""
        if self._peek():
            raise NotJson(self.line, "goes on after the end of the list; write one object per line, or one list")

    def _peek(self) -> str:
        while True:
            self._move(BLANK.match(self._text, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._read(CHUNK):
                return self._text[self._at : self._at + 1]

    def _take(self, char: str) -> None:
        if self._peek() != char:
            found = self._peek() or "the end of the file"
            raise NotJson(self.line, f"is not JSON ({char} expected, not {found})")
        self._move(self._at + 1)

    def _move(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def _read(self, size: int) -> bool:
        more = self._file.read(max(size, CHUNK))
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more)
