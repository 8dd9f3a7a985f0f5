"""The words every room shares: states, verdicts, results and reasons, each with a one-line meaning.

Source: DESIGN §2 and the unified vocabulary of the feature study (§5.2). The values are stored in the ledger
and printed in reports, so a value once released never changes its meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A stored word that carries its meaning: ``Result.BUSY == "busy"``, ``Result.BUSY.meaning`` says what it means."""

    meaning: str

    __hash__ = str.__hash__  # an Enum's own is Python code, and words are keys by the million

    def __new__(cls, value: str, meaning: str = "") -> Word:
        """Make the member ``value`` and hang its one-line ``meaning`` on it."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.meaning = meaning
        return word


class Verdict(Word):
    """What became of one row of a lead list when it was read."""

    ACCEPTED = "accepted", "the row became a contact of the campaign"
    REJECTED = "rejected", "the row cannot be called as it stands; the reason says why"
    DUPLICATE = "duplicate", "the same number stands in an earlier row, which is kept"
    EXCLUDED = "excluded", "the row could be called, but must not be"


class CampaignState(Word):
    """Where a campaign stands in its life."""

    WAITING = "waiting", "loaded; a campaign for cron rests here between its runs"
    RUNNING = "running", "calls are placed when they may be"
    PAUSED = "paused", "no new calls until it is resumed; the reason says who or what paused it"
    DONE = "done", "no contact is ready or being called"
    CANCELLED = "cancelled", "ended for good by a person"
    ARCHIVED = "archived", "its leads and calls were moved to a folder of their own"


OVER = (CampaignState.DONE, CampaignState.CANCELLED, CampaignState.ARCHIVED)
"""A campaign in one of these calls nobody, unless leads are appended to one that is done."""


class ContactState(Word):
    """Where one contact stands."""

    READY = "ready", "will be called at its next instant"
    DIALING = "dialing", "an attempt is open"
    HELD = "held", "an attempt's outcome could not be learned; a person or a late record decides"
    DONE = "done", "reached, or nothing more to do"
    EXHAUSTED = "exhausted", "every attempt allowed was used"
    EXCLUDED = "excluded", "must not be called; the reason says why"
    EXPIRED = "expired", "the campaign or the lead ended before the contact could be called"
    CANCELLED = "cancelled", "the campaign was cancelled before the contact was reached"


class AttemptState(Word):
    """Where one attempt stands; it only moves forward, see ``campaigns.ledger.moves``."""

    RESERVED = "reserved", "chosen by the feeder; nothing was sent"
    SUBMITTED = "submitted", "the intent is committed: from here on the call may exist"
    ACCEPTED = "accepted", "the platform took the call"
    UNKNOWN = "unknown", "the request may or may not have placed a call; history is asked"
    ENDED = "ended", "the platform's record says what happened"
    NOT_PLACED = "not_placed", "surely nothing was sent, or the platform surely refused to take it; uses no attempt"
    REJECTED = "rejected", "the platform refused this number for good"
    UNRESOLVED = "unresolved", "no record past the horizon; the contact is held"
    LOST = "lost", "the call was taken but no final record came; the contact is held"


OPEN_STATES = (AttemptState.RESERVED, AttemptState.SUBMITTED, AttemptState.ACCEPTED, AttemptState.UNKNOWN)
"""An attempt in one of these may be a live call, or become one."""

UNSENT_STATES = (AttemptState.RESERVED, AttemptState.NOT_PLACED)
"""An attempt in one of these has not used one of the contact's attempts."""


class Result(Word):
    """What became of an attempt that ended, in our words."""

    HUMAN = "human", "a person answered"
    HUMAN_SHORT = "human_short", "a person answered and hung up within seconds"
    TRANSFERRED = "transferred", "a person answered and was passed on"
    VOICEMAIL_LEFT = "voicemail_left", "a machine answered and a message was left"
    VOICEMAIL_NO_MESSAGE = "voicemail_no_message", "a machine answered and no message was left"
    FAX = "fax_or_modem", "a fax or modem answered"
    SILENT = "silent_or_unclear", "somebody or something answered; nobody could tell who"
    NO_ANSWER = "no_answer", "it rang and nobody answered"
    BUSY = "busy", "the line was engaged"
    DECLINED = "declined", "the call was declined"
    INVALID_NUMBER = "invalid_number", "the network says there is no such number"
    UNREACHABLE = "unreachable", "the phone was off or out of reach"
    FAILED = "failed", "the network or the platform could not complete the call"
    CANCELLED = "cancelled_before_answer", "the call was hung up before anyone answered"


class Reason(Word):
    """Why a row, a contact or an attempt is where it is: never called, not now, or held."""

    # rows that never become contacts
    BAD_NUMBER = "bad_number", "the number does not exist in its country's numbering plan"
    NO_NUMBER = "no_number", "the row has no phone number"
    SHORTENED_NUMBER = "shortened_number", "the spreadsheet program cut digits off this number"
    AMBIGUOUS_COUNTRY = "ambiguous_country", "the number has no country code and none was given"
    UNKNOWN_COUNTRY = "unknown_country", "the row names a country that is not known, and the number has no country code"
    NO_AGENT = "no_agent", "the row's value names none of the campaign's agents, and there is none for such rows"
    MISSING_FIELD = "missing_field", "a field that the campaign requires is blank"
    DUPLICATE_IN_FILE = "duplicate_in_file", "an earlier row has the same number"
    DUPLICATE_IN_CAMPAIGN = "duplicate_in_campaign", "the campaign already has this number"
    DUPLICATE_RUNNING = "duplicate_running", "another campaign of this client is calling this number"
    DUPLICATE_RECENT = "duplicate_recent", "another campaign of this client called this number lately"
    OPTED_OUT = "opted_out", "the row itself says the person asked not to be called"
    # contacts that must not be called
    DNC_GLOBAL = "dnc_global", "the number is on the do-not-call list"
    DNC_CLIENT = "dnc_client", "the number is on the client's do-not-call list"
    DNC_CAMPAIGN = "dnc_campaign", "the number is on the campaign's do-not-call list"
    DNC_REGISTRY = "dnc_registry", "the number is on a national or state do-not-call registry"
    LITIGATOR = "litigator", "the number is on a list of people who take callers to court"
    REASSIGNED = "reassigned", "the number belongs to somebody else than the person who gave it"
    ASKED_TO_STOP = "asked_to_stop", "in a call, the person asked not to be called again"
    FORGOTTEN = "forgotten", "the person asked to be erased; of the number only a hash is kept"
    BLOCKED_TYPE = "blocked_type", "the number is of a phone type that the campaign or its agent blocks"
    UNDECIDED_TYPE = "undecided_type", "the number may be of a blocked phone type and nothing settled it"
    NO_TIME_ZONE = "no_time_zone", "no time zone is known for the person, so no hour is known to be allowed"
    NO_WINDOW = "no_window", "no hour is allowed in every time zone the person could be in"
    NO_CONSENT = "no_consent", "the law there wants the person's consent to such a call, and none is on record"
    NO_GROUND = "no_ground", "the law there wants consent or another ground, and the campaign file names none"
    CONSENT_REFUSED = "consent_refused", "the list says that the person does not consent"
    # contacts that wait
    NEW = "new", "not called yet; may be called now"
    OUTSIDE_HOURS = "outside_hours", "outside the hours in which the person may be called"
    LAW_HOURS = "law_hours", "within the campaign's hours, but not within those that the law allows there"
    HOLIDAY = "holiday", "a holiday: the campaign, or the law of a place the person could be in, is closed on this date"
    CLOSED_PLACE = "closed_place", "nobody there is called on this date: an emergency or a proclamation was declared"
    RETRY_WAIT = "retry_wait", "called before; waits for the next try"
    CALLBACK = "callback", "asked to be called at this time"
    CALLBACK_WAITS = "callback_waits", "asked to be called when nobody may be called there; waits for the next opening"
    CALLBACK_UNREADABLE = "callback_unreadable", "asked to be called at a time that nobody could read; see the review"
    NOT_YET = "not_yet", "the list says that this lead is not to be called before its time"
    NUMBER_BUSY = "number_busy", "another open attempt has this number"
    ATTEMPT_CAP = "attempt_cap_24h", "called as often as allowed within 24 hours"
    ATTEMPT_CAP_DAYS = "attempt_cap_days", "called as often as allowed within several days"
    SPOKEN_LATELY = "spoken_lately", "somebody spoke to this person a few days ago; nobody calls again so soon"
    MINIMUM_GAP = "minimum_gap", "called a moment ago; the campaign keeps a gap between two calls"
    PER_DAY = "calls_per_day", "the campaign has made its calls of the day"
    BUDGET = "budget_used", "a budget of 24 hours is used up"
    FIRST_CALLS = "first_calls", "the campaign waits for its first calls to end, and looks at how they went"
    NUMBER_RESTS = "number_rests", "the caller number rests: fewer people answer it than did"
    NUMBER_FULL = "number_full", "the caller number has made its calls of 24 hours"
    NOT_PLACED = "not_placed", "the last request surely did not place a call; it is tried again"
    NOT_STARTED = "not_started", "the campaign has not started yet"
    # why a contact left, or is held
    ANSWERED = "answered", "a person was reached"
    STOPPED = "stopped", "what was said in the call ends it: nothing more is to be done"
    LEAD_EXPIRED = "lead_expired", "the lead's own end came first"
    ATTEMPTS_USED = "attempts_used", "every attempt allowed was used"
    REFUSED_NUMBER = "refused_number", "the platform refused the number"
    UNRESOLVED = "unresolved", "the request may have placed a call, and the platform has no record of it"
    LOST = "lost", "the platform took the call and never said how it ended"
    SETTLED = "settled", "a person settled what happened"
    CAMPAIGN_ENDED = "campaign_ended", "the campaign's end came first"
    CAMPAIGN_CANCELLED = "campaign_cancelled", "the campaign was cancelled"
    WITHDRAWN = "withdrawn", "taken off the campaign by a person"
    # why a campaign is paused
    OPERATOR = "operator", "a person paused it"
    ACCOUNT = "account", "the platform refuses the account"
    REGISTRY_OLD = "registry_old", "the copy of a do-not-call registry is older than the law allows"
    REJECTIONS = "rejections", "five requests in a row were refused with the same words"
    UNKNOWNS = "unknowns", "too many requests ended unclear"
    RAMP = "ramp", "the first calls went badly"
    NO_COST = "no_cost", "a budget of money holds, and the campaign file does not say what calls cost"
    LOOK_UPS = "look_ups", "phone types cannot be looked up"


HOURS = (Reason.OUTSIDE_HOURS, Reason.LAW_HOURS, Reason.HOLIDAY, Reason.CLOSED_PLACE)
"""Who waits for one of these waits for the clock of a place."""


class Incident(Word):
    """What is wrong with a call that the platform's history shows."""

    STRANGER = "unknown_origin", "a call of the agent that is no attempt of this ledger"
    SECOND = "second_call", "one more call than was asked for: its attempt has another one already"
    LATE = "late_record", "a call whose attempt was settled, or closed, before its record came"


class PhoneType(Word):
    """The platform's 13 phone types (seed 000, Constants §3); the value is the platform's word."""

    LANDLINE = "landline", "a landline"
    MOBILE = "mobile", "a mobile phone"
    FIXED_VOIP = "fixedVoip", "an internet number tied to a place"
    NON_FIXED_VOIP = "nonFixedVoip", "an internet number tied to no place"
    PERSONAL = "personal", "a personal number that follows its owner"
    TOLL_FREE = "tollFree", "free for the caller"
    PREMIUM = "premium", "charged at a higher rate"
    SHARED_COST = "sharedCost", "cost shared between caller and callee"
    UAN = "uan", "a universal access number of an organisation"
    VOICEMAIL = "voicemail", "the number of a voicemail service"
    PAGER = "pager", "a pager"
    UNKNOWN = "unknown", "valid, but of no known type"
    NONE = "none", "no phone type at all"

    @property
    def wire_id(self) -> int:
        """The platform's number for this type, 1 to 13, in the order of its list."""
        return list(PhoneType).index(self) + 1
