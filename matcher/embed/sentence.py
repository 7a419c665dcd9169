"""The sentence-transformers model behind the vectors. The only place that knows torch, with training."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from matcher.config import Embedding
from matcher.embed.manifest import Manifest
from matcher.embed.profile import Profile, load_profile
from matcher.embed.vectors import Vectors
from matcher.errors import ArtefactError
from matcher.taxonomy import Taxonomy, load_taxonomy

log = logging.getLogger(__name__)


#: So many texts or fewer are read by one thread: that is soonest done.
FEW = 8
#: In bfloat16 texts are padded to a multiple of so many word pieces. For each shape of a product torch makes
#: a program and keeps it: to read one to eight texts of any length 750 times took 400 MB, and so takes 75.
STEP = 8
#: Halves of a surrogate pair without the other: no character, and the tokenizer refuses them.
SURROGATE = re.compile("[\ud800-\udfff]")


class SentenceEmbedder:
    """A sentence-transformers model on the CPU. Loading it takes seconds, so it is loaded with
    the first text."""

    def __init__(self, manifest: Manifest, settings: Embedding, taxonomy: Taxonomy | None = None) -> None:
        """With an adapter, short forms are spelt out by ``taxonomy`` (the project's without one) and
        vectors are extended by the adapter's profile of problem areas."""
        self._manifest, self._settings = manifest, settings
        self._model: Any = None
        self._profile: Profile | None = None
        #: Whether it multiplies in bfloat16, once it is loaded.
        self._brief = False
        self._taxonomy: Taxonomy | None = None
        self.key = manifest.key
        if manifest.adapter is not None:
            self._taxonomy = taxonomy or load_taxonomy()
            self._profile = load_profile(manifest.adapter)
            self.key = f"{manifest.key}~{self._taxonomy.key}"

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            from safetensors import SafetensorError
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as bars

            self._brief = self._settings.precision == "auto" and _has_bfloat16()
            bars.disable_progress_bar()  # type: ignore[no-untyped-call]  # the command line draws its own

            try:
                model = SentenceTransformer(str(self._manifest.folder), device="cpu", local_files_only=True)
                if self._manifest.adapter is not None:
                    model.load_adapter(str(self._manifest.adapter))
                    _merge(model)
            except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
                raise ArtefactError(
                    f"The model '{self._manifest.name}' cannot be loaded: {error}",
                    cure="Install it again, or name another under [embedding] in matcher.toml.",
                ) from error
            self._model = _shortened(model) if self._brief else model
            self._model.eval()
            log.info("model %s loaded, %d dimensions", self.key, self.dimension)
        return self._model

    @property
    def dimension(self) -> int:
        """Length of a vector. Loads the model."""
        areas = len(self._profile.areas) if self._profile else 0
        return int(self._loaded().get_embedding_dimension()) + areas

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As in :class:`Embedder`. Texts beyond the model's window are cut by the model, and lone
        surrogates are read as U+FFFD.

        Each distinct text is read once. Where the processor multiplies in bfloat16, they are read in that
        precision, if the settings allow it; cosines to full precision stay above 0.999.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        texts = [SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text) for text in texts]
        if self._taxonomy is not None:
            texts = [self._taxonomy.spell_out(text) for text in texts]
        number = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        workers = 1 if len(number) <= FEW else self._settings.threads or os.cpu_count() or 1
        model = self._loaded()
        vectors = _read(model, list(number), self._settings.batch, workers, brief=self._brief)
        if self._profile is not None:
            vectors = self._profile.extend(vectors)
        return vectors[[number[text] for text in texts]]


def _read(model: Any, texts: Sequence[str], most: int, workers: int, *, brief: bool) -> Vectors:
    """Unit vectors of texts, in batches of at most ``most`` word pieces, in bfloat16 if ``brief``.

    Each worker is a thread of one core that reads whole batches: torch lets go of the interpreter while
    it computes, and two such threads wait for each other less than two that share each product.
    """
    import torch

    prompt = model.prompts.get(model.default_prompt_name) or ""
    pieces = model.tokenizer(
        [prompt + text for text in texts], truncation=True, max_length=model.max_seq_length, padding=False
    )["input_ids"]
    blank = model.tokenizer.pad_token_id or 0
    vectors: Vectors = np.empty((len(texts), model.get_embedding_dimension()), dtype=np.float32)

    @torch.inference_mode()
    def read(batch: Sequence[int]) -> None:
        longest = len(pieces[batch[0]])
        if brief:
            longest = min(-(-longest // STEP) * STEP, model.max_seq_length)
        padded = [pieces[i] + [blank] * (longest - len(pieces[i])) for i in batch]
        lengths = torch.tensor([len(pieces[i]) for i in batch])
        given = {
            "input_ids": torch.tensor(padded),
            "attention_mask": (torch.arange(longest) < lengths[:, None]).long(),
        }
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=brief):
            found = model(given)["sentence_embedding"].float()
        vectors[batch] = torch.nn.functional.normalize(found, dim=1).numpy()

    batches = list(_batches([len(each) for each in pieces], most))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        if workers == 1:
            for batch in batches:
                read(batch)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(read, batches))
    finally:
        torch.set_num_threads(threads)
    return vectors


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Numbers of texts, the longest first, in batches that hold at most ``most`` when they are padded
    to their longest; a text that is longer still is a batch of its own."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _merge(model: Any) -> None:
    """Add the adapter's low-rank products to the weights, so that reading costs no more than without."""
    from peft.tuners.lora import LoraLayer

    transformer = model.transformers_model
    for name, module in list(transformer.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            transformer.set_submodule(name, module.get_base_layer())


def _shortened(model: Any) -> Any:
    """The model with its products' weights in bfloat16: half of them to fetch from memory, which is what a
    few words wait for, and none to shorten for each text."""
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)
    return model


def _has_bfloat16() -> bool:
    """Whether the processor has instructions for bfloat16, without which it is slower than float32."""
    import torch

    # Private names, for want of public ones.
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, bool)() for name in asked)
