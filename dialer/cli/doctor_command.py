"""``dialer doctor``: keys, servers, clock and disk."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialer.cli.options import json_option, print_json, state_option

if TYPE_CHECKING:
    from dialer.finding import Finding


@click.command(name="doctor")
@click.option("--offline", is_flag=True, help="Leave the voice platform alone.")
@json_option
@state_option
def command(offline: bool, as_json: bool, state: Path | None) -> None:
    """Check keys, servers, clock and disk, and say how to put right what is wrong.

    The exit code is that of the first failure: 4 for a key or setting, 5 for what is out of reach.
    """
    import asyncio
    from dataclasses import asdict

    findings = asyncio.run(_examine(state, offline=offline, quiet=as_json))
    if as_json:
        print_json({"checks": [{"ok": not finding.exit_code} | asdict(finding) for finding in findings]})
    sys.exit(next((finding.exit_code for finding in findings if finding.exit_code), 0))


async def _examine(state: Path | None, *, offline: bool, quiet: bool) -> list[Finding]:
    from dialer.doctor import examine

    findings = []
    async for finding in examine(os.environ, state, offline=offline):
        findings.append(finding)
        if not quiet:
            click.echo(finding.line)
    return findings
