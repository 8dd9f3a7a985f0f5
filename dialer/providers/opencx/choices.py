"""The languages and voices that a phone agent may have, in the order of seed 003."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

NEAREST = 3

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


def one_of(what: str, known: Sequence[str]) -> AfterValidator:
    """Takes a word of the list in any case; a wrong one is told the nearest."""
    spelt = {word.lower(): word for word in known}

    def check(word: str) -> str:
        if word.lower() in spelt:
            return spelt[word.lower()]
        near = difflib.get_close_matches(word.lower(), spelt, n=NEAREST, cutoff=0.4)
        nearest = ", ".join([spelt[one] for one in near] or known[:NEAREST])
        raise ValueError(f'"{word}" is no {what} of OpenCX; the nearest: {nearest}')

    return AfterValidator(check)


Language = Annotated[str, one_of("language", LANGUAGES)]
Voice = Annotated[str, one_of("voice", VOICES)]
