"""``dialer numbers``: the numbers that the platform can call from."""

from __future__ import annotations

from dialer.cli.asking import Verb, group

VERBS = (Verb("list", "agents.numbers", "List a workspace's numbers.", ("workspace", "direction=outbound")),)
command = group("numbers", "Show the numbers that agents may call from.", VERBS)
