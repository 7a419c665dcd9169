"""What every request passes on its way in and every answer on its way out, whatever the route."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.auth import SAFE
from service.problems import Problem, answer, bug
from service.settings import ServiceSettings

#: Bytes of a body, where a path is not given more.
BODY = 64 * 1024

#: Nothing comes from elsewhere, nothing inline runs, nobody frames a page.
_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
#: Told with TLS alone: browsers then ask for nothing else, for a year.
_TRANSPORT = "max-age=31536000"


def guarded(app: ASGIApp, settings: ServiceSettings, larger: Mapping[str, int]) -> ASGIApp:
    """An app behind the guards. ``larger`` are the bytes that a form with files may have, by its path."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        begun = False

        async def tell(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _add_headers(MutableHeaders(scope=message), settings)
            await send(message)

        most = larger.get(scope["path"], BODY) if _has_files(scope) else BODY
        try:
            _check(scope, settings, most)
            await app(scope, _counted(receive, most), tell)
        except Problem as problem:
            await answer(problem)(scope, receive, tell)
        except Exception as error:
            # The edge: a bug becomes an answer, and none of what the request held becomes a log.
            if begun:
                raise
            await bug(error)(scope, receive, tell)

    return guard


def _check(scope: Scope, settings: ServiceSettings, most: int) -> None:
    """Raises Problem where the headers alone say that a request is not to be let in."""
    headers = Headers(scope=scope)
    host = _name(f"//{headers.get('host', '')}")
    if host not in settings.hosts:
        # A page elsewhere whose name was made to lead here would otherwise pass for one of ours.
        raise Problem(
            400, "host", "The service is not known by that name.", cure="Use the address it was set up with."
        )
    declared = headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit() or int(declared[:20]) > most:
        raise _too_large(most)
    if scope["method"] not in SAFE and "authorization" not in headers and _from_elsewhere(headers):
        raise Problem(
            403,
            "cross-site",
            "The request was sent by a page of another site.",
            cure="Send it from the service's own pages, or with a key.",
        )


def _has_files(scope: Scope) -> bool:
    """Whether the body is of the kind that is not read before it is known who sent it."""
    return Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says so. Programs say nothing of it, and have no session that others can use."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _counted(receive: Receive, most: int) -> Receive:
    """Counts the body while it is read, for its length may not have been told."""
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > most:
            raise _too_large(most)
        return message

    return counted


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        "too-large",
        f"The body of this request may have {most:,} bytes.",
        cure="Send less at once.",
        headers={"Connection": "close"},
    )


def _add_headers(headers: MutableHeaders, settings: ServiceSettings) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    # What is shown depends on who asks.
    headers.setdefault("Cache-Control", "no-store")
    if settings.https:
        headers["Strict-Transport-Security"] = _TRANSPORT
