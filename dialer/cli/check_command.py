"""``dialer check``: what would happen to each row of a lead list; calls nobody."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, json_option, list_argument, print_json, reading_options, say, state_option


@click.command(name="check")
@list_argument
@click.option("--campaign", "campaign_file", type=PATH, help="Read the list as this campaign file says.")
@reading_options
@click.option("--leads", "out", type=PATH, metavar="OUT.jsonl", help="Write a line about each row here.")
@click.option("--annotate", "annotated", type=PATH, metavar="OUT.xlsx", help="Write the list with our verdicts beside.")
@click.option("--to-fix", type=PATH, metavar="OUT.xlsx", help="Write the rejected rows, to be corrected and launched.")
@json_option
@state_option
def command(
    file: Path, campaign_file: Path | None, country: str | None, sheet: str | None, encoding: str | None,
    out: Path | None, annotated: Path | None, to_fix: Path | None, as_json: bool, state: Path | None,
) -> None:  # fmt: skip
    """Say what would happen to each row of the lead list FILE.

    Only the number, duplicates and the row's own opt-out decide; phone types and time zones are shown.
    """
    from campaigns.errors import ListRefused
    from dialer.cli.checking import Checking, check, page

    survey = check(Checking(file, campaign_file, country, sheet, encoding, out, annotated, to_fix))
    if as_json:
        print_json(survey)
    else:
        click.echo(page(survey))
        for key, what in (("annotated", "Your list with our verdicts"), ("to_fix", "Rows to fix")):
            if survey[key]:
                say(f"{what}: {survey[key]}")
        say(f"Next: {survey['next']}")
    if not survey["accepted"] - sum(survey["screened"].values()):
        raise ListRefused(f"{file}: no row can be called")
