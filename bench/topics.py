"""Topics of the example network, and of a few statements only, beside other methods.

``python bench/topics.py`` prints what `matcher evaluate` prints, for texts that it does not have: the
example's statements as the program reads them, with what they are about, and 20, 40 and 60 statements
of the benchmark, five a subject. BERTopic takes part where it is installed.
"""

from __future__ import annotations

from labelled import read

from matcher.cli.quality import show_topics
from matcher.config import Settings
from matcher.embed import SentenceEmbedder, find_model
from matcher.evaluate.sets import Labelled, benchmark_texts
from matcher.workflow.quality import benchmark_folder, measure_topics, reader

FEW, EACH = (20, 40, 60), 5


def some(given: Labelled, size: int) -> Labelled:
    """The first texts on each of the first subjects, by name."""
    chosen = sorted(set(given.about) - {""})[: size // EACH]
    rows = [
        row for name in chosen for row in [r for r, about in enumerate(given.about) if about == name][:EACH]
    ]
    return Labelled(
        f"{size} of the benchmark",
        tuple(given.texts[row] for row in rows),
        tuple(given.about[row] for row in rows),
    )


def main() -> None:
    example, benchmark = read(), benchmark_texts(benchmark_folder())
    settings = Settings()
    read_texts = reader(SentenceEmbedder(find_model(settings.embedding), settings.embedding))
    whole = Labelled("the example network", tuple(one.text for one in example.statements), example.about)
    for given in (whole, *(some(benchmark, size) for size in FEW)):
        show_topics(measure_topics(given, settings, read_texts))


if __name__ == "__main__":
    main()
