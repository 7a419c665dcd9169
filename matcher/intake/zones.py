"""States and time zones as people write them. States and territories by their postal codes."""

from __future__ import annotations

from functools import cache

from matcher.intake.texts import plain

_ET, _CT, _MT, _PT = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
#: code: (name, shorter forms, the zone of most of its people, whether it has others)
_STATES: dict[str, tuple[str, str, str, bool]] = {
    "AL": ("Alabama", "ala", _CT, False),
    "AK": ("Alaska", "", "America/Anchorage", True),
    "AZ": ("Arizona", "ariz", "America/Phoenix", False),
    "AR": ("Arkansas", "ark", _CT, False),
    "CA": ("California", "calif|cal", _PT, False),
    "CO": ("Colorado", "colo", _MT, False),
    "CT": ("Connecticut", "conn", _ET, False),
    "DE": ("Delaware", "del", _ET, False),
    "DC": ("District of Columbia", "washington dc|d c", _ET, False),
    "FL": ("Florida", "fla", _ET, True),
    "GA": ("Georgia", "", _ET, False),
    "HI": ("Hawaii", "hawai i", "Pacific/Honolulu", False),
    "ID": ("Idaho", "", "America/Boise", True),
    "IL": ("Illinois", "ill", _CT, False),
    "IN": ("Indiana", "ind", "America/Indiana/Indianapolis", True),
    "IA": ("Iowa", "", _CT, False),
    "KS": ("Kansas", "kan|kans", _CT, True),
    "KY": ("Kentucky", "ken", _ET, True),
    "LA": ("Louisiana", "", _CT, False),
    "ME": ("Maine", "", _ET, False),
    "MD": ("Maryland", "", _ET, False),
    "MA": ("Massachusetts", "mass", _ET, False),
    "MI": ("Michigan", "mich", "America/Detroit", True),
    "MN": ("Minnesota", "minn", _CT, False),
    "MS": ("Mississippi", "miss", _CT, False),
    "MO": ("Missouri", "", _CT, False),
    "MT": ("Montana", "mont", _MT, False),
    "NE": ("Nebraska", "neb|nebr", _CT, True),
    "NV": ("Nevada", "nev", _PT, True),
    "NH": ("New Hampshire", "n h", _ET, False),
    "NJ": ("New Jersey", "n j", _ET, False),
    "NM": ("New Mexico", "n m|n mex", _MT, False),
    "NY": ("New York", "n y", _ET, False),
    "NC": ("North Carolina", "n c|n carolina", _ET, False),
    "ND": ("North Dakota", "n d|n dak|n dakota", _CT, True),
    "OH": ("Ohio", "", _ET, False),
    "OK": ("Oklahoma", "okla", _CT, False),
    "OR": ("Oregon", "ore|oreg", _PT, True),
    "PA": ("Pennsylvania", "penn|penna", _ET, False),
    "RI": ("Rhode Island", "r i", _ET, False),
    "SC": ("South Carolina", "s c|s carolina", _ET, False),
    "SD": ("South Dakota", "s d|s dak|s dakota", _CT, True),
    "TN": ("Tennessee", "tenn", _CT, True),
    "TX": ("Texas", "tex", _CT, True),
    "UT": ("Utah", "", _MT, False),
    "VT": ("Vermont", "", _ET, False),
    "VA": ("Virginia", "", _ET, False),
    "WA": ("Washington", "wash|washington state", _PT, False),
    "WV": ("West Virginia", "w va|w virginia", _ET, False),
    "WI": ("Wisconsin", "wis|wisc", _CT, False),
    "WY": ("Wyoming", "wyo", _MT, False),
    "AS": ("American Samoa", "", "Pacific/Pago_Pago", False),
    "GU": ("Guam", "", "Pacific/Guam", False),
    "MP": ("Northern Mariana Islands", "cnmi", "Pacific/Guam", False),
    "PR": ("Puerto Rico", "p r", "America/Puerto_Rico", False),
    "VI": ("Virgin Islands", "us virgin islands|u s virgin islands|usvi", "America/Puerto_Rico", False),
}
#: Territories that lie east of the meridian, where a longitude is above 0.
EASTERN = frozenset({"GU", "MP", "AK"})


def state_names() -> dict[str, str]:
    """The name of each state and territory, by its postal code."""
    return {code: name for code, (name, *_) in _STATES.items()}


_ZONE_WORDS = {
    "eastern": _ET,
    "central": _CT,
    "mountain": _MT,
    "pacific": _PT,
    "arizona": "America/Phoenix",
    "alaska": "America/Anchorage",
    "alaskan": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "hawaiian": "Pacific/Honolulu",
    "atlantic": "America/Puerto_Rico",
    "chamorro": "Pacific/Guam",
    "samoa": "Pacific/Pago_Pago",
}
_ZONE_LETTERS = {
    **dict.fromkeys(("e", "et", "est", "edt"), _ET),
    **dict.fromkeys(("c", "ct", "cst", "cdt"), _CT),
    **dict.fromkeys(("m", "mt", "mst", "mdt"), _MT),
    **dict.fromkeys(("p", "pt", "pst", "pdt"), _PT),
    **dict.fromkeys(("akst", "akdt", "akt"), "America/Anchorage"),
    **dict.fromkeys(("hst", "hast", "ht"), "Pacific/Honolulu"),
    "ast": "America/Puerto_Rico",
    "chst": "Pacific/Guam",
    "sst": "Pacific/Pago_Pago",
    "utc": "UTC",
    "gmt": "UTC",
}
_NO_DST = ("no dst", "no daylight", "without dst", "without daylight", "arizona", "phoenix")


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, (name, shorter, _, _) in _STATES.items():
        for form in (code.casefold(), plain(name), *shorter.split("|")):
            if form:
                codes[form] = code
    return codes


@cache
def _zones() -> dict[str, str]:
    import zoneinfo

    return {name.casefold(): name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"}


def state_code(text: str) -> str:
    """The postal code of a state or territory by its code, name or usual short form; else empty."""
    words = plain(text)
    if words.startswith("state of "):
        words = words.removeprefix("state of ")
    return _codes().get(words, "")


def state_zone(code: str) -> tuple[str, bool]:
    """The zone of most of a state's people, and whether the state has others as well."""
    _, _, zone, several = _STATES[code]
    return zone, several


def state_name(code: str) -> str:
    """The full name for a postal code."""
    return _STATES[code][0]


def zone_name(text: str) -> str:
    """The IANA name for a time zone as people write it; empty where it names none, or several."""
    given = _zones().get(text.strip().casefold().replace(" ", "_"))
    if given:
        return given
    words = plain(text)
    zones = {zone for word, zone in _ZONE_WORDS.items() if word in words.split()}
    if not zones:
        zones = {_ZONE_LETTERS[word] for word in words.split() if word in _ZONE_LETTERS and len(word) > 1}
        zones |= {_ZONE_LETTERS[words]} if words in _ZONE_LETTERS else set()
    if zones <= {_MT, "America/Phoenix"} and zones and any(mark in words for mark in _NO_DST):
        return "America/Phoenix"
    zones -= {"UTC"} if len(zones) > 1 else set()  # "Eastern (UTC-5)"
    if len(zones) != 1 or (zones == {"UTC"} and words not in ("utc", "gmt")):
        return ""
    return zones.pop()
