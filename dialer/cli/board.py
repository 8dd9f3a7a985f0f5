"""What a person sees while calls are made: a live board on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from campaigns.ledger.progress import Progress
from campaigns.vocabulary import CampaignState, ContactState, Reason, Result
from dialer.cli.options import say

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

LINE_EVERY_S = 5.0
HUMAN = (Result.HUMAN, Result.HUMAN_SHORT, Result.TRANSFERRED)
MACHINE = (Result.VOICEMAIL_LEFT, Result.VOICEMAIL_NO_MESSAGE, Result.FAX, Result.SILENT)


def moment(at: datetime) -> str:
    """An instant for the board: day, time, UTC."""
    return f"{at:%a %d %b %H:%M:%S} UTC"


def waiting_text(progress: Progress, now: datetime) -> str:
    """What the campaign waits for, in one phrase."""
    if progress.state is CampaignState.PAUSED:
        why = progress.reason.meaning if progress.reason else ""
        return f"paused: {why}" + (f" ({progress.detail})" if progress.detail else "")
    if progress.open or progress.next_due is None:
        return "calls in progress" if progress.open else "nobody left to call"
    if progress.next_due <= now:
        return "calling"
    why = progress.waits_for.meaning if progress.waits_for and progress.waits_for is not Reason.NEW else "waiting"
    return f"next call {moment(progress.next_due)}: {why}"


def line(progress: Progress, now: datetime) -> str:
    """One plain line: clock, leads by state, results, what it waits for."""
    count = progress.contacts.get
    finished = progress.leads - progress.left
    results = ", ".join(f"{n} {result.value}" for result, n in sorted(progress.results.items(), key=lambda x: -x[1]))
    return (
        f"{moment(now)}  {finished}/{progress.leads} leads finished, {progress.open} on the phone, "
        f"{count(ContactState.HELD, 0)} held  [{results or 'no calls yet'}]  {waiting_text(progress, now)}"
    )


class Board:
    """Shows a campaign's progress on stderr for as long as the block runs."""

    def __init__(self, title: str, *, quiet: bool = False) -> None:
        """``title`` heads the board; ``quiet`` shows nothing."""
        self._title, self._quiet = title, quiet
        self._live = None if quiet or not sys.stderr.isatty() else _live()
        self._last_s = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last picture standing."""
        if self._live:
            self._live.stop()

    def show(self, progress: Progress, now: datetime) -> None:
        """Show this; off a terminal at most a line every five seconds."""
        if self._live:
            self._live.update(picture(self._title, progress, now))
        elif not self._quiet and time.monotonic() - self._last_s >= LINE_EVERY_S:
            self._last_s = time.monotonic()
            say(line(progress, now))


def picture(title: str, progress: Progress, now: datetime) -> RenderableType:
    """The board as a picture for a terminal."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    finished = progress.leads - progress.left
    facts = Table.grid(padding=(0, 3))
    for _ in range(4):
        facts.add_column(justify="right")
        facts.add_column()
    states = [(state.value, progress.contacts.get(state, 0)) for state in ContactState]
    people = sum(progress.results.get(result, 0) for result in HUMAN)
    machines = sum(progress.results.get(result, 0) for result in MACHINE)
    others = sum(progress.results.values()) - people - machines
    calls = [("people", people), ("machines", machines), ("not reached", others), ("on the phone", progress.open)]
    for (left, n), (right, m) in zip(
        [s for s in states if s[1] or s[0] in ("ready", "done")], _padded(calls), strict=False
    ):
        facts.add_row(f"[bold]{n}[/]", left, f"[bold]{m}[/]", right)
    return Panel(
        Group(
            Padding(ProgressBar(total=max(1, progress.leads), completed=finished), 0),  # alone, a bar ends no line
            f"{finished} of {progress.leads} leads finished · {progress.last_minute} calls in the last minute",
            facts,
            f"[bold]{waiting_text(progress, now)}[/]",
        ),
        title=f"{title} · {progress.state.value}",
        subtitle=moment(now),
        width=78,
    )


def _padded(calls: list[tuple[str, int]]) -> list[tuple[str, int | str]]:
    return [*calls, *[("", "")] * 8]


def _live() -> Live:
    from rich.console import Console
    from rich.live import Live

    return Live(console=Console(stderr=True), refresh_per_second=4, transient=False)
