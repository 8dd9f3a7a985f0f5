"""A registry's delivery becomes a compact file on the shelf, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from campaigns.errors import InputRefused
from campaigns.suppression.lines import read_lines
from campaigns.suppression.registry import Registry, digest, write_registry
from campaigns.suppression.shelf import Shelf
from campaigns.suppression.sorting import Sorter, changed
from campaigns.suppression.sources import chunks_of


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it: the file's sha256 and the source's, its numbers, numbers taken out, lines not read."""

    sha256: str
    source_sha256: str
    numbers: int
    taken_out: int
    bad: int


def import_registry(path: Path, region: str, shelf: Shelf, base: Registry | None = None) -> Imported:
    """Read the delivery at ``path``, and with ``base`` change that by it; the result goes onto the shelf.

    ``region`` is the country of numbers without a plus. Raises InputRefused, also where not one number can be read.
    """
    if not path.is_file():
        raise InputRefused(f"{path}: no such file")
    folder = shelf.path("").parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=folder, prefix=".import-") as made:
        here = Path(made)
        numbers, gone, bad = Sorter(here), Sorter(here), 0
        for read in read_lines(chunks_of(path), region):
            numbers.add(read.numbers)
            gone.add(read.gone)
            bad += read.bad
        taken_out = gone.whole()
        blocks = changed(base.blocks(), numbers.whole(), taken_out) if base else numbers.blocks()
        count = write_registry(here / "draft", blocks)
        if not count:
            raise InputRefused(f"{path}: not one phone number can be read; --country XX says where they are from")
        sha256 = digest(here / "draft")
        (here / "draft").replace(shelf.path(sha256))
    return Imported(sha256, digest(path), count, len(taken_out), bad)
