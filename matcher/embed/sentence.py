"""The sentence-transformers model behind the vectors. The only place that knows torch, with training."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.config import Embedding
from matcher.embed.manifest import Manifest
from matcher.embed.vectors import Vectors
from matcher.errors import ArtefactError

log = logging.getLogger(__name__)


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
