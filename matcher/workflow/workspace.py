"""A network's folder: its settings, its database, its embedding model."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matcher import config
from matcher.embed import Embedder, Manifest, SentenceEmbedder, find_model
from matcher.errors import InputError, NotFoundError
from matcher.store import Store, open_store
from matcher.taxonomy import Taxonomy, load_taxonomy

DATABASE = "network.db"
#: The folder with a network's own areas and short forms.
TAXONOMY = "taxonomy"


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open network. ``embedder`` loads its model with the first text it is given."""

    folder: Path
    settings: config.Settings
    store: Store
    embedder: Embedder
    model: Manifest


def database(folder: Path) -> str:
    """Where the folder's database is: ``MATCHER_DATABASE``, a URL, or the file in the folder."""
    return os.environ.get("MATCHER_DATABASE") or str(folder / DATABASE)


def taxonomy_of(folder: Path) -> Taxonomy:
    """The project's taxonomy with the rows that the network's folder adds in its own ``taxonomy``.

    Raises InputError where one of its files cannot be used.
    """
    return load_taxonomy(folder / TAXONOMY)


def create(folder: Path) -> bool:
    """Make a network's folder with settings and an empty database; False where there was one.

    Raises InputError where the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / config.FILE_NAME
        if not settings.exists():
            settings.write_text(config.as_toml(), encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"The folder '{folder}' cannot be made: {error.strerror}.", cure="Choose another folder."
        ) from None
    fresh = not (folder / DATABASE).exists()
    open_store(database(folder), create=True).close()
    return fresh


@contextmanager
def open_workspace(folder: Path, embedder: Embedder | None = None) -> Iterator[Workspace]:
    """Open a network's folder; ``embedder`` stands in for the model of the settings.

    Raises NotFoundError where there is no network, InputError where its settings are wrong,
    ArtefactError where its model is missing or altered.
    """
    settings = config.load(folder)
    with _opened(folder) as store:
        model = find_model(settings.embedding)
        chosen = embedder or SentenceEmbedder(model, settings.embedding, taxonomy_of(folder))
        yield Workspace(folder, settings, store, chosen, model)


def _opened(folder: Path) -> Store:
    """The folder's database. What says how to make one says in which folder."""
    try:
        return open_store(database(folder))
    except NotFoundError as error:
        cure = (
            f"Make one with `matcher init {shlex.quote(str(folder))}`, or name another folder with --network."
        )
        if os.environ.get("MATCHER_DATABASE"):
            cure = f"See whether MATCHER_DATABASE says the right thing. {cure}"
        elif (folder / config.FILE_NAME).exists():  # what an empty database would be made beside
            cure = f"Where it is in PostgreSQL, set MATCHER_DATABASE. {cure}"
        raise NotFoundError(error.message, cure=cure) from None
