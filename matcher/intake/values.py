"""One cell to one value. Each function raises Unreadable, with a cure, where it cannot."""

from __future__ import annotations

import re

from matcher.intake import zones
from matcher.intake.texts import one_line, plain


class Unreadable(Exception):  # noqa: N818 - it is not an error yet: a row makes a problem of it
    """A cell that means nothing that is wanted. ``cure`` says what would."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


_YES = frozenset(["yes", "y", "true", "x", "1", "si", "checked", "on", "ok", "sure", "t", "definitely"])
_NO = frozenset(["no", "n", "false", "0", "off", "unchecked", "none", "f", "never", "na"]) | {
    "",
    "n a",
    "not yet",
    "not now",
}
_UNSURE = frozenset(["maybe", "possibly", "unsure", "perhaps", "depends"]) | {"not sure", "it depends"}
_MOST = 10**9


def yes_no(text: str) -> bool | None:
    """True or False; None where the answer is "maybe"."""
    words = plain(text)
    if text.strip() in ("✓", "✔", "☑", "✅"):
        return True
    if words in _UNSURE or words.split()[:1] == ["maybe"]:
        return None
    first = words.split(" ")[0]
    if words in _YES or first in ("yes", "si"):
        return True
    if words in _NO or first == "no":
        return False
    raise Unreadable(f"'{shown(text)}' is neither yes nor no.", "Write yes or no.")


def whole(text: str) -> int:
    """A whole number, 0 or more, with or without thousands separators."""
    compact = re.sub(r"(?<=\d)[, \u202f](?=\d{3}(\D|$))", "", one_line(text))
    match = re.fullmatch(r"(-?)([0-9]{1,12})(?:\.0*)?", compact)
    if not match:
        raise Unreadable(f"'{shown(text)}' is not a whole number.", "Write a number such as 1,234.")
    if match[1] and int(match[2]):
        raise Unreadable(f"{compact} is below 0.", "Write 0 or more.")
    if int(match[2]) > _MOST:
        raise Unreadable(f"{compact} is above {_MOST:,}.", "Write the number of people.")
    return int(match[2])


def few(text: str) -> int:
    """A whole number up to 1,000: of seats or of exchanges."""
    number = whole(text)
    if number > 1_000:
        raise Unreadable(f"{number:,} is above 1,000.", "Write how many at one time.")
    return number


def degrees(text: str, most: int) -> float:
    """A latitude (``most`` 90) or longitude (180) in degrees."""
    compact = one_line(text).replace("\u2212", "-")
    match = re.fullmatch(r"[-+]?[0-9]{1,3}(?:[.,][0-9]{1,15})?", compact)
    if not match:
        raise Unreadable(
            f"'{shown(text)}' is not a number of degrees.", "Write decimal degrees such as 39.74 or -104.99."
        )
    number = float(compact.replace(",", "."))
    if not -most <= number <= most:
        raise Unreadable(f"{compact} is outside -{most} to {most}.", "Check the number and its sign.")
    return number


def email(text: str) -> str:
    """An address in lower case; empty where the form says that there is none."""
    compact = one_line(text)
    inside = re.search(r"<([^<>]+)>", compact)
    address = (inside[1] if inside else compact).removeprefix("mailto:").strip().casefold()
    if plain(address) in ("anonymous", "n a", "na", "none", ""):
        return ""
    if len(address) > 254 or not re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+", address):
        raise Unreadable(
            f"'{shown(text)}' is not an email address.", "Write one address, as in name@place.org."
        )
    return address


def state(text: str) -> str:
    """A postal code."""
    code = zones.state_code(text)
    if not code:
        raise Unreadable(
            f"'{shown(text)}' is no state or territory.", "Write its name or its postal code, such as TX."
        )
    return code


def timezone(text: str) -> str:
    """An IANA zone."""
    name = zones.zone_name(text)
    if not name:
        raise Unreadable(
            f"'{shown(text)}' is not a time zone.",
            "Write Eastern, Central, or a name such as America/Chicago.",
        )
    return name


def shown(text: str) -> str:
    """The start of a text on one line, for a message."""
    line = one_line(text)
    return line if len(line) <= 60 else line[:57] + "..."
