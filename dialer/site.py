"""Where a command works: its settings, its state folder, its clock; the real ones or a rehearsal's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import NotFound
from dialer.clock import Clock, ScaledClock, SystemClock
from dialer.settings import Settings, find_state, load_settings

REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Site:
    """The surroundings of one command.

    ``folder`` holds the ledger of the embedded size; None where there is none yet, or where the size is shared.
    """

    settings: Settings
    folder: Path | None
    clock: Clock
    rehearsal: bool = False


def real_site(environ: Mapping[str, str], state: Path | None, near: Path | None = None) -> Site:
    """The real site; ``near`` (a campaign file) is where the search for the state folder starts."""
    folder = find_state(environ, state, near.parent if near else Path.cwd()) or find_state(environ, None, Path.cwd())
    settings = load_settings(environ, folder)
    return Site(settings, None if settings.shared else folder, SystemClock())


def rehearsal_site(environ: Mapping[str, str], state: Path | None) -> Site:
    """The site of the rehearsal in the state folder, whatever the settings say: no key is loaded, no server is shared.

    Raises NotFound where there is no rehearsal.
    """
    found = find_state(environ, state, Path.cwd())
    folder = found / REHEARSAL if found else None
    if folder is None or not (folder / "clock.json").exists():
        raise NotFound("no rehearsal here: `dialer launch LIST --rehearse` starts one")
    return Site(Settings(folder), folder, ScaledClock(folder / "clock.json"), rehearsal=True)


def site(environ: Mapping[str, str], state: Path | None, *, rehearsal: bool) -> Site:
    """One or the other."""
    return rehearsal_site(environ, state) if rehearsal else real_site(environ, state)
