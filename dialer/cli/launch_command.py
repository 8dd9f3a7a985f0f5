"""``dialer launch``: load a lead list and dial it, or rehearse it."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import click

from dialer.cli.options import PATH, ending_options, list_argument, state_option
from dialer.clock import MAX_SPEED


def instant(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    """A day, or a day and a time, as ISO 8601 writes them."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(
            f'"{text}" is no instant; write it like 2026-11-23T09:00 (UTC) or 2026-11-23T09:00-05:00'
        ) from None


@click.command(name="launch")
@list_argument
@click.option("--campaign", "campaign_file", type=PATH, help="Campaign file; `dialer init LIST` writes one.")
@click.option("--name", help="Campaign's name (default: the campaign file's, else the list's).")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--test-call", metavar="+1…", help="First call this number with the first lead's fields.")
@click.option("--limit", type=click.IntRange(1), help="Only so many leads.")
@click.option("--new", is_flag=True, help="Start a new campaign; people called in the last 30 days are left out.")
@click.option("--call-again", is_flag=True, help="With --new: call people of the last 30 days, too.")
@click.option("--detach", is_flag=True, help="Load and return; cron or a worker dials.")
@click.option("--rehearse", is_flag=True, help="Practise: no key, no real calls, days pass in minutes.")
@click.option("--start", callback=instant, metavar="INSTANT",
              help="Rehearsal: when it begins, such as 2026-11-23T09:00 (UTC) or 2026-11-23T09:00-05:00.")  # fmt: skip
@click.option(
    "--speed", type=click.FloatRange(1, MAX_SPEED), default=20.0, show_default=True, help="Rehearsal: times as fast."
)
@click.option("--seed", default=0, show_default=True, help="Rehearsal: what every call's course is drawn from.")
@click.option("--sandbox-log", type=PATH, help="Rehearsal: the practice platform's log, as JSON lines.")
@ending_options
@state_option
def command(
    file: Path, campaign_file: Path | None, name: str | None, yes: bool, test_call: str | None, limit: int | None,
    new: bool, call_again: bool, detach: bool, rehearse: bool, start: datetime | None, speed: float, seed: int,
    sandbox_log: Path | None, report: Path | None, quiet: bool, as_json: bool, state: Path | None,
) -> None:  # fmt: skip
    """Load the lead list FILE and dial it until everyone is done.

    Launching the same list again resumes it: nothing is added twice. On a terminal the plan is shown and confirmed
    first; elsewhere --yes is needed.
    """
    from dialer.cli.campaign_file import read_campaign
    from dialer.cli.dialing import Ending

    ending = Ending(report, quiet, as_json, rehearse, state)
    ending.check()
    spec = read_campaign(campaign_file)
    name = name or spec.name or file.name.split(".")[0]
    if rehearse:
        from dialer.cli.rehearsing import Rehearsing, rehearse_campaign

        wish = Rehearsing(file, campaign_file, spec, name, ending, limit, start, speed, seed, sandbox_log, state)
        sys.exit(asyncio.run(rehearse_campaign(wish)))
    from dialer.cli.launching import Launching, launch_campaign

    wish_ = Launching(file, campaign_file, spec, name, ending, limit, yes, test_call, new, call_again, detach, state)
    sys.exit(asyncio.run(launch_campaign(wish_)))
