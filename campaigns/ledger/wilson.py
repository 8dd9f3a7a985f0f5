"""Wilson's interval: where a rate lies that was seen in so few cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""Of 95 %, both sides."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many; between ``low`` and ``high`` the true rate lies, in 95 of 100 cases."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """The rate as it was seen; 0 where nothing was."""
        return self.count / self.of if self.of else 0.0

    @property
    def low(self) -> float:
        """The lower end (E. B. Wilson, Probable inference, JASA 22, 1927)."""
        return self._middle - self._reach if self.of else 0.0

    @property
    def high(self) -> float:
        """The upper end."""
        return self._middle + self._reach if self.of else 1.0

    @property
    def _middle(self) -> float:
        return (self.share + Z * Z / (2 * self.of)) / (1 + Z * Z / self.of)

    @property
    def _reach(self) -> float:
        inner = self.share * (1 - self.share) / self.of + Z * Z / (4 * self.of * self.of)
        return Z * sqrt(inner) / (1 + Z * Z / self.of)

    def __str__(self) -> str:
        """Such as ``24 % (14 to 37 %) of 50``."""
        return f"{100 * self.share:.0f} % ({100 * self.low:.0f} to {100 * self.high:.0f} %) of {self.of}"
