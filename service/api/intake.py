"""Imports: upload and look, then confirm."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from matcher.errors import InputError, MatcherError
from matcher.workflow import imported, intake
from matcher.workflow.once import check_key
from matcher.workflow.workspace import Workspace
from service.api import examples
from service.api.examples import answered
from service.api.schemas import Given
from service.api.shapes import Imported, Upload
from service.auth import Caller
from service.deps import Key, Needs, Repeated, Serving, created
from service.rights import Operation

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])
Importing = Annotated[Caller, Depends(Needs(Operation.IMPORT))]
#: Files at once, bytes of a name, and bytes of all that is uploaded at once.
FILES, _NAME, BYTES = 10, 100, 26 * 1024 * 1024
_PART = 1024 * 1024
#: Fields of the form beside the files, and bytes of one.
_FIELDS, _FIELD = 10, 1024
Hint = Annotated[str | None, Field(max_length=50)]


class NewUpload(Given):
    files: Annotated[
        list[UploadFile], Field(max_length=FILES, description="workbooks (.xlsx) or text tables (.csv)")
    ]
    kind: Annotated[Hint, Field(description="what all of them are")] = None
    encoding: Hint = None
    delimiter: Hint = None


async def uploaded(request: Request, caller: Importing) -> AsyncIterator[tuple[Caller, NewUpload]]:
    """The sender and its form. Nothing of that is read, and so nothing of it takes space here, before it is
    known that its sender may import: a body that a route itself declares would be read first.

    Raises HTTPException (400) where it cannot be read, RequestValidationError where it lacks something.
    """
    async with request.form(max_files=FILES, max_fields=_FIELDS, max_part_size=_FIELD) as form:
        given = {name: form.getlist(name) if name == "files" else form[name] for name in form}
        try:
            sent = NewUpload.model_validate(given)
        except ValidationError as error:
            raise RequestValidationError(
                [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
            ) from None
        yield caller, sent


@router.post(
    "",
    status_code=201,
    responses=answered(examples.UPLOAD, 201),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": NewUpload.model_json_schema()}},
        }
    },
)
def upload(
    service: Serving,
    sent: Annotated[tuple[Caller, NewUpload], Depends(uploaded)],
    idempotency_key: Key = None,
) -> Upload:
    """Read files and tell what importing them would change. Nothing is written yet; what was read is kept for
    a quarter of an hour, in the memory of the server, and so is the answer to an idempotency key."""
    caller, given = sent
    if idempotency_key is not None:
        check_key(idempotency_key)
    with service.thinking, tempfile.TemporaryDirectory() as folder:
        paths = [_kept(Path(folder) / str(number), file) for number, file in enumerate(given.files)]
        request = _request(given, paths)
        found = idempotency_key and service.uploads.again(
            caller.account.id, idempotency_key, request, service.clock()
        )
        if not found:
            seen = intake.preview(
                service.workspace,
                paths,
                kind=given.kind or None,
                encoding=given.encoding or None,
                delimiter=given.delimiter or None,
            )
            found = service.uploads.keep(
                caller.account.id, seen, service.clock(), key=idempotency_key, request=request
            )
    token, kept = found
    return Upload(token=token, until=kept.until, told=imported.document(kept.seen))


@router.get("/{token}", responses=answered(examples.UPLOAD))
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


def _request(given: NewUpload, paths: Sequence[Path]) -> str:
    """What tells an upload from others, however its form was put together."""
    files = []
    for path in paths:
        with path.open("rb") as file:
            files.append((path.name, hashlib.file_digest(file, "sha256").hexdigest()))
    return json.dumps((files, given.kind, given.encoding, given.delimiter))


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
