"""Unpacks what a list came in: gzip, a zip archive around one file, standard input; bounded, and cleaned up after."""

from __future__ import annotations

import gzip
import os
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol

from campaigns.errors import ListRefused

MAX_BYTES = 1_500_000_000
"""A list larger than this is refused, packed or not."""

CHUNK = 1 << 20
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, KeyError)
"""What zipfile raises for damaged, exotic and protected archives."""

SHORTEST = 4
"""Of an end in the middle the reader of workbooks says no more than "v"."""

LITTER = ("__MACOSX", ".", "Thumbs.db", "desktop.ini")
"""How names begin that an operating system puts into archives by itself."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Source:
    """A list's bytes: the ``name`` messages call it by, and the ``path`` of a file that holds them.

    Whoever reads the file keeps the source: where the file is a temporary one, it is removed with its last reader.
    """

    name: str
    path: Path


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def ungzipped(source: Source) -> Source:
    """What the gzip file ``source`` holds; raises ListRefused where it is damaged or too large."""
    try:
        with gzip.open(source.path) as packed:
            return _spooled(packed, source.name)
    except EOFError:
        raise ListRefused(f"{source.name}: the archive breaks off in the middle; copy or download it again") from None
    except (zlib.error, OSError) as error:
        raise ListRefused(f"{source.name}: the archive cannot be unpacked ({one_line(error)})") from error


def unzipped(source: Source) -> Source:
    """The one file that the zip archive holds; raises ListRefused where there are none or several, or it is damaged."""
    with opened_zip(source) as archive:
        members = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
        if len(members) != 1:
            names = ", ".join(entry.filename for entry in members[:5]) + (", …" if len(members) > 5 else "")
            held = f"{len(members):,} files ({' '.join(names.split())})" if members else "no file"
            raise ListRefused(f"{source.name}: the archive holds {held}; give one list alone in it, or the list itself")
        name = f"{source.name} ({' '.join(members[0].filename.split())})"
        if members[0].file_size > MAX_BYTES:
            raise ListRefused(_too_large(name))
        with archive.open(members[0]) as packed:
            return _spooled(packed, name)


def temporary(name: str) -> Source:
    """A source whose file is empty as yet, and removed when nobody holds the source any more."""
    handle, path = tempfile.mkstemp(prefix="dialer-list-")
    os.close(handle)
    source = Source(name, Path(path))
    weakref.finalize(source, source.path.unlink, missing_ok=True)
    return source


@contextmanager
def opened_zip(source: Source) -> Iterator[zipfile.ZipFile]:
    """The zip archive, opened; whatever turns out to be wrong with it meanwhile is a ListRefused."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            yield archive
    except ZIP_ERRORS as error:
        raise ListRefused(
            f"{source.name}: the archive is damaged ({one_line(error)}); copy or save it again"
        ) from error


@contextmanager
def spooled_stdin(stream: BinaryIO) -> Iterator[Path]:
    """Standard input (``sys.stdin.buffer``) as a file, which is there as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="dialer-") as folder:
        path = Path(folder, "standard-input")
        try:
            with path.open("wb") as file:
                _copy(stream, file, "standard input")
        except OSError as error:
            raise ListRefused(f"standard input: cannot be read ({one_line(error)})") from error
        yield path


def one_line(error: BaseException) -> str:
    """What a library says is wrong, short and in one line."""
    said = " ".join(str(error).split())[:200]
    return "it is damaged" if len(said) < SHORTEST or said == "Cannot detect file format" else said


def _spooled(stream: _Readable, name: str) -> Source:
    source = temporary(name)
    with ExitStack() as failed:
        failed.callback(source.path.unlink)
        with source.path.open("wb") as file:
            _copy(stream, file, name)
        failed.pop_all()
    return source


def _copy(stream: _Readable, file: IO[bytes], name: str) -> None:
    copied = 0
    while chunk := stream.read(CHUNK):
        copied += len(chunk)
        if copied > MAX_BYTES:
            raise ListRefused(_too_large(name))
        file.write(chunk)


def _too_large(name: str) -> str:
    return f"{name}: too large: it holds more than the {MAX_BYTES / 1e6:,.0f} MB a list may have; split it"


def _litter(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith(LITTER) or path.parts[0] == LITTER[0]
