"""Where statements stand on a map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matcher.embed import Vectors

#: Above this many statements a map is drawn by the two main directions: t-SNE would take minutes.
LARGEST_MAP = 3000


def layout(vectors: Vectors) -> npt.NDArray[np.float64]:
    """A place (n, 2) for each vector on a map, without a unit: near ones stand together."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    n = len(vectors)
    if n < 3 or not np.ptp(vectors, axis=0).any():
        return np.array([[float(i), 0.0] for i in range(n)]).reshape(n, 2)
    if n > LARGEST_MAP:
        flat: npt.NDArray[np.float64] = PCA(n_components=2, svd_solver="full").fit_transform(vectors)
        return flat
    near = min(20.0, (n - 1) / 3)
    spread: npt.NDArray[np.float64] = TSNE(
        perplexity=near, init="pca", metric="cosine", random_state=0
    ).fit_transform(vectors)
    return spread
