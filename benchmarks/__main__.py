"""``python -m benchmarks [NAME …]``: run the benchmarks, or the named ones, and print a table."""

from __future__ import annotations

import importlib
import sys

from benchmarks.figure import RUNS, Figure

NAMES = (
    "placing", "shared", "waiting", "pacing", "promptness", "collecting", "starting", "scale", "soak", "decide",
    "load", "load_shared", "beside", "workbook", "phones", "phones_mixed", "registry", "forecast",
)  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main(wanted: list[str]) -> int:
    """Run them one after the other; answers the exit code."""
    if unknown := set(wanted) - set(NAMES):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print(f"medians of {RUNS} runs, both sides in turn")
    print(f"{'':<12} {'per second':<10} {'ours':>9} {'peer':>9} {'ratio':>9}   the peer is")
    for name in wanted or NAMES:
        found: Figure | list[Figure] = importlib.import_module(f"benchmarks.{name}").run()
        for figure in found if isinstance(found, list) else [found]:
            rates = f"{_short(figure.ours):>9} {_short(figure.peer):>9} {figure.ratio:>7.4g} ×"
            print(f"{figure.name:<12} {figure.unit:<10} {rates}   {figure.peer_is}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
