"""The page that makes the first administrator."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from html import escape

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.workflow import accounts
from matcher.workflow.passwords import SHORTEST
from service.deps import Form, Needs, Serving
from service.rights import Operation
from service.state import Service

router = APIRouter(include_in_schema=False, dependencies=[Depends(Needs(Operation.BEGIN))])

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<link rel="stylesheet" href="/first.css"></head>
<body><main><h1>{title}</h1>
{body}
</main></body>
</html>
"""
_LOOKS = """\
:root { color-scheme: light dark;
  --ink: light-dark(#1d2733, #e8edf2); --paper: light-dark(#f6f4ef, #14191f); }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.05rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 12vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1.5rem; }
label { display: block; }
input { box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .55rem .7rem; font: inherit;
  color: inherit; background: light-dark(#fff, #1e252d); border: 1px solid #8894a0; border-radius: .4rem; }
input:focus-visible, button:focus-visible { outline: 3px solid #3d84c6; outline-offset: 1px; }
button { margin-top: .5rem; padding: .6rem 1.1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: #fff; background: #1f5f99; border: 0; border-radius: .4rem; }
[role="alert"] { padding: .6rem .8rem; border-left: 4px solid #b3402e;
  background: light-dark(#fbe9e5, #3a201b); }
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


@router.get("/first.css")
def looks() -> Response:
    """How the page looks."""
    return Response(_LOOKS, media_type="text/css")


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
