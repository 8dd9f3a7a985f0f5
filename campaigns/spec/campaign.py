"""The whole campaign file as one model."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from campaigns.spec.agents import Agents
from campaigns.spec.budget import Budget
from campaigns.spec.consent import Consent
from campaigns.spec.cost import Cost
from campaigns.spec.engine import Engine
from campaigns.spec.law import Law
from campaigns.spec.leads import Leads
from campaigns.spec.limits import Caps, Hours, Pace, Phones
from campaigns.spec.lookup import Lookup
from campaigns.spec.order import Order
from campaigns.spec.outcomes import Outcomes
from campaigns.spec.part import IN_ORDER, Part
from campaigns.spec.platform import Platform
from campaigns.spec.ramp import Ramp
from campaigns.spec.retries import Retries


class Spec(Part):
    """One campaign: who calls whom, when, how fast and how often."""

    name: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")
    account: str = "default"
    agent: str | None = None
    mode: Literal["now", "cron"] = "now"
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    voice: Literal["ai", "human"] = "ai"
    purpose: Literal["sales", "service", "survey", "debt"] = "sales"
    subject: str | None = Field(default=None, min_length=1, max_length=200)
    holidays: Annotated[frozenset[date], IN_ORDER] = frozenset()
    on_unknown: Literal["hold", "redial"] = "hold"
    leads: Leads = Leads()
    hours: Hours = Hours()
    pace: Pace = Pace()
    ramp: Ramp = Ramp()
    budget: Budget = Budget()
    agents: Agents = Agents()
    retries: Retries = Retries()
    outcomes: Outcomes = Outcomes()
    order: Order = Order()
    phones: Phones = Phones()
    lookup: Lookup = Lookup()
    caps: Caps = Caps()
    consent: Consent = Consent()
    law: Law = Law()
    cost: Cost = Cost()
    engine: Engine = Engine()
    platform: Platform = Platform()

    @model_validator(mode="after")
    def _fits_together(self) -> Spec:
        if self.start and self.end and self.end <= self.start:
            raise ValueError("end: the campaign ends before it starts")
        if not any(self.hours.week):
            raise ValueError("hours: every day is closed, so nobody could ever be called")
        waits = (*self.retries.waits(), self.outcomes.retry)
        if min(waits) < self.engine.match_window:
            raise ValueError("retries: a wait is shorter than engine.match_window, so two calls could be mixed up")
        if self.budget.money and not self.cost.known:
            raise ValueError("budget.money: write what calls cost in [cost], or nobody could count it")
        if bool(self.agents.column) != bool(self.agents.values):
            raise ValueError("agents: column and values go together: the column, and who calls for which value of it")
        if self.agent and self.agents.pool and self.agent not in self.agents.pool:
            raise ValueError("agent: it is not in agents.pool, so it would call nobody")
        return self

    @property
    def main_agent(self) -> str | None:
        """Who calls, or the first of those who do."""
        return self.agent or next(iter(self.agents.every), None)

    @property
    def callers(self) -> tuple[str, ...]:
        """Every agent that may call somebody, the main one first."""
        own = (self.agent,) if self.agent else ()
        return tuple(dict.fromkeys((*own, *self.agents.every, *sorted(self.retries.agents))))
