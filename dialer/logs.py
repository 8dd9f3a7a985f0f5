"""What the machine says of itself: JSON lines with ids in them, never a number, a name or a key.

The embedded size writes them to ``dialer.log`` in the state folder, a worker of the shared size to stderr.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 5_000_000
TELLTALES = ("httpx", "httpcore", "sqlalchemy", "psycopg", "charset_normalizer")
"""Libraries whose logs hold addresses, headers, rows or the text of a file."""
CHATTY = ("alembic", "asyncio", "arq.worker", "arq.connections")


class JsonLines(logging.Formatter):
    """One JSON object a line: ts, level, logger, event and, for an exception, only its kind.

    Of an event only the first line: asyncio, for one, writes what an exception says into those that follow.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; an exception's own text is left out, it may hold anything."""
        line = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage().partition("\n")[0],
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_to(folder: Path | None, *, debug: bool = False) -> None:
    """Send the log to ``folder``/dialer.log, kept below 10 MB in all; without a folder to stderr.

    ``debug``: it tells everything, the libraries included, but for those that would tell what is in a request or a row.
    """
    handler: logging.Handler = logging.StreamHandler()
    if folder is not None:
        handler = RotatingFileHandler(folder / "dialer.log", maxBytes=MAX_BYTES, backupCount=1, delay=True)
    handler.setFormatter(JsonLines())
    logging.raiseExceptions = False  # a full disk must not fill the user's screen
    logging.basicConfig(level=logging.DEBUG if debug else logging.INFO, handlers=[handler], force=True)
    for library in TELLTALES if debug else (*TELLTALES, *CHATTY):
        logging.getLogger(library).setLevel(logging.WARNING)
