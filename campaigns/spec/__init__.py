"""The campaign file: TOML in, a validated model out.

Every key is shown, with its meaning and default, in ``examples/campaign.toml``. Durations are written as people
say them: ``"15m"``, ``"2h"``, ``"1d"``; hours as ``"09:00-20:00"``, a list of such, or ``"closed"``, always in the
called person's local time.
"""

from campaigns.spec.agents import Agents
from campaigns.spec.campaign import Spec
from campaigns.spec.consent import PURPOSES, Consent
from campaigns.spec.cost import Cost
from campaigns.spec.engine import Breaker, Engine
from campaigns.spec.file import dump_spec, load_spec, parse_spec
from campaigns.spec.law import OwnHours, OwnOverride
from campaigns.spec.leads import Leads, Send
from campaigns.spec.limits import COUNTED, Caps, Limit, Pace, Phones
from campaigns.spec.lookup import Lookup
from campaigns.spec.order import Order
from campaigns.spec.outcomes import KNOWN, Action, Outcomes
from campaigns.spec.platform import Fields, Platform
from campaigns.spec.retries import DayPart, NumberWish, PartWish, Retries, Retry, RetryRow
from campaigns.spec.spans import Window, describe_moment, parse_duration, parse_window, write_duration, write_windows

__all__ = [
    "COUNTED",
    "KNOWN",
    "PURPOSES",
    "Action",
    "Agents",
    "Breaker",
    "Caps",
    "Consent",
    "Cost",
    "DayPart",
    "Engine",
    "Fields",
    "Leads",
    "Limit",
    "Lookup",
    "NumberWish",
    "Order",
    "Outcomes",
    "OwnHours",
    "OwnOverride",
    "Pace",
    "PartWish",
    "Phones",
    "Platform",
    "Retries",
    "Retry",
    "RetryRow",
    "Send",
    "Spec",
    "Window",
    "describe_moment",
    "dump_spec",
    "load_spec",
    "parse_duration",
    "parse_spec",
    "parse_window",
    "write_duration",
    "write_windows",
]
