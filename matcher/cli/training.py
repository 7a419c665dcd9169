"""Teaching the embedding model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from matcher.cli.output import commands, print_json, say, stages
from matcher.cli.session import Session, common


@click.command(short_help="Teach the embedding model from labelled texts.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where the adapter is written; what is there under the same names is replaced.",
)
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="Labelled texts in place of the project's own; data/README.md says what they look like.",
)
@click.option(
    "--hold-out",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Train once more without N problem areas, and measure on those. Takes twice as long.",
)
@common
@click.pass_obj
def train(session: Session, out: Path, texts: Path | None, hold_out: int, as_json: bool) -> None:
    """Teach the embedding model the field from labelled texts, and write what it learned as an adapter.

    No network is read or changed. It takes some ten minutes with nothing else running on two cores, and
    prints the entry by which the program knows the new adapter.

    \b
    Examples:
      matcher train --out models/field
      matcher train --out models/ours --texts data/training --hold-out 18
    """
    with stages("steps") as (tell, progress):
        from matcher.workflow.training import train_adapter

        found = train_adapter(out, texts, hold_out=hold_out, tell=tell, progress=progress)
    if as_json:
        print_json({**asdict(found), "folder": str(found.folder)})
        return
    say(
        f"Trained with {found.texts:,} texts on {found.areas} problem areas: "
        f"{found.size / 1e6:.1f} MB in {found.folder}."
    )
    if found.held_out is not None:
        near, groups = found.held_out.precision_at_5, found.held_out.v_measure
        say(
            f"On {found.held_out.texts:,} texts of {len(found.held_out.areas)} areas that it had not seen:",
            f"  of the five nearest, on the same area: {near.before:.1%} before, {near.after:.1%} after",
            f"  V-measure of KMeans: {groups.before:.3f} before, {groups.after:.3f} after",
        )
    commands(
        "To use it, put this into models/embedding.toml below the model's own entry, then fit what its "
        "cosines mean (bench/calibrate.py, bench/tune_search.py):",
        f"[{found.model}.adapter]",
        f'folder = "{found.folder.name}"',
        f"[{found.model}.adapter.sha256]",
        *(f'"{name}" = "{value}"' for name, value in found.sha256.items()),
    )
