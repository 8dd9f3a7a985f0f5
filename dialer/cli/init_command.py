"""``dialer init``: write a commented campaign file for a lead list."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, is_terminal, line, list_argument, reading_options, say, state_option


@click.command(name="init")
@list_argument
@reading_options
@click.option("--out", type=PATH, metavar="OUT.toml", help="Where to write it (default: the list's name, here).")
@state_option
def command(
    file: Path, country: str | None, sheet: str | None, encoding: str | None, out: Path | None, state: Path | None
) -> None:
    """Write a commented campaign file for the lead list FILE; an existing file is never overwritten."""
    from dialer.cli.drafting import as_told, draft, needs_country, write

    told = as_told(country, sheet, encoding)
    if country is None and is_terminal() and needs_country(file, told):
        country = click.prompt("Which country are numbers without a + from (two letters)", err=True)
        told = as_told(country, sheet, encoding)
    out = out or Path(f"{file.stem}.toml")
    write(out, draft(file, told))
    say(f"Wrote {out}: read it and fill in the agent.")
    say(f"Next: {line('launch', file, '--campaign', out, '--rehearse')}")
