"""Texts to vectors: one small protocol, and the sentence-transformers model behind it.

Everything downstream takes vectors: arrays (n, dimension) of float32, each row of length 1, so
that a dot product is a cosine. Each distinct text is embedded once: :func:`embed_missing` asks
the model only for texts whose hash is not yet known.
"""

from matcher.embed.manifest import Calibration, Manifest, file_hash, find_model, models_folder
from matcher.embed.sentence import SentenceEmbedder
from matcher.embed.vectors import GRID, Embedder, Progress, Vectors, embed_missing, on_grid

__all__ = [
    "GRID",
    "Calibration",
    "Embedder",
    "Manifest",
    "Progress",
    "SentenceEmbedder",
    "Vectors",
    "embed_missing",
    "file_hash",
    "find_model",
    "models_folder",
    "on_grid",
]
