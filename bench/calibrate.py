"""What a cosine means: the logistic curve for ``[....calibration]`` in ``models/embedding.toml``.

``python bench/calibrate.py`` reads the example network with what its statements are about and
prints one table. Pairs are of two members' statements, two challenges or a challenge and a
practice, as affinities compare them. The curve is fitted with both classes (the same subject, or
another) weighed alike, so that its centre is where a pair is as likely to be one as the other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from labelled import Labelled, read
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from matcher.domain import StatementKind
from matcher.embed import Calibration

HEADER = (
    "pairs",
    "same",
    "other",
    "AUC",
    "centre",
    "slope",
    "same above 0",
    "other above 0",
    "same mean",
    "other",
)
Booleans = npt.NDArray[np.bool_]


def pairs(given: Labelled) -> dict[str, Booleans]:
    """Which pairs (n, n) of statements are compared, each pair once."""
    member = np.array([each.member_id for each in given.statements])
    challenge = np.array([each.kind is StatementKind.CHALLENGE for each in given.statements])
    apart = member[:, None] != member[None, :]
    both = np.triu(apart & challenge[:, None] & challenge[None, :])
    helps = apart & challenge[:, None] & ~challenge[None, :]
    return {"challenge-challenge": both, "challenge-practice": helps, "all": both | helps}


def fit(cosine: npt.NDArray[np.float64], same: Booleans) -> Calibration:
    """The logistic curve of largest likelihood with balanced classes."""
    model = LogisticRegression(class_weight="balanced", C=np.inf, tol=1e-8).fit(cosine[:, None], same)
    slope = float(model.coef_[0, 0])
    return Calibration(centre=-float(model.intercept_[0]) / slope, slope=slope)


def row(name: str, cosine: npt.NDArray[np.float64], same: Booleans) -> tuple[str, ...]:
    curve = fit(cosine, same)
    points = curve.points(cosine).astype(np.int64)
    return (
        name,
        str(same.sum()),
        str((~same).sum()),
        f"{roc_auc_score(same, cosine):.3f}",
        f"{curve.centre:.3f}",
        f"{curve.slope:.2f}",
        f"{(points[same] > 0).mean():.1%}",
        f"{(points[~same] > 0).mean():.1%}",
        f"{points[same].mean():.0f}",
        f"{points[~same].mean():.0f}",
    )


def main() -> None:
    given = read()
    cosine = (given.vectors @ given.vectors.T).astype(np.float64)
    about = np.array(given.about)
    same = about[:, None] == about[None, :]
    table = [HEADER, *(row(name, cosine[chosen], same[chosen]) for name, chosen in pairs(given).items())]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    for line in table:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))


if __name__ == "__main__":
    main()
