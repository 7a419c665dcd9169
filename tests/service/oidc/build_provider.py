"""A party that logs people in, as a real server on this machine: OpenID Connect as a client sees it."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "peers", "what+only: both%20know"
FAY = {"sub": "person-7", "email": "fay@staff.example", "email_verified": True}


@functools.cache
def key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Party(ThreadingHTTPServer):
    """``person`` is who is logged in there, ``claims`` what an ID token says otherwise (None: not at all),
    ``sign`` makes the token of its claims, ``answers`` what a path answers instead (status and body),
    ``slow`` the paths that take a second before they answer, ``drips`` those that take it for the answer,
    byte by byte. ``asked`` are the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/district"
        self.forget()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def forget(self) -> None:
        """Be as at the start."""
        self.person: dict[str, Any] = dict(FAY)
        self.claims: dict[str, Any] = {}
        self.sign = self.signed
        self.kid = "first"
        self.published = [key("first")]
        self.about: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, str]] = {}
        self.slow: set[str] = set()
        self.drips: set[str] = set()
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.methods: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A client may hang up on an answer that is late: that is no error here."""

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.kid}, claims, key(self.kid))

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=walnut",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        } | self.about

    def code_for(self, asked: dict[str, str]) -> str:
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return code

    def token(self, given: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """What the token's path answers: an ID token, once for a code."""
        if authorization:
            self.methods.append("basic")
            told = base64.b64decode(authorization.partition(" ")[2]).decode()
        else:
            self.methods.append("post")
            told = f"{given.get('client_id')}:{given.get('client_secret')}"
        if told != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(given["code"], None)
        challenge = encoded(hashlib.sha256(given["code_verifier"].encode()).digest())
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != given["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant", "error_description": "no"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person | self.claims
        told = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": told}


class Handler(BaseHTTPRequestHandler):
    server: Party

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, body: str) -> None:
        party = self.server
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/district")
        party.asked.append(path)
        if path in party.slow:
            time.sleep(1)
        if path in party.answers:
            self._send(*party.answers[path])
        elif path == "/.well-known/openid-configuration":
            self._send(200, json.dumps(party.described()))
        elif path == "/keys":
            keys = [each.as_dict(private=False) for each in party.published]
            self._send(200, json.dumps({"keys": keys}))
        elif path == "/authorize":
            asked = dict(parse_qsl(parts.query))
            back = urlencode({"code": party.code_for(asked), "state": asked["state"]})
            self.send_response(303)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif path == "/token":
            status, told = party.token(dict(parse_qsl(body)), self.headers.get("Authorization", ""))
            self._send(status, json.dumps(told))
        else:
            self._send(404, "{}")

    def _send(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        told = body.encode()
        if self.path.partition("?")[0].removeprefix("/district") in self.server.drips:
            for byte in told[:20]:
                time.sleep(0.05)
                self.wfile.write(bytes([byte]))
            told = told[20:]
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told."""


def unsigned(claims: dict[str, Any]) -> str:
    return ".".join((encoded(b'{"alg":"none"}'), encoded(json.dumps(claims).encode()), ""))


def signed_by(secret: bytes, claims: dict[str, Any], **header: str) -> str:
    """With HS256, for which whoever checks a token can make one, too."""
    head = {"alg": "HS256", **header}
    told = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
    return f"{told}.{encoded(hmac.digest(secret, told.encode(), 'sha256'))}"


def query_of(url: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
