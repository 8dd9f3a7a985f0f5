"""New calls while many requests are still without their answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.acceptance.stage import wait_for
from tests.chaos.checker import at, number_of
from tests.chaos.driver import Drive
from tests.chaos.evidence import read_log

ANSWER = timedelta(seconds=12)
"""How long the platform of ``LONG`` takes for every answer."""
SOON = timedelta(seconds=1)
GOES = 2
"""A busy machine stands still for a second now and then, a dialer that is held up is so every time."""


def new_among_long_ones(under_way: Drive, news: int) -> int:
    """Once everybody of the trial was asked for, append ``news`` people; answers how many of these the platform heard
    of soon after they were loaded, and before it had answered the last request of the others, all still under way.

    If they were fewer, others are appended.
    """
    people = under_way.trial.people
    wait_for(lambda: under_way.received() >= people, 120)
    answered = max(_heard(under_way).values()) + ANSWER
    for go in range(GOES):
        soon = _asked_soon(under_way, [f"+1646555{go}{n:03}" for n in range(news)], answered)
        if soon == news:
            break
    return soon


def _asked_soon(under_way: Drive, numbers: list[str], answered: datetime) -> int:
    """How many of these people, who are appended, were asked for soon, and before the others were ``answered``."""
    before = under_way.received()
    more = under_way.on.folder / f"{numbers[0]}.csv"
    more.write_text("Name,Phone,Email,City\n" + "".join(f"New,{number},n@example.com,New York\n" for number in numbers))
    under_way.append(more)
    there = datetime.now(UTC)
    wait_for(lambda: under_way.received() >= before + len(numbers), 120)
    heard = _heard(under_way)
    under_way.said["seconds after the load"] = round((max(heard[n] for n in numbers) - there).total_seconds(), 2)
    return sum(heard[number] < min(answered, there + SOON) for number in numbers)


def _heard(under_way: Drive) -> dict[str, datetime]:
    """When the platform heard of each number."""
    return {number_of(line): at(line["real"]) for line in read_log(under_way.log).requests}
