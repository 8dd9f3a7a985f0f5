"""``dialer init``: write a commented campaign file for a lead list."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, is_terminal, line, list_argument, say, state_option


@click.command(name="init")
@list_argument
@click.option("--country", metavar="XX", help="Country of numbers without a +: two letters, such as US or GB.")
@click.option("--out", type=PATH, metavar="OUT.toml", help="Where to write it (default: the list's name, here).")
@state_option
def command(file: Path, country: str | None, out: Path | None, state: Path | None) -> None:
    """Write a commented campaign file for the lead list FILE; an existing file is never overwritten."""
    from dialer.cli.drafting import draft, needs_country, write

    if country is None and is_terminal() and needs_country(file):
        country = click.prompt("Which country are numbers without a + from (two letters)", err=True)
    out = out or Path(f"{file.stem}.toml")
    write(out, draft(file, country))
    say(f"Wrote {out}: read it and fill in the agent.")
    say(f"Next: {line('launch', file, '--campaign', out, '--rehearse')}")
