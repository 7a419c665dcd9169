"""The page that makes the first administrator."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from html import escape

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.workflow import accounts
from matcher.workflow.passwords import SHORTEST
from service.deps import Form, Needs, Serving
from service.rights import Operation
from service.state import Service

router = APIRouter(include_in_schema=False, dependencies=[Depends(Needs(Operation.BEGIN))])

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main><h1>{title}</h1>
{body}
</main></body>
</html>
"""
_FORM = """{wrong}<form method="post" action="/first">
<input type="hidden" name="token" value="{token}">
<p><label>Your name<br><input name="name" value="{name}" autocomplete="name" required></label></p>
<p><label>Your email address<br><input name="email" type="email" value="{email}" autocomplete="username"
 required></label></p>
<p><label>A password of {shortest} characters or more<br><input name="password" type="password"
 autocomplete="new-password" minlength="{shortest}" required></label></p>
<p><button>Make the first administrator</button></p>
</form>"""


@router.get("/first")
def ask(service: Serving, token: str = "") -> HTMLResponse:
    """The form. Works for the link that the service prints at a start without any account."""
    _check(service, token)
    return _asked(token, {}, "")


@router.post("/first")
def make(service: Serving, form: Form) -> HTMLResponse:
    """Make the account. Of two who send the form the second finds an account there."""
    token = form.get("token", "")
    _check(service, token)
    try:
        with service.hashing:
            made = accounts.first_administrator(
                service.workspace,
                form.get("email", ""),
                form.get("name", ""),
                form.get("password", ""),
                now=service.clock(),
            )
    except InputError as error:
        return _asked(token, form, str(error))
    return _page(
        "There is an administrator", f"<p>{escape(made.email)} can log in now. This link is used up.</p>"
    )


def _check(service: Service, token: str) -> None:
    """Raises ConflictError where there is an account, NotFoundError where the token is not this start's."""
    if accounts.are_there(service.workspace):
        raise ConflictError("There is an account already.", cure="Log in, or ask an administrator for one.")
    if not hmac.compare_digest(token.encode(), service.settings.first_token.encode()):
        raise NotFoundError("This link is not good.", cure="Use the one that the last start printed.")


def _asked(token: str, form: Mapping[str, str], wrong: str) -> HTMLResponse:
    told = f'<p role="alert">{escape(wrong)}</p>\n' if wrong else ""
    filled = {name: escape(form.get(name, "")) for name in ("name", "email")}
    body = _FORM.format(wrong=told, token=escape(token), shortest=SHORTEST, **filled)
    return _page("The first administrator", body, 400 if wrong else 200)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), status)
