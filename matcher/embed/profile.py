"""How near a text is to each problem area, as further coordinates of its vector.

The softmax over a vector's cosines to the areas' prototypes says which areas it may be about. Its square
root is a unit vector, and the dot product of two such is how much the two distributions overlap
(Bhattacharyya 1943): two statements in wholly other words stand close where they point to the same area,
and a statement between two areas stands between them. Two gates take these coordinates back to nothing:
a logistic curve, fitted on texts of the field against others, for texts of other worlds; and a limit to
the cosine to the nearest prototype, for texts of the field that are about none of the known areas.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.embed.vectors import Vectors
from matcher.errors import ArtefactError

PROFILE = "areas.safetensors"
#: Inverse strength of the gate's regularisation (scikit-learn's C).
GATE_STRENGTH = 10.0
#: By how much, in log odds, a text has to be more likely of the field than not for the gate to be half
#: open. Texts of worlds that the rehearsal lacks would get a profile too often without it: at 0 the public
#: sets lose .015 nDCG@10, at 2 .007, and the field's own sets the same share of nearest neighbours.
GATE_MARGIN = 2.0
#: How gradually nearness to an area counts, in cosine: the scale of its logistic curve.
SOFTNESS = 0.05
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """``prototypes`` (areas, dimension) are unit vectors, ``gate`` (dimension,) and ``bias`` the logistic
    curve that tells the field from other worlds; ``weight`` is the length of the new coordinates beside
    the 1 of the old, ``temperature`` divides cosines in the softmax. At the cosine ``near`` to its nearest
    prototype a text has half of that length."""

    areas: tuple[str, ...]
    prototypes: Floats
    gate: Floats
    bias: float
    temperature: float
    weight: float
    near: float

    def of_the_field(self, vectors: Vectors) -> Floats:
        """The chance (n,) that each text is of the field, as against the rehearsal's worlds."""
        chance: Floats = 1.0 / (1.0 + np.exp(-(vectors @ self.gate + self.bias)))
        return chance

    def extend(self, vectors: Vectors) -> Vectors:
        """Unit vectors (n, dimension + areas) of unit vectors (n, dimension)."""
        if not len(vectors):
            return np.zeros((0, len(self.gate) + len(self.areas)), dtype=np.float32)
        cosine = vectors @ self.prototypes.T
        nearest = cosine.max(axis=1, keepdims=True)
        share = np.exp((cosine - nearest) / self.temperature)
        share /= share.sum(axis=1, keepdims=True)
        known = 1.0 / (1.0 + np.exp((self.near - nearest[:, 0]) / SOFTNESS))
        length = self.weight * known * self.of_the_field(vectors)
        longer = np.hstack([vectors, length[:, None] * np.sqrt(share)])
        unit: Vectors = (longer / np.linalg.norm(longer, axis=1, keepdims=True)).astype(np.float32)
        return unit


def fit_profile(
    vectors: Vectors,
    areas: npt.NDArray[Any],
    others: Vectors,
    *,
    temperature: float,
    weight: float,
    near: float,
) -> Profile:
    """The profile of labelled vectors (n, dimension): each area's prototype is its texts' mean direction.

    ``areas`` (n,) are ids; ``others`` are vectors of texts of other worlds; without any the gate is open.
    """
    from sklearn.linear_model import LogisticRegression

    names = tuple(sorted({str(area) for area in areas}))
    means = np.array([vectors[areas == name].mean(axis=0) for name in names])
    gate, bias = np.zeros(vectors.shape[1], dtype=np.float32), 20.0
    if len(others):
        curve = LogisticRegression(class_weight="balanced", C=GATE_STRENGTH, max_iter=1000)
        curve.fit(np.vstack([vectors, others]), np.arange(len(vectors) + len(others)) < len(vectors))
        gate, bias = curve.coef_[0].astype(np.float32), float(curve.intercept_[0]) - GATE_MARGIN
    prototypes = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
    return Profile(names, prototypes, gate, bias, temperature, weight, near)


def save_profile(profile: Profile, folder: Path) -> None:
    """Write it beside the adapter's weights. The same profile always gives the same bytes."""
    from safetensors.numpy import save

    told = {
        "areas": json.dumps(profile.areas),
        "bias": repr(profile.bias),
        "temperature": repr(profile.temperature),
        "weight": repr(profile.weight),
        "near": repr(profile.near),
    }
    tensors = {"prototypes": profile.prototypes, "gate": profile.gate}
    whole = save({key: np.ascontiguousarray(value) for key, value in tensors.items()}, told)
    # The library writes what is told in any order. It stands in the header, behind the header's size.
    start = 8 + int.from_bytes(whole[:8], "little")
    header = json.dumps(json.loads(whole[8:start]), sort_keys=True, separators=(",", ":")).encode()
    (folder / PROFILE).write_bytes(whole[:8] + header.ljust(start - 8) + whole[start:])


def load_profile(folder: Path) -> Profile:
    """What :func:`save_profile` wrote. Raises ArtefactError where it cannot be read."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / PROFILE, framework="numpy") as file:
            told = file.metadata()
            return Profile(
                areas=tuple(json.loads(told["areas"])),
                prototypes=file.get_tensor("prototypes"),
                gate=file.get_tensor("gate"),
                bias=float(told["bias"]),
                temperature=float(told["temperature"]),
                weight=float(told["weight"]),
                near=float(told["near"]),
            )
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ArtefactError(
            f"The adapter's {PROFILE} cannot be read: {error}.",
            cure="Restore models/ from the project, or set adapter = false under [embedding].",
        ) from None
