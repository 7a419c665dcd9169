"""Options that stand in for a setting in one run, made from the setting's own meaning and bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matcher.config import Settings

if TYPE_CHECKING:
    from matcher.workflow.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
#: What joins a section and a key in the name of an option's value.
_JOIN = "__"


def setting(section: str, key: str, flag: str = "") -> Callable[[F], F]:
    """An option for ``section.key``, called ``flag`` or as the key; not given, it changes nothing."""
    default = getattr(getattr(Settings(), section), key)
    kept = next(f for f in fields(getattr(Settings(), section)) if f.name == key)
    checks = kept.metadata
    name = flag or f"--{key.replace('_', '-')}"
    if isinstance(default, bool):
        name = f"{name}/--no-{name.removeprefix('--')}"
    kind: Any = None
    if checks.get("choices"):
        kind = click.Choice(checks["choices"])
    elif isinstance(default, float):
        kind = click.FloatRange(checks["low"], checks["high"])
    elif not isinstance(default, bool):
        kind = click.IntRange(checks["low"], checks["high"])
    shown = ("yes" if default else "no") if isinstance(default, bool) else default
    return click.option(
        name,
        f"{section}{_JOIN}{key}",
        type=kind,
        default=None,
        metavar=None if isinstance(default, bool) or checks.get("choices") else "N",
        help=f"{checks['meaning'][0].upper()}{checks['meaning'][1:]} "
        f"(this run only; {section}.{key} is {shown} by default).",
    )


def overridden(workspace: Workspace, given: dict[str, Any]) -> Workspace:
    """The workspace with the settings that options gave. Raises InputError where two of them clash."""
    settings = workspace.settings
    sections: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        section, _, key = name.partition(_JOIN)
        if value is not None:
            sections.setdefault(section, {})[key] = value
    changed = {name: replace(getattr(settings, name), **values) for name, values in sections.items()}
    return replace(workspace, settings=replace(settings, **changed))
