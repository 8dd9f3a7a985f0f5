"""``dialer forecast``: what a campaign will do, before it does it; calls nobody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from dialer.cli.launch_command import instant
from dialer.cli.options import PATH, json_option, print_json, rehearsal_option, say, state_option


@click.command(name="forecast")
@click.argument("what", metavar="FILE|CAMPAIGN")
@click.option("--campaign", "campaign_file", type=PATH, help="Forecast with this campaign file.")
@click.option("--pace", type=click.FloatRange(0.01, 100), help="And with so many calls begun per second.")
@click.option("--hours", metavar="9-20", help="And with these hours on every day that is not closed.")
@click.option("--start", callback=instant, metavar="INSTANT", help="As if it began then, such as 2026-11-23T09:00Z.")
@click.option("--plot", type=PATH, metavar="OUT.svg|OUT.png", help="Write the plot by day and hour as a picture.")
@json_option
@state_option
@rehearsal_option
def command(
    what: str, campaign_file: Path | None, pace: float | None, hours: str | None, start: datetime | None,
    plot: Path | None, as_json: bool, state: Path | None, rehearsal: bool,
) -> None:  # fmt: skip
    """Say what calling the lead list FILE, or what is left of CAMPAIGN, will come to.

    Calls, minutes, cost and answers, when it will be finished, what limits it, and what a change would do. Rates come
    from the account's own calls where there are enough, else they are assumed; the page says which.
    """
    from dialer.cli.forecasting import Forecasting, look_ahead, write_plot
    from dialer.cli.prospect import document, page

    outlook = look_ahead(Forecasting(what, campaign_file, pace, hours, start, plot, state, rehearsal))
    picture = write_plot(outlook, plot) if plot else None
    print_json(document(outlook)) if as_json else click.echo(page(outlook))
    if picture:
        say(f"Plot: {picture}")
