"""What is played: campaigns, and platforms that misbehave in their own ways (docs/sandbox.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.agreed import CONSENT_TABLE
from tests.chaos.checker import RESULTS

SHAKY = """
[make_call.before]
error = 0.01
reset = 0.01
hang = 0.001
half_body = 0.003
garbage = 0.003
bad_gateway = 0.003
refusal = 0.003
too_many = 0.001
too_many_wait = 0.0005
[make_call.after]
error = 0.02
reset = 0.02
hang = 0.001
half_body = 0.003
garbage = 0.003
bad_gateway = 0.003
refusal = 0.003
[make_call]
slow = 0.01
slow_s = 1.0
[history.before]
error = 0.004
bad_gateway = 0.002
garbage = 0.002
half_body = 0.002
[history.records]
repeated = 0.05
page_size = [40, 60]
"""
"""A platform with troubles of every kind."""
LYING = """
[history.before]
error = 0.1
[history.records]
lag_s = 600
lost = 0.2
repeated = 0.3
reordered = 0.3
page_size = [5, 60]
numbers = "digits"
times = "naive"
names = "camel"
without_number = 0.1
without_time = 0.1
"""
"""A history that nobody can rely on: it lags behind the horizon of three minutes, loses and repeats."""
UNREADABLE = """
[history.records]
names = "foreign"
"""
"""A history whose field names nobody knows."""
LOST_SOON = 'lost_after = "3m"\nlongest_call = "1m"'
"""Lines for ``[engine]``: a call without a record is lost after 16 minutes, the least there is."""
SAME_DAY = 'attempts = 3\nvoicemail_left = "30m"\nvoicemail_no_message = "30m"'
"""Lines for ``[retries]``: where several processes share a clock nobody may let it jump, and a day lasts minutes."""
LONG = """
[make_call]
slow = 1.0
slow_s = 12.0
"""
"""Every answer takes twelve seconds: jobs are long."""


WORDLESS = {
    "trillet": {"no-answer": {"failed"}, "busy": {"failed"}},
    "opencx": {"no-answer": {"no_answer"}, "busy": {"no_answer"}, "failed": {"no_answer"}, "machine": {"human"}},
}
"""What calls come to on platforms that have no word for it."""


@dataclass(frozen=True)
class Trial:
    """What is played: how many people, the platform's faults, the clock's speed, how many workers.

    ``platform`` is which one is played; ``haste`` multiplies the ledger's usual pace; ``retries`` and ``engine`` are
    lines of those tables. The engine's own
    brakes, breaker and share of unclear answers, are off: a platform as bad as this would trip them.
    """

    name: str
    people: int
    faults: str = ""
    speed: float = 30.0
    haste: float = 1.0
    at_once: int = 3000
    retries: str = "attempts = 1"
    engine: str = ""
    workers: int = 3
    platform: str = "callfluent"

    @property
    def results(self) -> Mapping[str, set[str]]:
        """Which results a call's end may have."""
        return RESULTS | WORDLESS.get(self.platform, {})

    def campaign(self, per_second: float) -> str:
        """The campaign file."""
        return (
            f'name = "spring"\npurpose = "service"\n{CONSENT_TABLE}[leads]\ncountry = "US"\n'
            f'[platform]\nname = "{self.platform}"\n'
            f"[pace]\nper_second = {per_second}\nat_once = {self.at_once}\n[retries]\n{self.retries}\n"
            f'[engine]\npoll_min = "30s"\npoll_max = "90s"\nhorizon = "3m"\n{self.engine}\n'
            "[engine.breaker]\nin_a_row = 1000000\nshare = 1.0\n"
        )
