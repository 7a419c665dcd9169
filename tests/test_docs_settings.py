"""docs/settings.md and matcher.config say the same."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from matcher import config

PAGE = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
SECTIONS = [section.name for section in fields(config.Settings)]


def rows(section: str) -> dict[str, tuple[str, str]]:
    """Default and meaning of each key that the page lists for a section."""
    body = PAGE.split(f"## [{section}]\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| `(.*)` \| (.*) \|$", body, flags=re.MULTILINE)
    return {key: (default, meaning) for key, default, meaning in found}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_is_documented_with_its_default_and_meaning(section: str) -> None:
    values = getattr(config.Settings(), section)
    page = rows(section)
    assert list(page) == [each.name for each in fields(values)]
    for each in fields(values):
        default, meaning = page[each.name]
        assert tomllib.loads(f"value = {default}")["value"] == getattr(values, each.name)
        assert meaning.startswith(each.metadata["meaning"])
        for limit in ("low", "high"):
            if each.metadata.get(limit) is not None:
                assert f"{each.metadata[limit]:g}" in meaning
        assert all(choice in meaning for choice in each.metadata.get("choices", ()))


def test_the_page_lists_no_section_that_is_not_there() -> None:
    assert re.findall(r"^## \[(\w+)\]$", PAGE, flags=re.MULTILINE) == SECTIONS


def test_the_file_that_init_writes_is_the_defaults_once_its_marks_are_gone() -> None:
    active = "\n".join(
        line.removeprefix("# ") if re.match(r"# \w+ = ", line) else line
        for line in config.as_toml().splitlines()
    )
    assert config.from_mapping(tomllib.loads(active)) == config.Settings()
    assert config.from_mapping(tomllib.loads(config.as_toml())) == config.Settings()
