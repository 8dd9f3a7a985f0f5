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


def new_among_long_ones(under_way: Drive, news: int) -> int:
    """Once everybody of the trial was asked for, append ``news`` people; answers how many of these the platform heard
    of soon after they were loaded, and before it had answered the last request of the others, all still under way.
    """
    people = under_way.trial.people
    wait_for(lambda: under_way.received() >= people, 120)
    numbers = [f"+1646555{n:04}" for n in range(news)]
    more = under_way.on.folder / "more.csv"
    more.write_text("Name,Phone,Email,City\n" + "".join(f"New,{number},n@example.com,New York\n" for number in numbers))
    under_way.append(more)
    there = datetime.now(UTC)
    wait_for(lambda: under_way.received() >= people + news, 120)
    heard = {number_of(line): at(line["real"]) for line in read_log(under_way.log).requests}
    last = max(instant for number, instant in heard.items() if number not in numbers)
    under_way.said["seconds after the load"] = round((max(heard[n] for n in numbers) - there).total_seconds(), 2)
    return sum(heard[number] < min(last + ANSWER, there + SOON) for number in numbers)
