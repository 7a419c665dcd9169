"""Measuring: search and topics as the product has them, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.config import Embedding, Settings
from matcher.domain import Statement, StatementKind
from matcher.embed import (
    Embedder,
    Progress,
    SentenceEmbedder,
    Vectors,
    embed_missing,
    find_model,
)
from matcher.errors import NotFoundError
from matcher.evaluate import baselines, sets
from matcher.evaluate.bootstrap import Ints
from matcher.evaluate.grouping import ASIDE
from matcher.evaluate.report import Report, at_training
from matcher.evaluate.retrieval import Asked, fuse
from matcher.evaluate.search import Scores, SearchTable, compare_search
from matcher.evaluate.topics import Method, TopicTable, compare_topics
from matcher.record import digest
from matcher.search import Index, load_fitted, model_words
from matcher.search import read as read_question
from matcher.taxonomy import load_taxonomy
from matcher.topics import TopicRun, find_topics, texts_to_embed

#: Texts of a public set, and questions asked of it, unless all are wanted.
SAMPLE, QUESTIONS = 1500, 300
#: Questions asked of a public set where all its texts are.
ALL_QUESTIONS = 1000
KMEANS_SEEDS = 3
GRANULARITIES = ("broad", "normal", "fine")
PROJECT = Path(__file__).resolve().parents[2]

Read = Callable[[Sequence[str]], Vectors]


def benchmark_folder() -> Path:
    """Where the benchmark is: ``data/benchmark`` of the project.

    Raises NotFoundError where the program was installed without it.
    """
    folder = PROJECT / "data" / "benchmark"
    if not folder.is_dir():
        raise NotFoundError(
            "The benchmark is not there (data/benchmark).",
            cure="Run this from a copy of the whole project, or name a folder by --data.",
        )
    return folder


def public_folder() -> Path:
    """Where public sets are looked for: ``shared/data`` beside the project."""
    return PROJECT.parent / "shared" / "data"


def evaluate(
    settings: Settings,
    *,
    data: Path | None = None,
    public: Path | None = None,
    only: str = "",
    half: str = "report",
    sample: int | None = SAMPLE,
    embedder: Embedder | None = None,
    plain: Embedder | None = None,
    tell: Callable[[str], None] = lambda _: None,
    progress: Progress | None = None,
) -> Report:
    """Measure search and topics (or ``only`` one of them) with a network's settings.

    ``data`` and ``public`` are folders in place of :func:`benchmark_folder` and :func:`public_folder`;
    ``half`` of the benchmark's questions is report or tune. Of each public set ``sample`` texts take
    part, all where None. ``embedder`` stands in for the model of the settings, and ``plain`` for the
    same without its adapter, which is measured beside it. Raises NotFoundError and InputError where a
    file of the benchmark is missing or is not as data/README.md says.
    """
    folder, beside = data or benchmark_folder(), public or public_folder()
    if embedder is None:
        embedder, plain = _embedders(settings.embedding)
    read = reader(embedder, progress)
    read_plain = reader(plain, progress) if plain else None
    open_sets = [sets.sample(each, sample) for each in sets.public_sets(beside)]
    questions = ALL_QUESTIONS if sample is None else QUESTIONS
    notes = [] if open_sets else ["BANKING77 and CLINC150 were left out: their folder is not there."]
    search: list[SearchTable] = []
    topics: list[TopicTable] = []
    if only != "topics":
        notes += [] if baselines.has_bm25() else ["BM25 and fusion were left out: bm25s is not installed."]
        asked = [
            sets.benchmark_queries(folder, half),
            *(sets.leave_one_out(each, questions) for each in open_sets),
        ]
        for each in asked:
            tell(f"Searching: {each.name}")
            search.append(measure_search(each, settings, read, embedder.key, read_plain))
    if only != "search":
        notes += [] if baselines.has_bertopic() else ["BERTopic was left out: it is not installed."]
        unseen = sets.unseen_texts(folder)
        own = [sets.benchmark_texts(folder), sets.benchmark_half(folder, half)]
        for labelled in [*own, *([unseen] if unseen else []), *open_sets]:
            tell(f"Finding topics: {labelled.name}")
            topics.append(measure_topics(labelled, settings, read, read_plain))
    adapter = find_model(settings.embedding).adapter
    training = at_training(adapter / "measured.json") if adapter else ()
    return Report(embedder.key, tuple(search), tuple(topics), training, tuple(notes))


def _embedders(settings: Embedding) -> tuple[Embedder, Embedder | None]:
    """The model of the settings, and the same without its adapter where it reads with one."""
    bare = replace(settings, adapter=False)
    model, without = find_model(settings), find_model(bare)
    plain = None if without.key == model.key else SentenceEmbedder(without, bare)
    return SentenceEmbedder(model, settings), plain


def reader(embedder: Embedder, progress: Progress | None = None) -> Read:
    """Texts to vectors, each text once however often it is asked for."""
    known: dict[str, Vectors] = {}

    def read(texts: Sequence[str]) -> Vectors:
        known.update(embed_missing(embedder, texts, known, progress))
        return np.vstack([known[digest(text)] for text in texts])

    return read


def measure_search(
    asked: Asked, settings: Settings, read: Read, key: str, plain: Read | None = None
) -> SearchTable:
    """The product's ranking beside BM25, the cosine alone and their fusion.

    ``key`` is the embedder's; ``plain`` reads without the adapter.
    """
    questions = [question.text for question in asked.questions]
    dense: Scores = read(questions) @ read(asked.texts).T
    product, answered = _product_search(asked, settings, read, key)
    found = {"dense" if plain is None else "dense, with the adapter": dense}
    if plain is not None:
        found["dense, without it"] = plain(questions) @ plain(asked.texts).T
    if baselines.has_bm25():
        words = baselines.bm25(asked.texts, questions)
        found |= {"BM25": words, "fusion of BM25 and dense": fuse(asked, words, dense)}
    return compare_search(asked, product, answered, found)


def _product_search(
    asked: Asked, settings: Settings, read: Read, key: str
) -> tuple[Scores, npt.NDArray[np.bool_]]:
    """The product's scores (questions, texts), and which questions it says it can answer.

    Questions are read as `matcher who` reads them; but there are no members here, so that nobody is
    filtered out by what a question says of them.
    """
    fitted = load_fitted(key)
    english = model_words(find_model(settings.embedding).folder)
    index = Index.from_texts(asked.texts, read(asked.texts), load_taxonomy(), fitted, english)
    scores = np.zeros((len(asked.questions), len(asked.texts)))
    answered = np.zeros(len(asked.questions), dtype=np.bool_)
    for number, question in enumerate(asked.questions):
        text = read_question(index.correct(question.text)[0], {}).searched
        vector = read([text])[0]
        scores[number] = index.scores(text, vector)
        best = float(scores[number, asked.candidates(question)].max(initial=-np.inf))
        answered[number] = fitted.chance(best, index.ask(text, vector).known) >= fitted.threshold
    return scores, answered


def measure_topics(
    labelled: sets.Labelled, settings: Settings, read: Read, plain: Read | None = None
) -> TopicTable:
    """The product's topics, at each granularity, beside KMeans and BERTopic on the same vectors."""
    vectors = read(labelled.texts)
    without = plain(labelled.texts) if plain else None
    return compare_topics(labelled, vectors, _methods(labelled, vectors, settings, read), without)


def _methods(labelled: sets.Labelled, vectors: Vectors, settings: Settings, read: Read) -> list[Method]:
    told = len(set(labelled.about) - {""})
    methods = [_product_topics(labelled.texts, vectors, settings, read, name) for name in GRANULARITIES]
    methods.append(
        Method(
            f"KMeans, told {told}",
            lambda rows, seed: baselines.kmeans(vectors[rows], told, seed),
            seeds=KMEANS_SEEDS,
        )
    )
    if not baselines.has_bertopic():
        return methods

    def bertopic(rows: Ints, _seed: int, *, least: int, reduced: bool) -> Ints:
        chosen = [labelled.texts[row] for row in rows.tolist()]
        return baselines.bertopic(chosen, vectors[rows], least, reduced=reduced)

    return methods + [
        Method(
            "BERTopic",
            partial(bertopic, least=least, reduced=reduced),
            setting=f"topics of {least} or more, outliers {'joined' if reduced else 'apart'}",
        )
        for least in baselines.LEAST_SIZES
        for reduced in (False, True)
    ]


def _product_topics(
    texts: Sequence[str], vectors: Vectors, settings: Settings, read: Read, granularity: str
) -> Method:
    """The product's topics at a granularity, as ``matcher topics`` finds them."""
    taxonomy = load_taxonomy()
    named = texts_to_embed(taxonomy)
    known = dict(zip(map(digest, named), read(named), strict=True))
    chosen = replace(settings.topics, granularity=granularity)
    statements = [
        Statement(f"S{row:06d}", f"M{row:06d}", StatementKind.CHALLENGE, text)
        for row, text in enumerate(texts)
    ]

    def run(rows: Ints, earlier: TopicRun | None = None) -> TopicRun:
        return find_topics(
            [statements[row] for row in rows.tolist()],
            vectors[rows],
            chosen,
            earlier=earlier,
            taxonomy=taxonomy,
            known=known,
        )

    def groups(rows: Ints, found: TopicRun) -> Ints:
        # An id is T and a number, which is the topic's for good.
        of = {one: int(topic.id[1:]) for topic in found.topics for one in topic.statement_ids}
        return np.array([of.get(statements[row].id, ASIDE) for row in rows.tolist()], dtype=np.int64)

    def extend(earlier: Ints, rows: Ints) -> tuple[Ints, Ints]:
        first = run(earlier)
        return groups(earlier, first), groups(rows, run(rows, first))

    return Method(f"product, {granularity}", lambda rows, _seed: groups(rows, run(rows)), extend)
