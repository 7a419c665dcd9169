"""Imports: upload and look, then confirm."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from matcher.errors import InputError, MatcherError
from matcher.workflow import imported, intake
from matcher.workflow.workspace import Workspace
from service.api.shapes import Imported, Upload
from service.auth import Caller
from service.deps import Needs, Repeated, Serving, created
from service.rights import Operation

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])
Importing = Annotated[Caller, Depends(Needs(Operation.IMPORT))]
#: Files at once, bytes of a name, and bytes of all that is uploaded at once.
FILES, _NAME, BYTES = 10, 100, 26 * 1024 * 1024
_PART = 1024 * 1024


@router.post("", status_code=201)
def upload(
    service: Serving,
    caller: Importing,
    files: Annotated[list[UploadFile], File(description="workbooks (.xlsx) or text tables (.csv)")],
    kind: Annotated[str | None, Form(max_length=50, description="what all of them are")] = None,
    encoding: Annotated[str | None, Form(max_length=50)] = None,
    delimiter: Annotated[str | None, Form(max_length=50)] = None,
) -> Upload:
    """Read files and tell what importing them would change. Nothing is written yet; what was read is kept for
    a quarter of an hour, in the memory of the server."""
    if len(files) > FILES:
        raise InputError(f"These are {len(files)} files; {FILES} at once is the most.", cure="Send fewer.")
    with service.thinking, tempfile.TemporaryDirectory() as folder:
        paths = [_kept(Path(folder) / str(number), file) for number, file in enumerate(files)]
        seen = intake.preview(
            service.workspace,
            paths,
            kind=kind or None,
            encoding=encoding or None,
            delimiter=delimiter or None,
        )
    token, kept = service.uploads.keep(caller.account.id, seen, service.clock())
    return Upload(token=token, until=kept.until, told=imported.document(seen))


@router.get("/{token}")
def look(token: str, service: Serving, caller: Importing) -> Upload:
    """What an upload of one's own would change."""
    kept = service.uploads.of(caller.account.id, token, service.clock())
    return Upload(token=token, until=kept.until, told=imported.document(kept.seen))


@router.post("/{token}/confirm", status_code=201, response_model=Imported)
def confirm(token: str, service: Serving, caller: Importing, repeated: Repeated) -> Response:
    """Write what was shown, all of it or nothing; a conflict where the network has changed since."""

    def write(workspace: Workspace) -> Imported:
        seen = service.uploads.of(caller.account.id, token, service.clock()).seen
        if all(each.mapping is None for each in seen.tables):
            raise InputError(
                "None of the tables was understood, so that there is nothing to write.",
                cure="Look at what was refused, mend the files, and upload them once more.",
            )
        intake.commit(workspace, seen)
        return Imported(counts=imported.counts(seen), refused_rows=seen.plan.refused_rows)

    answer = created(service, caller, repeated, write)
    service.uploads.drop(token)
    return answer


def _kept(folder: Path, file: UploadFile) -> Path:
    """The file in a folder of its own, under its own name as far as it is one: messages tell of it."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(mark for mark in last if mark.isprintable() and mark not in ':*?"<>|').strip(" .")
    stem, dot, suffix = name.rpartition(".")
    name = f"{(stem or 'file')[:_NAME]}{dot}{suffix[:10]}"
    try:
        folder.mkdir()
        path = folder / name
        with path.open("wb") as out:
            while part := file.file.read(_PART):
                out.write(part)
    except OSError as error:
        raise MatcherError(f"The upload cannot be kept: {error.strerror}.", cure="Free some space.") from None
    return path
