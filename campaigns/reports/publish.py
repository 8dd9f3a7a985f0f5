"""A file that appears whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from campaigns.errors import ReportError
from campaigns.points import Point, reach

NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What file systems answer that know no hard links: FAT sticks, some network folders."""


def check_place(out: Path) -> None:
    """Raise ReportError where ``out`` can surely not be written: asked early, it spares a long run for nothing."""
    if out.is_dir():
        raise ReportError(f"{out}: this is a folder; name a file in it")
    if not out.parent.is_dir():
        raise ReportError(f"{out}: there is no folder {out.parent}; make it first")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise ReportError(f"{out}: the folder {out.parent} cannot be written to; choose another")


def publish(out: Path, write: Callable[[Path], None], *, overwrite: bool = False) -> Path:
    """Let ``write`` fill a draft beside ``out`` and give it that name; answers the name it got.

    An existing file is kept, and the new one goes to ``out (2)``, ``out (3)`` …, unless ``overwrite``. Raises
    ReportError when the file cannot be written; no draft is left behind.
    """
    draft = out.with_name(f".report-{uuid.uuid4().hex}.part")
    try:
        write(draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        reach(Point.DRAFT_WRITTEN)
        return draft.replace(out) if overwrite else next(name for name in _names(out) if _take(draft, name))
    except OSError as error:
        raise ReportError(f"{out}: the report cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _names(out: Path) -> Iterator[Path]:
    yield out
    yield from (out.with_name(f"{out.stem} ({number}){out.suffix}") for number in count(2))


def _take(draft: Path, name: Path) -> bool:
    """Give the draft this name; False where there is such a file, also one that came this very moment."""
    try:
        try:
            name.hardlink_to(draft)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            name.touch(exist_ok=False)
            draft.replace(name)
    except FileExistsError:
        return False
    return True
