"""Writes the corpus: ``python -m tests.corpus.make FOLDER`` puts every list there, and what is expected beside it.

Nothing here shares code with the reader, and nothing is random: the files are the same bytes every time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.corpus import crm, damage, formats, languages, numbers, places, refusals, wishes
from tests.corpus.case import Case

ROOMS = (formats, crm, numbers, damage, wishes, places, languages, refusals)


def cases() -> Iterator[Case]:
    """Every file of the corpus."""
    for room in ROOMS:
        yield from room.cases()


def write(case: Case, folder: Path) -> Path:
    """Put the list into ``folder``, and ``NAME.expected.json`` beside it; answers the list's path."""
    path = folder / case.name
    path.write_bytes(case.content)
    expected = asdict(case) | {"rows": [line._asdict() for line in case.rows]}
    del expected["content"]
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    path.with_name(f"{case.name}.expected.json").write_text(text, encoding="utf-8")
    return path


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(len([write(case, target) for case in cases()]), "files in", target)
