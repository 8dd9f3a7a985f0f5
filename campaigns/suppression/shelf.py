"""The folder in which a machine keeps its registries' files, each named by its sha256."""

from __future__ import annotations

from pathlib import Path

from campaigns.errors import RegistryMissing
from campaigns.suppression.registry import Registry, digest

SUFFIX = ".registry"


class Shelf:
    """Opens registries, each once, and only if the file is the very one that the ledger names."""

    def __init__(self, folder: Path | None, *, may_lack: bool = False) -> None:
        """``may_lack``: who only looks goes on without a file that is not here; who calls must not."""
        self._folder, self._may_lack = folder, may_lack
        self._open: dict[str, Registry | None] = {}

    def path(self, sha256: str) -> Path:
        """Where the file of this sha256 belongs; raises RegistryMissing where this machine has no folder for any."""
        if self._folder is None:
            raise RegistryMissing("no folder for registries' files: set DIALER_REGISTRIES, or name one with --state")
        return self._folder / f"{sha256}{SUFFIX}"

    def take(self, name: str, sha256: str) -> Registry | None:
        """The registry of this name and sha256; raises RegistryMissing, saying what to do."""
        if sha256 not in self._open:
            self._open[sha256] = self._opened(name, sha256)
        return self._open[sha256]

    def _opened(self, name: str, sha256: str) -> Registry | None:
        if self._may_lack and not (self._folder and self.path(sha256).exists()):
            return None
        path = self.path(sha256)
        missing = f'registry "{name}": {path} is not here, so nobody may be called; copy it from where it was imported'
        if not path.exists():
            raise RegistryMissing(f"{missing}, or import the same file here")
        if not self._may_lack and digest(path) != sha256:
            raise RegistryMissing(f'registry "{name}": {path} is damaged; remove it and import the registry again')
        return Registry(path)
