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


class JsonLines(logging.Formatter):
    """One JSON object a line: ts, level, logger, event and, for an exception, only its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; an exception's own text is left out, it may hold anything."""
        line = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_to(folder: Path | None) -> None:
    """Send the log to ``folder``/dialer.log, kept below 10 MB in all; without a folder to stderr."""
    handler: logging.Handler = logging.StreamHandler()
    if folder is not None:
        handler = RotatingFileHandler(folder / "dialer.log", maxBytes=MAX_BYTES, backupCount=1, delay=True)
    handler.setFormatter(JsonLines())
    logging.raiseExceptions = False  # a full disk must not fill the user's screen
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "alembic", "asyncio", "arq.worker", "arq.connections"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
