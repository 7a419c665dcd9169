"""Topics: how well they agree with what the example's statements are about.

``python bench/topics.py`` prints one table: for each granularity the number of topics, V-measure
(Rosenberg & Hirschberg 2007), its ratio to that of KMeans which is told the true number, and the
adjusted Rand index. The last line is what any clustering stands on: how many of a statement's five
nearest are on its subject, beside what chance would give.
"""

from __future__ import annotations

from collections import Counter
from statistics import mean

import numpy as np
from labelled import read
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from matcher.config import Topics
from matcher.topics import RESOLUTION, find_topics, nearest

SEEDS = 10
NEAREST = 5
HEADER = ("", "topics", "V-measure", "to KMeans", "ARI")


def main() -> None:
    given = read()
    about = np.array(given.about)
    subjects = len(set(given.about))
    means = [
        KMeans(subjects, n_init=10, random_state=seed).fit_predict(given.vectors) for seed in range(SEEDS)
    ]
    best = mean(v_measure_score(about, found) for found in means)
    rand = mean(adjusted_rand_score(about, found) for found in means)
    table = [HEADER]
    for name in RESOLUTION:
        topics = find_topics(given.statements, given.vectors, Topics(granularity=name))
        of = {one: topic.id for topic in topics for one in topic.statement_ids}
        found = [of[each.id] for each in given.statements]
        value = v_measure_score(about, found)
        table.append(
            (
                name,
                str(len(topics)),
                f"{value:.3f}",
                f"{value / best:.2f}x",
                f"{adjusted_rand_score(about, found):.3f}",
            )
        )
    table.append((f"KMeans, told {subjects}", str(subjects), f"{best:.3f}", "1.00x", f"{rand:.3f}"))
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    for line in table:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))
    near = nearest(given.vectors, NEAREST).index
    n = len(about)
    chance = sum(count * (count - 1) for count in Counter(given.about).values()) / (n * (n - 1))
    share = float((about[near] == about[:, None]).mean())
    print(f"{n} statements; {NEAREST} nearest on the same subject: {share:.1%}; by chance {chance:.1%}")


if __name__ == "__main__":
    main()
