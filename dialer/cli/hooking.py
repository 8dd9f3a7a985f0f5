"""Where an account's platform is to tell of its calls, and what it was told to do last."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from dialer.embedded import make_folder
from dialer.errors import SettingsRefused
from dialer.providers.callfluent.hook import Hooked
from dialer.providers.switchboard import key_of
from dialer.receiver import path_of
from dialer.settings import STATE, check_base_url, find_state, load_settings

KEPT = "webhooks.json"


def address(public: str, account: str, state: Path | None) -> str:
    """The account's address, secret included; raises SettingsRefused without a key, or where others may read along."""
    described = load_settings(os.environ, find_state(os.environ, state, Path.cwd())).account(account)
    if not described.abilities.webhooks:
        raise SettingsRefused(f'account "{account}" is on {described.platform}, which tells nothing by itself')
    return check_base_url(public, "--url") + path_of(account, key_of(account, described))


def kept(account: str, agent: int, state: Path | None) -> dict[str, Any]:
    """What was set up last for this agent; nothing where nothing is known of it."""
    found: dict[str, Any] = _read(find_state(os.environ, state, Path.cwd())).get(f"{account}/{agent}", {})
    return found


def remember(account: str, agent: int, done: Hooked, state: Path | None) -> None:
    """Keep what was set up in the state folder; the address is no part of it."""
    folder = find_state(os.environ, state, Path.cwd()) or Path.cwd() / STATE
    make_folder(folder)
    all_ = _read(folder) | {f"{account}/{agent}": {"action": done.action, "digest": done.digest}}
    draft = folder / f"{KEPT}.{os.getpid()}"
    draft.write_text(json.dumps(all_), encoding="utf-8")
    draft.replace(folder / KEPT)


def _read(folder: Path | None) -> dict[str, Any]:
    try:
        found = json.loads((folder / KEPT).read_text(encoding="utf-8")) if folder else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
