from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.compiled import Compiler


def compiler(folder: Path) -> Compiler:
    return Compiler(folder, (b"compiled",))


def test_whole_numbers_share_one_version(tmp_path: Path) -> None:
    make = compiler(tmp_path)

    @make.inner
    def plus(one: int, other: int) -> int:
        return one + other

    @make.lean
    def sums(row: Any) -> int:
        total = plus(1, 2)  # constants, 32 and 64 bits
        for entry in row:
            total += plus(entry, -1) + plus(np.int64(entry), entry)
        return total

    row = np.array([3, -4, 2**31 - 1], np.int32)
    assert sums(row) == 3 + sum(int(entry) * 3 - 1 for entry in row)
    versions: Any = plus
    assert len(versions.signatures) == 1


def test_flags_and_fractions_keep_their_kinds(tmp_path: Path) -> None:
    make = compiler(tmp_path)

    @make.inner
    def scaled(by: float, up: bool) -> float:
        return by / 2 if up else by

    @make.compiled
    def both(by: float) -> float:
        return scaled(by, True) + scaled(by, by > 100)

    assert both(0.5) == 0.75


def test_whole_numbers_without_a_sign_keep_all_their_bits(tmp_path: Path) -> None:
    make = compiler(tmp_path)

    @make.inner
    def halved(number: Any) -> Any:
        return number >> np.uint64(1)

    @make.compiled
    def first(row: Any) -> Any:
        return halved(row[0])

    assert first(np.array([2**64 - 1], np.uint64)) == 2**63 - 1


@pytest.mark.parametrize(("text", "anew"), [("compiled = 2", True), ("other = 2", False)])
def test_a_change_in_compiled_code_compiles_all_anew(tmp_path: Path, text: str, anew: bool) -> None:
    (tmp_path / "one.py").write_text("compiled = 1")
    (tmp_path / "two.py").write_text("other = 1")
    before = compiler(tmp_path)._cache
    (tmp_path / ("one.py" if anew else "two.py")).write_text(text)
    assert (compiler(tmp_path)._cache != before) is anew
