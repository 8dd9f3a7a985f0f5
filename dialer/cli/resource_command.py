"""``dialer resource``: how a white-labelled domain is branded."""

from __future__ import annotations

from dialer.cli.asking import Verb, group

VERBS = (Verb("show", "resource.get", "Show a domain's branding.", ("domain",)),)
command = group("resource", "Show how a domain is branded.", VERBS)
