"""What a campaign will do, before and while it does it: calls, minutes, cost, answers, and when it will be finished.

People are counted in cohorts: alike in place, phone types, numbers, calls so far and next instant. A million of them
are a few hundred cohorts, and those are moved through time together, for several possible truths at once.

    crowd → schedules, chain → course → outlook → picture
    rates (of the account's own calls, else assumed)
"""
