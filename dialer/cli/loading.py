"""Shows how far a list has come into the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from campaigns.errors import LedgerError, NotFound
from campaigns.ledger.loading import so_far
from dialer.access import reading
from dialer.cli.progress import EVERY_S, QUIET_S, Progress
from dialer.site import Site


@contextmanager
def loading_shown(site: Site, name: str) -> Iterator[None]:
    """While the block loads a list into the campaign of this name, here or in another process, show how far it is."""
    over = Event()
    watcher = Thread(target=_watch, args=(site, name, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(site: Site, name: str, over: Event) -> None:
    while not over.wait(QUIET_S):
        try:
            with reading(site.settings, site.folder, site.clock) as ledger:
                found = ledger.read_now(so_far, name)
                if found is None:
                    continue
                rows, in_all = found
                with Progress("Loading", in_all) as progress:
                    progress.advance(rows)
                    while not over.wait(EVERY_S) and (found := ledger.read_now(so_far, name)):
                        progress.advance(found[0] - rows)
                        rows = found[0]
        except (NotFound, LedgerError):  # its first owner is making it
            continue
