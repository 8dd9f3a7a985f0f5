"""``dialer calls``: the calls that the platform has of an agent. Only a campaign places any."""

from __future__ import annotations

from dialer.cli.asking import Verb, group

VERBS = (
    Verb("list", "agents.calls", "List a page of an agent's calls, as the platform has them.", ("agent", "page=1")),
    Verb("hangup", "agents.hang_up", "End a call in progress.", ("call",), destroys="hang up call {call}"),
    Verb("delete", "agents.delete_call", "Delete a call's record.", ("call",), destroys="delete call {call}'s record"),
)
command = group("calls", "Show, hang up and delete calls; campaigns place them.", VERBS)
