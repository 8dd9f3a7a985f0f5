"""What every platform that is practised stands on, and what the practice platform's process wants of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from dialer.clock import Clock
from dialer.errors import SettingsRefused
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.faults import Records
from dialer.sandbox.log import Log
from dialer.sandbox.received import Route
from dialer.sandbox.refusal import Refusal
from dialer.sandbox.shelf import Shelf

GROUP = "dialer.sandboxes"


@dataclass(frozen=True, slots=True)
class Ground:
    """The calls, what else is kept, the log, the clock; and how it was started.

    ``agent`` is a file with the user's own as their platform returns it; ``records`` is what a bad history does to
    records.
    """

    book: Book
    shelf: Shelf
    log: Log | None
    clock: Clock
    assumed: Assumptions
    seed: int
    agent: Path | None
    records: Records


class Practised(Protocol):
    """A platform's side of the practice platform; ``base`` is what its paths begin with."""

    base: str

    def routes(self) -> Sequence[Route]:
        """Method, path and endpoint, as documented."""
        ...

    def called(self, line: Mapping[str, Any]) -> str | None:
        """Whom a request, as the log has it, asks to call; None where it asks for something else."""
        ...

    def is_history(self, line: Mapping[str, Any]) -> bool:
        """Whether a request reads what became of calls."""
        ...

    def refusal(self, text: str, status: int) -> Refusal:
        """What is said to a wrong key, an unknown path, or when the disk is full."""
        ...


def practised(platform: str) -> Callable[[Ground], Practised]:
    """What serves a platform (entry points ``dialer.sandboxes``); raises SettingsRefused where nothing does."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    if platform not in found:
        known = ", ".join(sorted(found))
        raise SettingsRefused(f'the platform "{platform}" cannot be practised; these can: {known}')
    made: Callable[[Ground], Practised] = found[platform].load()
    return made
