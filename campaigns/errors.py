"""Every error a user can meet.

DialerError                 the base; `exit_code` is the process's (DESIGN §9)
├── InputRefused        3   a file that cannot be used
│   ├── ListRefused         a lead list
│   └── SpecRefused         a campaign file
├── NotFound            2   no campaign, lead or list of that name
├── NotAllowed          2   the command does not fit the state things are in
├── LedgerError         5   the database cannot be reached or written
├── ReportError         5   a report cannot be written
├── RegistryMissing     5   a do-not-call registry's file is not on this machine
├── ZonesMissing        5   the time zone data cannot be read
├── RowsLost            1   rows of a list are not accounted for: our fault
└── (dialer.errors)         the platform's, the servers' and the worker's
"""

from __future__ import annotations


class DialerError(Exception):
    """Something went wrong."""

    exit_code = 1

    def __init__(self, message: str | None = None, said: str = "") -> None:
        """``message`` says what, where and what to do; without one the class's own sentence is used.

        ``said`` are somebody else's words, which may hold anything: a person sees them, a log gets ``ours`` alone.
        """
        self.ours = message or (self.__doc__ or "").strip()
        super().__init__(f"{self.ours}: {said}" if said else self.ours)


class InputRefused(DialerError):
    """The file cannot be used."""

    exit_code = 3


class ListRefused(InputRefused):
    """The lead list cannot be read."""


class SpecRefused(InputRefused):
    """The campaign file cannot be used."""


class NotFound(DialerError):
    """There is nothing of that name."""

    exit_code = 2


class NotAllowed(DialerError):
    """That cannot be done in the state things are in."""

    exit_code = 2


class LedgerError(DialerError):
    """The ledger cannot be reached or written."""

    exit_code = 5


class RegistryMissing(DialerError):
    """A do-not-call registry's file is not on this machine."""

    exit_code = 5


class ZonesMissing(DialerError):
    """There is no time zone data: install the package tzdata again."""

    exit_code = 5


class ReportError(DialerError):
    """The report cannot be written."""

    exit_code = 5


class RowsLost(DialerError):
    """Rows of a list are not accounted for."""
