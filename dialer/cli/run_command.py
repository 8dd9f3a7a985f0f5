"""``dialer run``: dial one campaign for as long as there is something to do in this window; for cron."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from dialer.cli.options import ending_options, rehearsal_option, state_option


@click.command(name="run")
@click.argument("name", metavar="CAMPAIGN")
@click.option("--until", type=click.Choice(["closed", "done"]), help="Leave when the window has closed (default), or when the campaign is done (a rehearsal's default).")  # fmt: skip  # noqa: E501
@click.option("--strict", is_flag=True, help="Exit with 75 where another run has the campaign.")
@ending_options
@state_option
@rehearsal_option
def command(
    name: str, until: str | None, strict: bool, report: Path | None, quiet: bool, as_json: bool,
    state: Path | None, rehearsal: bool,
) -> None:  # fmt: skip
    """Open CAMPAIGN, dial it, and leave when nothing is due or open before its next window.

    Cron may start it as often as it likes: a second run of the same campaign says who has it, and exits 0.
    """
    from dialer.cli.dialing import Ending
    from dialer.cli.running import Running, run_campaign

    ending = Ending(report, quiet, as_json, rehearsal, state)
    ending.check()
    sys.exit(asyncio.run(run_campaign(Running(name, until, ending, strict, state, rehearsal))))
