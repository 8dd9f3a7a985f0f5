"""``dialer sandbox``: serve the practice platform."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH


@click.command(name="sandbox")
@click.option("--platform", default="callfluent", show_default=True, help="Which platform it stands for.")
@click.option("--state", type=PATH, default=Path("sandbox"), show_default=True, help="Folder of its calls.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; this machine only.")
@click.option(
    "--port", default=8480, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on; 0: any free one."
)
@click.option("--clock", type=PATH, help="The file of a scaled clock; without one it keeps real time.")
@click.option("--seed", default=0, show_default=True, help="What every call's course is drawn from.")
@click.option("--sandbox-log", "log", type=PATH, help="Write every request and every call's end here, as JSON lines.")
@click.option("--agent", type=PATH, help="An agent as the platform returns it.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", help="Behave otherwise; docs/platforms.md.")
@click.option("--echo/--no-echo", default=False, show_default=True, help="Call records show their custom fields.")
@click.option("--faults", type=PATH, help="A file of what goes wrong, and how often; without one nothing does.")
def command(
    platform: str, state: Path, host: str, port: int, clock: Path | None, seed: int, log: Path | None,
    agent: Path | None, assume: tuple[str, ...], echo: bool, faults: Path | None,
) -> None:  # fmt: skip
    """Serve a voice platform to practise against, until it is interrupted. It calls nobody."""
    from dialer.sandbox.assumptions import Assumptions
    from dialer.sandbox.server import SandboxOptions, serve

    assumed = Assumptions(echo=echo).but(assume)
    serve(SandboxOptions(state, host, port, clock, seed, log, agent, assumed, faults, platform))
