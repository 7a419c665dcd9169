"""Frozen settings, read from ``matcher.toml``. Every field has a meaning, a unit and a default.

A key that is not listed here is an error, never ignored: a misspelt limit that silently
became its default would be worse than none. ``docs/settings.md`` lists the same fields;
a test keeps the two together.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from matcher.errors import InputError, Place

T = TypeVar("T")
FILE_NAME = "matcher.toml"


def _set(default: T, meaning: str, *, low: float | None = None, high: float | None = None) -> T:
    checks = {"meaning": meaning, "low": low, "high": high}
    value: T = field(default=default, metadata=checks)
    return value


def _choice(default: str, meaning: str, *choices: str) -> str:
    value: str = field(default=default, metadata={"meaning": meaning, "choices": choices})
    return value


@dataclass(frozen=True, slots=True)
class Network:
    """What the network calls itself."""

    name: str = _set("Peer exchange network", "the name at the head of the report and the workbook")


@dataclass(frozen=True, slots=True)
class Intake:
    """Bounds on files, checked before they are opened."""

    megabytes: int = _set(25, "largest file, in MB", low=1)
    inflated_megabytes: int = _set(300, "largest size of a workbook once inflated, in MB", low=1)
    rows: int = _set(100_000, "most rows in a table", low=1)
    columns: int = _set(400, "most columns in a table", low=1)
    cell_characters: int = _set(20_000, "longest cell, in characters", low=100)
    child_megabytes: int = _set(2_000, "memory of the child process that reads a workbook, in MB", low=300)
    child_seconds: int = _set(120, "time the child process has, in seconds", low=1)


@dataclass(frozen=True, slots=True)
class Embedding:
    model: str = _set("all-MiniLM-L6-v2", "name in models/embedding.toml, or a folder with a model")
    adapter: bool = _set(True, "read with what the model was taught of the field, where it has an adapter")
    precision: str = _choice(
        "auto", "auto reads texts in bfloat16 where the processor has it", "auto", "float32"
    )
    threads: int = _set(0, "threads for embedding many texts; 0 is one for each core", low=0)
    batch: int = _set(1024, "word pieces a batch", low=1)


@dataclass(frozen=True, slots=True)
class Topics:
    granularity: str = _choice("normal", "how finely statements are grouped", "broad", "normal", "fine")
    neighbours: int = _set(15, "nearest statements each statement is linked to", low=1)


@dataclass(frozen=True, slots=True)
class Affinity:
    """Weights are relative to each other; each part is 0 to 1000 before it is weighed."""

    shared: int = _set(40, "weight of a challenge both face", low=0)
    help: int = _set(50, "weight of help, half for each direction", low=0)
    context: int = _set(10, "weight of role, organization type, locale and size", low=0)
    neighbours: int = _set(60, "candidates kept a member in large networks", low=1)
    dense_up_to: int = _set(400, "members up to which every pair is a candidate", low=0)


@dataclass(frozen=True, slots=True)
class Pairs:
    threshold: int = _set(150, "least affinity of a pair, 0 to 1000", low=0, high=1000)
    across_states: bool = _set(False, "pair only members of different states")
    same_role: bool = _set(False, "pair only members of the same role group")
    same_type: bool = _set(False, "pair only members of the same organization type")
    per_organization: int = _set(
        0, "most pairs a term that the members of one organization take together; 0 is no limit", low=0
    )
    fair: bool = _set(True, "once the most are placed, lift the worst-off as high as can be, then the total")
    seconds: float = _set(60.0, "time limit, in seconds", low=0.1, high=86_400)


@dataclass(frozen=True, slots=True)
class Cohorts:
    min_size: int = _set(5, "fewest members in a cohort", low=2)
    max_size: int = _set(8, "most members in a cohort", low=2)
    per_state: int = _set(2, "most members of one state in a cohort", low=1)
    per_organization: int = _set(1, "most members of one organization in a cohort", low=1)
    practice: bool = _set(True, "a member with a practice on the topic in each cohort, where enough exist")
    sessions: int = _set(1, "sessions formed at once, each with new peers as far as can be", low=1, high=12)
    seconds: float = _set(15.0, "time limit, in seconds", low=0.1, high=86_400)


@dataclass(frozen=True, slots=True)
class Visits:
    events: int = _set(8, "most one-day visits a term", low=0)
    per_visitor: int = _set(1, "most visits a visitor makes a term", low=0)
    min_visitors: int = _set(2, "fewest visitors for which a visit is held", low=1)
    threshold: int = _set(300, "least help a visitor must gain, 0 to 1000", low=0, high=1000)
    points_per_100_km: int = _set(15, "affinity points that 100 km of travel cost", low=0)
    points_per_hosting: int = _set(100, "points against a host for each visit it held in the window", low=0)
    seconds: float = _set(30.0, "time limit, in seconds", low=0.1, high=86_400)


@dataclass(frozen=True, slots=True)
class Ledger:
    window: int = _set(2, "earlier terms in which having met bars a new meeting", low=0)
    level: str = _choice("organization", "who counts as having met", "person", "organization")


@dataclass(frozen=True, slots=True)
class Solver:
    seed: int = _set(1, "seed of every search", low=0)
    workers: int = _set(1, "threads of a solver; one gives the same plan every time", low=1)


@dataclass(frozen=True, slots=True)
class Service:
    """What the service may take of the machine."""

    memory_mb: int = _set(4_000, "memory of the process that solves, in MB", low=500)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a network's folder."""

    network: Network = Network()
    intake: Intake = Intake()
    embedding: Embedding = Embedding()
    topics: Topics = Topics()
    affinity: Affinity = Affinity()
    pairs: Pairs = Pairs()
    cohorts: Cohorts = Cohorts()
    visits: Visits = Visits()
    ledger: Ledger = Ledger()
    solver: Solver = Solver()
    service: Service = Service()

    def __post_init__(self) -> None:
        if self.cohorts.min_size > self.cohorts.max_size:
            raise InputError(
                f"cohorts.min_size is {self.cohorts.min_size}, above max_size {self.cohorts.max_size}.",
                cure="Make min_size at most max_size.",
            )
        if self.affinity.shared + self.affinity.help + self.affinity.context <= 0:
            raise InputError("All affinity weights are 0.", cure="Give at least one of them a weight.")


def load(folder: Path) -> Settings:
    """The settings in ``folder/matcher.toml``; the defaults where there is no such file.

    Raises InputError that names the key where a key is unknown, of the wrong type, or out of range.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = Place(file=path.name)
        raise InputError(f"It cannot be read: {error}.", cure="Mend that line.", place=place) from None
    return from_mapping(given, file=path.name)


def from_mapping(given: dict[str, Any], *, file: str = FILE_NAME) -> Settings:
    """Settings from nested mappings, section by section. Raises InputError as :func:`load`."""
    settings = Settings()
    sections = {f.name: getattr(settings, f.name) for f in fields(settings)}
    changed: dict[str, Any] = {}
    for name, values in given.items():
        if name not in sections or not isinstance(values, dict):
            known = ", ".join(sections)
            raise InputError(
                f"'{name}' is not a section.", cure=f"Use one of {known}.", place=Place(file=file)
            )
        changed[name] = _section(sections[name], name, values, file)
    return replace(settings, **changed)


def _section(current: T, name: str, values: dict[str, Any], file: str) -> T:
    assert is_dataclass(current)
    known = {f.name: f for f in fields(current)}
    accepted: dict[str, Any] = {}
    for key, value in values.items():
        place, setting = Place(file=file), f"{name}.{key}"
        if key not in known:
            raise InputError(
                f"There is no setting '{setting}'.", cure=f"Use one of {', '.join(known)}.", place=place
            )
        accepted[key] = _value(value, getattr(current, key), known[key].metadata, setting, place)
    changed: T = replace(current, **accepted)  # type: ignore[type-var]
    return changed


def _value(value: Any, default: Any, checks: Any, setting: str, place: Place) -> Any:
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        kind = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}[type(default)]
        raise InputError(
            f"The setting {setting} is {value!r}, which is not {kind}.",
            cure=f"The default is {default!r}.",
            place=place,
        )
    if checks.get("choices") and value not in checks["choices"]:
        raise InputError(
            f"The setting {setting} is {value!r}, which is not a choice.",
            cure=f"Use one of {', '.join(checks['choices'])}.",
            place=place,
        )
    low, high = checks.get("low"), checks.get("high")
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        limits = f"at least {low}" + (f" and at most {high}" if high is not None else "")
        raise InputError(
            f"The setting {setting} is {value!r}, which is out of range.",
            cure=f"It has to be {limits}.",
            place=place,
        )
    return value


def as_toml() -> str:
    """A settings file with every default, commented out, and what it means."""
    lines = [
        "# Settings of this network. Every line is a default: take the # away to change it.",
        "# docs/settings.md says more.",
    ]
    for section in fields(Settings):
        lines += ["", f"[{section.name}]"]
        values = getattr(Settings(), section.name)
        for each in fields(values):
            value = getattr(values, each.name)
            text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
            lines += [f"# {each.metadata['meaning']}", f"# {each.name} = {text}"]
    return "\n".join(lines) + "\n"
