"""Cleaning of texts, and which statements a person should look at first."""

from __future__ import annotations

import re
import unicodedata

_ESCAPED = re.compile(r"_x00(0[0-9A-Fa-f]|1[0-9A-Fa-f])_")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_INVISIBLE = {"\u200b", "\u2060", "\ufeff", "\u00ad"}
_LEAST_LETTERS = 3

_NO_ANSWER = frozenset(
    [
        "n a",
        "na",
        "none",
        "nothing",
        "nil",
        "null",
        "no",
        "nope",
        "not applicable",
        "no answer",
        "no response",
        "no comment",
        "none at this time",
        "nothing at this time",
        "none right now",
        "nothing right now",
        "not yet",
        "none yet",
        "nothing yet",
        "not right now",
        "todavia no",
        "ninguno",
        "ninguna",
        "nada",
        "no aplica",
        "sin respuesta",
    ]
)
_ELSEWHERE = frozenset(
    [
        "see attached",
        "see attachment",
        "attached",
        "please see attached",
        "see above",
        "see below",
        "same as above",
        "see email",
        "see my email",
        "see document",
        "see doc",
        "ditto",
        "ver adjunto",
        "adjunto",
        "see attached document",
        "see attached file",
        "see the attached",
        "as above",
    ]
)
_EARLIER = re.compile(
    r"(same|still the same|igual)( answer)?( thing)?( as| que)?( my| our| the| el)?"
    r"( last| previous| prior| before| ano pasado| year| time| term| fall| spring| semester)*"
)
_UNDECIDED = frozenset(
    [
        "tbd",
        "tba",
        "idk",
        "i don t know",
        "don t know",
        "not sure",
        "unsure",
        "pending",
        "to be determined",
        "to come",
        "coming soon",
        "later",
        "no se",
        "por definir",
    ]
)
_TRIAL = re.compile(
    r"(this is )?(just )?(a )?(test|testing|prueba|asdf\w*|qwerty\w*|lorem ipsum.*|foo|foobar|xx+)"
    r"( \d+)?( (test|testing))*"
)
#: "N/A - new to the role"
_NO_ANSWER_BUT = re.compile(r"\s*n\s?/\s?a\b", re.IGNORECASE)
_FEW_WORDS = 8
_BARE = frozenset(
    ["yes", "y", "ok", "okay", "si", "x", "good", "fine", "all", "all of it", "everything", "maybe", "sure"]
)


def clean(text: str) -> str:
    """The text without control characters and with plain spaces and line ends, in NFC; else unaltered."""
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    text = _LINE_ENDS.sub("\n", text)
    kept = (_kept(mark) for mark in unicodedata.normalize("NFC", text))
    lines = "".join(kept).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _kept(mark: str) -> str:
    if mark == "\n":
        return mark
    if mark == "\t" or unicodedata.category(mark) == "Zs":
        return " "
    unwanted = mark in _INVISIBLE or unicodedata.category(mark) in ("Cc", "Cs")
    return "" if unwanted else mark


def one_line(text: str) -> str:
    """As :func:`clean`, with every run of spaces and line ends as one space: for names and numbers."""
    return " ".join(clean(text).split())


def plain(text: str) -> str:
    """Words alone, without accents, marks or case: for comparing."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def set_aside(text: str) -> str:
    """Why a person should look at this statement before it is used; empty where it can be used."""
    words = plain(text)
    letters = sum(1 for mark in words if mark.isalpha())
    reasons = {
        "no words in it": not words,
        "says that there is no answer": words in _NO_ANSWER
        or (len(words.split()) <= _FEW_WORDS and _NO_ANSWER_BUT.match(text) is not None),
        "points to a text that is elsewhere": words in _ELSEWHERE,
        "points to an earlier answer": _EARLIER.fullmatch(words) is not None,
        "not decided yet": words in _UNDECIDED,
        "looks like a test": _TRIAL.fullmatch(words) is not None,
        "only a link": not plain(_URL.sub(" ", text)),
        "too short to be read as a statement": letters < _LEAST_LETTERS or words in _BARE,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
