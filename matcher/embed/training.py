"""Teaching the packaged model the field: contrastive training, kept as a low-rank adapter.

The weights of the transformer's layers are trained; word embeddings, biases and norms stay as they
are. A batch holds a few texts each of many problem areas. Three terms make its loss: supervised
contrastive (Khosla et al. 2020), texts of an area towards each other and away from the rest of the
batch; the softmax over one learned prototype for each area, begun at the vector of its name and
description, so that every area is in every batch; and the squared distance of rehearsal texts to where
the untrained model puts them, so that it reads the rest of the world as before. These prototypes are
thrown away; the areas' mean directions afterwards become the profile (:mod:`matcher.embed.profile`).
The change of each weight matrix is cut to its largest singular values: the closest low-rank matrix
there is (Eckart & Young 1936), in the format of LoRA (Hu et al. 2021).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.embed.lessons import Lessons
from matcher.embed.manifest import ADAPTER, Manifest
from matcher.embed.profile import fit_profile, save_profile
from matcher.embed.vectors import Progress
from matcher.errors import InputError
from matcher.taxonomy import Taxonomy

CONFIG = "adapter_config.json"
#: The linear maps of a BERT layer, as their modules are called.
TARGETS = ("query", "key", "value", "dense")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. ``areas`` and ``texts`` (an area) make a batch; ``rehearsal`` texts come on top.

    ``rate`` is the highest learning rate of a one-cycle schedule, ``prototype_rate`` its multiple for
    the prototypes. ``temperature`` divides cosines. ``prototypes`` and ``keeping`` weigh the second and
    the third term of the loss. ``length`` is in word pieces, ``chunk`` the texts that go through the
    model at once, of like length. ``rank`` is that of the adapter's matrices. ``profile_temperature``,
    ``profile_weight`` and ``profile_near`` are the profile's.
    """

    epochs: float = 4.0
    areas: int = 32
    texts: int = 3
    rehearsal: int = 24
    rate: float = 2e-4
    prototype_rate: float = 5.0
    temperature: float = 0.07
    prototypes: float = 1.0
    keeping: float = 15.0
    length: int = 64
    chunk: int = 16
    rank: int = 96
    profile_temperature: float = 0.05
    profile_weight: float = 0.9
    profile_near: float = 0.45
    seed: int = 0


def train(
    manifest: Manifest,
    lessons: Lessons,
    taxonomy: Taxonomy,
    recipe: Recipe,
    out: Path,
    progress: Progress | None = None,
) -> None:
    """Train the model of ``manifest`` and write the adapter into the folder ``out``.

    ``progress`` is called with the steps done and all steps. Raises InputError where an area of the
    lessons is not in the taxonomy, or has fewer texts than a batch takes of it.
    """
    lessons = replace(
        lessons,
        lessons=tuple(replace(each, text=taxonomy.spell_out(each.text)) for each in lessons.lessons),
    )
    texts = _by_area(lessons, taxonomy, recipe)
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer

    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311
    model = SentenceTransformer(str(manifest.folder), device="cpu", local_files_only=True)
    model.max_seq_length = recipe.length
    layers = _linear_maps(model)
    before = {name: weight.detach().clone() for name, weight in layers.items()}
    described = {area.id: f"{area.name}. {area.description}" for area in taxonomy.areas}
    with torch.no_grad():
        prototypes = torch.nn.Parameter(_encoded(model, [described[area] for area in texts], recipe))
        kept = _encoded(model, lessons.rehearsal, recipe) if lessons.rehearsal else None
    for weight in model.parameters():
        weight.requires_grad_(False)
    for weight in layers.values():
        weight.requires_grad_(True)
    rates = [recipe.rate, recipe.rate * recipe.prototype_rate]
    groups: list[dict[str, Any]] = [
        {"params": list(layers.values()), "lr": rates[0]},
        {"params": [prototypes], "lr": rates[1], "weight_decay": 0.0},
    ]
    steps = max(1, int(recipe.epochs * len(lessons.lessons) / (recipe.areas * recipe.texts)))
    optimizer = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps, pct_start=0.1)
    model.train()
    for step, (labels, batch) in enumerate(_batches(texts, recipe, steps, chance), start=1):
        again = chance.sample(range(len(lessons.rehearsal)), min(recipe.rehearsal, len(lessons.rehearsal)))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = _encoded(model, [*batch, *(lessons.rehearsal[i] for i in again)], recipe)
        loss = _loss(vectors[: len(batch)], torch.tensor(labels), prototypes, recipe)
        if kept is not None:
            loss = loss + recipe.keeping * (vectors[len(batch) :] - kept[again]).square().sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(layers.values()), 1.0)
        optimizer.step()
        schedule.step()
        if progress:
            progress(step, steps)
    model.eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        read, others = (
            np.asarray(model.encode(list(given), batch_size=32, normalize_embeddings=True), dtype=np.float32)
            for given in ([each.text for each in lessons.lessons], lessons.rehearsal)
        )
    profile = fit_profile(
        read,
        np.array([each.area for each in lessons.lessons]),
        others.reshape(-1, read.shape[1]),
        temperature=recipe.profile_temperature,
        weight=recipe.profile_weight,
        near=recipe.profile_near,
    )
    changes = {name: (weight.detach() - before[name]).numpy() for name, weight in layers.items()}
    assert all(np.isfinite(change).all() for change in changes.values())
    save(changes, recipe.rank, out)
    save_profile(profile, out)


def save(changes: Mapping[str, Any], rank: int, out: Path) -> None:
    """Write changes of weight matrices, by module name, as a LoRA adapter in PEFT's format."""
    import numpy as np
    from safetensors.numpy import save_file

    parts: dict[str, Any] = {}
    for name, change in changes.items():
        left, values, right = np.linalg.svd(change.astype(np.float64), full_matrices=False)
        root = np.sqrt(values[:rank])
        # Half of each singular value to either side, so that half precision serves both alike.
        parts[f"base_model.model.{name}.lora_A.weight"] = (root[:, None] * right[:rank]).astype(np.float16)
        parts[f"base_model.model.{name}.lora_B.weight"] = (left[:, :rank] * root).astype(np.float16)
    out.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(part) for name, part in parts.items()}, str(out / ADAPTER))
    config = {
        "peft_type": "LORA",
        "task_type": "FEATURE_EXTRACTION",
        "base_model_name_or_path": None,
        "inference_mode": True,
        "r": rank,
        "lora_alpha": rank,  # PEFT scales by alpha / r: by 1
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted(TARGETS),
        "exclude_modules": ["pooler.dense"],
    }
    (out / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _by_area(lessons: Lessons, taxonomy: Taxonomy, recipe: Recipe) -> dict[str, list[str]]:
    known = {area.id for area in taxonomy.areas}
    found: dict[str, list[str]] = {}
    for each in lessons.lessons:
        if each.area not in known:
            raise InputError(
                f"There is no problem area '{each.area}'.", cure="Add it to the taxonomy's areas.csv."
            )
        found.setdefault(each.area, []).append(each.text)
    for area, given in found.items():
        if len(given) < recipe.texts:
            raise InputError(
                f"The area '{area}' has {len(given)} texts.", cure=f"Training needs at least {recipe.texts}."
            )
    if len(found) < 2:
        raise InputError("There is one area only.", cure="Training tells areas apart: it needs two or more.")
    return found


def _linear_maps(model: Any) -> dict[str, Any]:
    """The weight matrices of the transformer's layers, by the name of their module."""
    return {
        name.removesuffix(".weight"): weight
        for name, weight in model.transformers_model.named_parameters()
        if name.startswith("encoder.") and name.split(".")[-2] in TARGETS and name.endswith(".weight")
    }


def _encoded(model: Any, texts: Sequence[str], recipe: Recipe) -> Any:
    """Unit vectors of texts, with gradients; chunks of like length, so that little of them is padding."""
    import torch

    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    parts = []
    for start in range(0, len(order), recipe.chunk):
        chunk = [texts[i] for i in order[start : start + recipe.chunk]]
        parts.append(model(model.preprocess(chunk))["sentence_embedding"].float())
    place = torch.empty(len(order), dtype=torch.long)
    place[torch.tensor(order)] = torch.arange(len(order))
    return torch.nn.functional.normalize(torch.cat(parts)[place], dim=1)


def _batches(
    texts: Mapping[str, Sequence[str]], recipe: Recipe, steps: int, chance: random.Random
) -> Iterator[tuple[list[int], list[str]]]:
    """Labels (numbers of areas) and texts of each step; an area's texts all come before one comes again."""
    names = list(texts)
    waiting: dict[str, list[str]] = {name: [] for name in names}
    for _ in range(steps):
        labels, batch = [], []
        for number in chance.sample(range(len(names)), min(recipe.areas, len(names))):
            pile = waiting[names[number]]
            if len(pile) < recipe.texts:
                pile[:0] = chance.sample(texts[names[number]], len(texts[names[number]]))
            labels += [number] * recipe.texts
            batch += [pile.pop() for _ in range(recipe.texts)]
        yield labels, batch


def _loss(vectors: Any, labels: Any, prototypes: Any, recipe: Recipe) -> Any:
    """Supervised contrastive loss of a batch, and the cross-entropy over the prototypes."""
    import torch

    itself = torch.eye(len(labels), dtype=torch.bool)
    same = (labels[:, None] == labels[None, :]) & ~itself
    cosine = (vectors @ vectors.T / recipe.temperature).masked_fill(itself, -1e4)
    chance = cosine - torch.logsumexp(cosine, dim=1, keepdim=True)
    contrast = -(chance * same).sum(dim=1) / same.sum(dim=1)
    towards = vectors @ torch.nn.functional.normalize(prototypes, dim=1).T / recipe.temperature
    choice = torch.nn.functional.cross_entropy(towards, labels)
    return contrast.mean() + recipe.prototypes * choice
