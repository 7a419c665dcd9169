"""Settings: every field means something, and nothing wrong is taken in silence."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from matcher.config import FILE_NAME, Settings, from_mapping, load
from matcher.errors import InputError

SECTIONS = {f.name: getattr(Settings(), f.name) for f in fields(Settings())}
FIELDS = [(name, f) for name, section in SECTIONS.items() for f in fields(section)]
NAMES = [f"{name}.{f.name}" for name, f in FIELDS]


@pytest.mark.parametrize(("section", "field"), FIELDS, ids=NAMES)
def test_every_field_has_a_meaning_and_a_default_in_range(section: str, field: Any) -> None:
    assert field.metadata["meaning"].strip()
    default = getattr(SECTIONS[section], field.name)
    assert from_mapping({section: {field.name: default}}) == Settings()
    if type(default) in (int, float):
        assert field.metadata["low"] is not None


@pytest.mark.parametrize(("section", "field"), FIELDS, ids=NAMES)
def test_every_field_refuses_another_type(section: str, field: Any) -> None:
    default = getattr(SECTIONS[section], field.name)
    wrong: list[Any] = [[1], {"a": 1}]
    wrong += [True, "1"] if isinstance(default, int | float) and not isinstance(default, bool) else [1]
    for value in wrong:
        with pytest.raises(InputError, match="is not") as caught:
            from_mapping({section: {field.name: value}})
        assert f"The setting {section}.{field.name} is {value!r}, which" in str(caught.value)
        assert "column '" not in str(caught.value)
        assert repr(default) in caught.value.cure


BOUNDED = [
    (section, field.name, field.metadata[end], step)
    for section, field in FIELDS
    for end, step in (("low", -1), ("high", 1))
    if field.metadata.get(end) is not None
]


@pytest.mark.parametrize(("section", "key", "limit", "step"), BOUNDED)
def test_every_bound_holds_at_it_and_not_beyond(section: str, key: str, limit: float, step: int) -> None:
    others = {"max_size": {"min_size": 2}, "min_size": {}}.get(key, {})
    settings = from_mapping({section: {**others, key: limit}})
    assert getattr(getattr(settings, section), key) == limit
    with pytest.raises(InputError, match=f"{section}.{key}.*out of range"):
        from_mapping({section: {key: limit + step}})


@pytest.mark.parametrize(
    ("section", "key", "choices"),
    [
        ("topics", "granularity", ("broad", "normal", "fine")),
        ("ledger", "level", ("person", "organization")),
    ],
)
def test_choices(section: str, key: str, choices: tuple[str, ...]) -> None:
    for choice in choices:
        assert getattr(getattr(from_mapping({section: {key: choice}}), section), key) == choice
    with pytest.raises(InputError, match="not a choice") as caught:
        from_mapping({section: {key: "Broad"}})
    assert all(choice in caught.value.cure for choice in choices)


def test_a_whole_number_will_do_for_a_number() -> None:
    seconds = from_mapping({"pairs": {"seconds": 5}}).pairs.seconds
    assert (seconds, type(seconds)) == (5.0, float)
    with pytest.raises(InputError, match="whole number"):
        from_mapping({"pairs": {"threshold": 5.0}})


def test_unknown_section_and_key() -> None:
    with pytest.raises(InputError, match="'pair' is not a section") as caught:
        from_mapping({"pair": {"seconds": 1.0}})
    assert "pairs" in caught.value.cure
    with pytest.raises(InputError, match="'pairs' is not a section"):
        from_mapping({"pairs": 3})
    with pytest.raises(InputError, match=r"no setting 'pairs\.second'") as caught:
        from_mapping({"pairs": {"second": 1.0}})
    assert "seconds" in caught.value.cure


def test_not_a_number() -> None:
    with pytest.raises(InputError, match="out of range"):
        from_mapping({"pairs": {"seconds": float("nan")}})


def test_settings_that_clash() -> None:
    with pytest.raises(InputError, match="min_size is 9, above max_size 8"):
        from_mapping({"cohorts": {"min_size": 9}})
    with pytest.raises(InputError, match="weights are 0"):
        from_mapping({"affinity": {"shared": 0, "help": 0, "context": 0}})


def test_a_file(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()
    (tmp_path / FILE_NAME).write_text("[pairs]\nthreshold = 200\n\n[solver]\nseed = 7\n", encoding="utf-8")
    settings = load(tmp_path)
    assert (settings.pairs.threshold, settings.solver.seed) == (200, 7)
    assert settings.cohorts == Settings().cohorts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[pairs\n", "cannot be read.*line 1"),
        (b"[pairs]\nseconds = 1\nseconds = 2\n", "cannot be read"),
        (b"[pairs]\nseconds = '\xff'\n", "cannot be read"),
        (b"[pairs]\nsecond = 1\n", "no setting 'pairs.second'"),
        (b"seconds = 1\n", "not a section"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        load(tmp_path)
    assert caught.value.place.file == FILE_NAME
    assert caught.value.cure
