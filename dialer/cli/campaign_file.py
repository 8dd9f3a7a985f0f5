"""The campaign file that a command names."""

from __future__ import annotations

from pathlib import Path

from campaigns.errors import SpecRefused
from campaigns.spec import Spec, load_spec
from dialer.errors import SettingsRefused
from dialer.providers.registry import account_class


def read_campaign(path: Path | None) -> Spec:
    """The campaign of a file, or one without a file; raises SpecRefused, also for a platform that nobody brought."""
    if path is None:
        return Spec()
    spec = load_spec(path)
    try:
        account_class(spec.platform.name)
    except SettingsRefused as refused:
        raise SpecRefused(f"{path}: platform.name: {refused}") from None
    return spec
