"""A fault of ours: the user gets one line, the details go to a file."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path


def keep_fault(error: BaseException) -> str:
    """Write where it happened to a file and answer the line for the user.

    Only code places are kept, no values: an exception's text may hold a person's number.
    """
    places = traceback.extract_tb(error.__traceback__)
    lines = [f"{place.filename}:{place.lineno} in {place.name}\n" for place in places]
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            lines += [f"--- {type(inner).__name__}\n"]
            lines += [f"{p.filename}:{p.lineno} in {p.name}\n" for p in traceback.extract_tb(inner.__traceback__)]
    with tempfile.NamedTemporaryFile("w", prefix="dialer-fault-", suffix=".txt", delete=False) as file:
        file.writelines([f"{type(error).__name__}\n", *lines])
    return f"{type(error).__name__}; please report it with {Path(file.name)}"
