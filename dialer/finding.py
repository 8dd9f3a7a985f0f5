"""One thing that was looked at before something is dialed, and how to put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``exit_code`` 0: in order. A ``fix`` with exit code 0 is a warning."""

    what: str
    text: str
    fix: str = ""
    exit_code: int = 0

    @property
    def line(self) -> str:
        """What a person reads."""
        mark = "✗" if self.exit_code else "!" if self.fix else "✓"
        return f"{mark} {self.what:<9} {self.text}{f' → {self.fix}' if self.fix else ''}"
