"""A copy of the manifest to alter, and adapters made without training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from matcher.embed import file_hash, models_folder
from matcher.embed.manifest import ADAPTER
from matcher.embed.profile import PROFILE, Profile, save_profile
from matcher.embed.training import CONFIG, save

NAME = "all-MiniLM-L6-v2"
WIDTH = 384
RANK = 4
#: The linear maps of a layer, with what they make and what they are given.
MAPS = {
    **{f"attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")},
    "attention.output.dense": (WIDTH, WIDTH),
    "intermediate.dense": (4 * WIDTH, WIDTH),
    "output.dense": (WIDTH, 4 * WIDTH),
}


def write_manifest(folder: Path) -> Path:
    """The project's manifest in ``folder``, without the entries of adapters."""
    text = (models_folder() / "embedding.toml").read_text("utf-8")
    tables = text.split("\n[")
    path = folder / "embedding.toml"
    path.write_text("\n[".join(each for each in tables if ".adapter" not in each.split("]")[0]), "utf-8")
    return path


def add_adapter(manifest: Path, *, calibration: str = "centre = 0.5\nslope = 9.0") -> Path:
    """An adapter beside the manifest, and its entry. Gives its folder."""
    folder = write_adapter(manifest.parent / "field")
    hashes = "\n".join(f'"{path.name}" = "{file_hash(path)}"' for path in sorted(folder.iterdir()))
    with manifest.open("a", encoding="utf-8") as file:
        file.write(
            f'\n[{NAME}.adapter]\nfolder = "field"\n[{NAME}.adapter.sha256]\n{hashes}\n'
            f"[{NAME}.adapter.calibration]\n{calibration}\n"
        )
    return folder


def write_adapter(folder: Path, *, seed: int = 0, size: float = 0.05) -> Path:
    """An adapter with random changes of every map of the layers, and a profile of five areas."""
    save({}, RANK, folder)  # for its configuration
    rng = np.random.default_rng(seed)
    parts = {
        f"base_model.model.encoder.layer.{layer}.{name}.lora_{side}.weight": rng.normal(
            scale=size, size=(RANK, given) if side == "A" else (made, RANK)
        ).astype(np.float16)
        for layer in range(6)
        for name, (made, given) in MAPS.items()
        for side in "AB"
    }
    save_file(parts, folder / ADAPTER)
    save_profile(random_profile(seed, areas=5, width=WIDTH), folder)
    assert {path.name for path in folder.iterdir()} == {ADAPTER, CONFIG, PROFILE}
    return folder


def units(rng: np.random.Generator, count: int, width: int) -> npt.NDArray[np.float32]:
    """Random unit vectors (count, width)."""
    rows = rng.normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def random_profile(seed: int, *, areas: int, width: int, bias: float = 1.0) -> Profile:
    rng = np.random.default_rng(seed)
    return Profile(
        areas=tuple(f"area-{i}" for i in range(areas)),
        prototypes=units(rng, areas, width),
        gate=rng.normal(size=width).astype(np.float32),
        bias=bias,
        temperature=0.1,
        weight=0.8,
        near=0.2,
    )
