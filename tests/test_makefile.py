"""The Makefile: a target that is declared can be made."""

from __future__ import annotations

import re
from pathlib import Path

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def test_every_declared_target_has_a_rule() -> None:
    text = MAKEFILE.read_text(encoding="utf-8")
    declared = re.findall(r"^\.PHONY:(.*)$", text, re.MULTILINE)
    targets = {name for line in declared for name in line.split()}
    assert {"run", "test"} <= targets
    assert targets <= set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
