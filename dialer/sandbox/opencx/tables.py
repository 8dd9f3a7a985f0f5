"""What a phone agent is told, by what request (seed 003 for Buy; OpenAPI 2024-09-14)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.opencx.wire import is_number, is_text

LONGEST_CALL_S = 21_600
LANGUAGES = (
    "bg", "ca", "zh", "zh-TW", "cs", "da", "nl", "en", "et", "fi", "nl-BE", "fr", "de", "de-CH", "el", "hi", "hu",
    "id", "it", "ja", "ko", "lv", "lt", "ms", "multi", "no", "pl", "pt", "ro", "ru", "sk", "es", "sv", "th", "tr",
    "uk", "vi",
)  # fmt: skip
VOICES = (
    "hP72SDESIJq2YuAblBqz", "a38v0NaUbsvackET0tSL", "UR972wNGq3zluze0LoIp", "IOyj8WtBHdke2FjQgGAr",
    "6pVydnYcVtMsrrSeUKs6", "BafnizVJUkrZF7B8vAMB", "7ml0LUl80q5HrlC5rH5n", "2EUn20N7uqcXUxqGrJEF",
    "dRqoXefWJMo2lbk72Ucp", "3R4yOxfnii0AEiNj88t7", "AcERRlWeeyUhaV8Z6nI7", "CXlx1qNjAZaq99XYNLZl",
    "ktBW0zUVLSxdQiNCm7VY", "EOYxsIDQfFQEnzbIRe3T", "4h05pJAlcSqTMs5KRd8X", "H61ermx0gHYPgQYw03E4",
    "fc0bJMlcn2uSFDSWPMjI", "Yx8RZ6gdw0HEEzcwrVlS", "4CrZuIW9am7gYAxgo2Af", "x8udhExu0uJxUn4Tf9Az",
    "sY2peC9GbHX8NCy5enOe", "TxErUhYT25MQSG3MlH4A", "PoPHDFYHijTq7YiSCwE3", "tavIIPLplRB883FzWU0V",
    "RFMAYURhm3MdnPIzpcwm", "GiGOaehga8enaTnFQvb4", "jQWvT5ZpmLknePt8F1jr", "JjHBC66wF58p4ogebCNA",
    "cfO5AAIh6JY3KjKu6QRz", "IJOA5d06iGvU3ehQdDjg",
)  # fmt: skip
SPEAKERS = ("assistant-speaks-first", "user-speaks-first")


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_area_code(value: Any) -> bool:
    return is_text(value) and len(value) == 3 and value.isdecimal()


def _is_length(value: Any) -> bool:
    return is_number(value) and value <= LONGEST_CALL_S


OPTIONS = {
    "base_prompt": is_text,
    "handoff_phone_number": is_text,
    "initial_message": is_text,
    "language": LANGUAGES.__contains__,
    "emotion_recognition": _is_bool,
    "elevenlabs_voice_id": VOICES.__contains__,
    "voice_speed": is_number,
    "speaks_first": SPEAKERS.__contains__,
    "wait_time_before_ending_call": is_number,
    "call_max_duration": _is_length,
    "awaiting_response_messages": is_text,
    "awaiting_response_max_spoken_count": is_number,
    "awaiting_response_timeout": is_number,
}
UPDATE = {"name": is_text, **OPTIONS}
BUY = {
    **{name: kind for name, kind in UPDATE.items() if name != "initial_message"},
    "area_code": _is_area_code,
    "greeting_message": is_text,
    "end_call_message": is_text,
}
