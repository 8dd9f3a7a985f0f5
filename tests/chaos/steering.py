"""People who change their minds while a campaign runs, and requests that came more than a second after they spoke."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.chaos.checker import at, number_of
from tests.chaos.driver import Drive
from tests.chaos.evidence import read_log

GRACE_S = 1.0
"""A request leaves at most so much later than a control was committed (DESIGN §5.6)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """From ``said`` until ``until`` (epoch seconds) nobody, or not this ``number``, is to be called."""

    said: float
    until: float
    number: str | None


@dataclass(slots=True)
class Spoken:
    """What was said so far."""

    moments: list[Moment] = field(default_factory=list)

    def pausing(self, under_way: Drive) -> bool:
        """Pause the campaign, wait a little longer than the grace, and resume it."""
        paused = under_way.command("pause", "spring")
        if paused.returncode:
            assert "is done" in paused.stderr, paused.stderr
            return False
        said = time.time()
        time.sleep(GRACE_S + under_way.rnd.uniform(0.2, 1))
        self.moments.append(Moment(said, time.time(), None))
        assert under_way.command("resume", "spring").returncode == 0
        return True

    def suppressing(self, under_way: Drive) -> bool:
        """Put somebody who is not called yet on the do-not-call list."""
        ready = under_way.rows("SELECT identity FROM contacts WHERE state = 'ready' ORDER BY id LIMIT 200")
        if not ready:
            return False
        number = under_way.rnd.choice(ready)["identity"]
        assert under_way.command("suppress", "add", number).returncode == 0
        self.moments.append(Moment(time.time(), float("inf"), number))
        return True

    def late(self, under_way: Drive) -> list[str]:
        """The requests that came too late."""
        heard = [(at(line["real"]).timestamp(), number_of(line)) for line in read_log(under_way.log).requests]
        return [
            f"{number} was asked for {real - moment.said:.2f} s after somebody spoke"
            for moment in self.moments
            for real, number in heard
            if moment.said + GRACE_S < real < moment.until and moment.number in (None, number)
        ]
