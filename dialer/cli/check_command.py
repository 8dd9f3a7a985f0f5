"""``dialer check``: what would happen to each row of a lead list; calls nobody."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, json_option, print_json, say, state_option


@click.command(name="check")
@click.argument("file", type=PATH)
@click.option("--campaign", "campaign_file", type=PATH, help="Read the list as this campaign file says.")
@click.option("--country", metavar="XX", help="Country of numbers without a +: two letters, such as US or GB.")
@click.option("--sheet", metavar="NAME", help="Sheet of the workbook (default: the first with phone numbers).")
@click.option("--leads", "out", type=PATH, metavar="OUT.jsonl", help="Write a line about each row here.")
@json_option
@state_option
def command(
    file: Path, campaign_file: Path | None, country: str | None, sheet: str | None, out: Path | None, as_json: bool,
    state: Path | None,
) -> None:  # fmt: skip
    """Say what would happen to each row of the lead list FILE.

    Only the number, duplicates and the row's own opt-out decide; phone types and time zones are shown.
    """
    from campaigns.errors import ListRefused
    from dialer.cli.checking import Checking, check, page

    survey = check(Checking(file, campaign_file, country, sheet, out))
    if as_json:
        print_json(survey)
    else:
        click.echo(page(survey))
        say(f"Next: {survey['next']}")
    if not survey["accepted"] - sum(survey["screened"].values()):
        raise ListRefused(f"{file}: no row can be called")
