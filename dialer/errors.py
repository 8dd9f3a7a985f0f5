"""The errors of dialing, beside those of ``campaigns.errors``.

DialerError
├── PlatformError       5   the platform cannot be reached or answers nonsense
│   ├── PlatformAway    5   the platform cannot be reached just now
│   ├── KeyRefused      4   the platform refuses the key
│   ├── NoPermission    4   the key may not do that
│   └── UnknownAgent    3   the platform has no such agent
├── SettingsRefused     4   a setting, an account or a key is missing or wrong
├── ServerAway          5   Redis, the database or the practice platform cannot be reached
│   └── OwnerLeft       5   the process that owned the ledger left before it answered
├── ClockWrong          5   this machine's clock cannot be dialed by
├── LedgerRestored      5   the ledger went back in time under a worker
├── NotGenuine          1   a webhook is not signed as its platform signs
├── Unreadable          1   a webhook's body cannot be read
└── Interrupted   130/143   a signal asked it to leave at once
"""

from __future__ import annotations

import signal

from campaigns.errors import DialerError


class PlatformError(DialerError):
    """The voice platform cannot be reached or gave an answer that makes no sense."""

    exit_code = 5


class PlatformAway(PlatformError):
    """The voice platform cannot be reached just now."""


class KeyRefused(PlatformError):
    """The voice platform refuses the key."""

    exit_code = 4


class NoPermission(PlatformError):
    """The key may not do that on the voice platform."""

    exit_code = 4


class UnknownAgent(PlatformError):
    """The voice platform has no such agent."""

    exit_code = 3


class SettingsRefused(DialerError):
    """A setting is missing or wrong."""

    exit_code = 4


class ServerAway(DialerError):
    """A server that is needed cannot be reached."""

    exit_code = 5


class OwnerLeft(ServerAway):
    """The running dialer left before it answered a command."""


class ClockWrong(DialerError):
    """This machine's clock is wrong, and nothing may be dialed by it."""

    exit_code = 5


class LedgerRestored(DialerError):
    """The ledger is older than it was: it was restored while this worker served it."""

    exit_code = 5


class NotGenuine(DialerError):
    """The webhook is not signed as the platform signs what it sends."""


class Unreadable(DialerError):
    """The webhook's body is neither a JSON object nor a form."""


class Interrupted(DialerError):
    """Left at once; the next run finds out what became of the calls in progress."""

    def __init__(self, number: signal.Signals) -> None:
        """``number`` is the signal that asked, and the exit code is 128 more, as shells have it."""
        super().__init__()
        self.exit_code = 128 + number
