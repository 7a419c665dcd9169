"""Where the service listens, and what it refuses to listen on."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from matcher.errors import InputError
from service.settings import SECRET_FILE, OidcSettings, is_loopback, read_settings

SECRET = "s" * 32
URL = "https://peers.example"


def test_on_this_machine_nothing_has_to_be_set(tmp_path: Path) -> None:
    made = read_settings(tmp_path, "127.0.0.1", 8000, {})
    assert (made.origin, made.https) == ("http://127.0.0.1:8000", False)
    path = tmp_path / SECRET_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = read_settings(tmp_path, "::1", 8000, {})
    assert again.origin == "http://[::1]:8000"
    assert again.secret == made.secret
    assert len(made.secret) >= 32
    assert again.first_token != made.first_token


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"MATCHER_SECRET": SECRET},
        {"MATCHER_BASE_URL": URL},
        {"MATCHER_SECRET": SECRET[1:], "MATCHER_BASE_URL": URL},
        {"MATCHER_SECRET": SECRET, "MATCHER_BASE_URL": "http://localhost"},
    ],
)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "peers.example", "127.0.0.1.example"])
def test_others_reach_it_only_with_a_secret_and_tls(
    tmp_path: Path, host: str, environment: dict[str, str]
) -> None:
    with pytest.raises(InputError) as caught:
        read_settings(tmp_path, host, 8000, environment)
    assert "MATCHER_SECRET" in caught.value.cure
    assert "MATCHER_BASE_URL" in caught.value.cure
    assert not (tmp_path / SECRET_FILE).exists()


def test_with_both_it_listens_for_others(tmp_path: Path) -> None:
    made = read_settings(tmp_path, "0.0.0.0", 8000, {"MATCHER_SECRET": SECRET, "MATCHER_BASE_URL": URL + "/"})
    assert (made.origin, made.https, made.secret) == (URL, True, SECRET.encode())
    assert {"peers.example", "127.0.0.1"} <= made.hosts
    assert not (tmp_path / SECRET_FILE).exists()


def test_a_short_secret_is_refused_on_this_machine_too(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="31 bytes"):
        read_settings(tmp_path, "127.0.0.1", 8000, {"MATCHER_SECRET": SECRET[1:]})


@pytest.mark.parametrize(
    "url",
    [
        "peers.example",
        "ftp://peers.example",
        "https://",
        "https://peers.example/app",
        "https://peers.example?x=y",
        "https://ada@peers.example",
        "https://peers.example:port",
        "https://[::1",
        "http://peers.example",
    ],
)
def test_what_is_no_site_with_tls_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="MATCHER_BASE_URL"):
        read_settings(tmp_path, "127.0.0.1", 8000, {"MATCHER_BASE_URL": url})


def test_a_secret_that_was_emptied_is_not_used(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("")
    with pytest.raises(InputError, match="holds no secret"):
        read_settings(tmp_path, "127.0.0.1", 8000, {})


OIDC = {
    "MATCHER_OIDC_ISSUER": "https://login.example/district/",
    "MATCHER_OIDC_CLIENT_ID": "peers",
    "MATCHER_OIDC_CLIENT_SECRET": "what only both know",
}


def with_oidc(folder: Path, **changed: str) -> OidcSettings | None:
    given = OIDC | {f"MATCHER_OIDC_{name}": value for name, value in changed.items()}
    return read_settings(folder, "127.0.0.1", 8000, given).oidc


def test_another_party_logs_people_in_only_where_it_is_named(tmp_path: Path) -> None:
    assert read_settings(tmp_path, "127.0.0.1", 8000, {}).oidc is None
    assert read_settings(tmp_path, "127.0.0.1", 8000, dict.fromkeys(OIDC, " ")).oidc is None
    found = with_oidc(tmp_path)
    assert found == OidcSettings(*OIDC.values(), "Log in with your organization")
    assert "only both" not in repr(found)
    labelled = with_oidc(tmp_path, LABEL="Log in with Walnut Draw", ISSUER="http://localhost:8080/realms/x")
    assert labelled is not None
    assert (labelled.label, labelled.issuer) == ("Log in with Walnut Draw", "http://localhost:8080/realms/x")


@pytest.mark.parametrize("missing", list(OIDC))
def test_half_of_another_party_is_refused(tmp_path: Path, missing: str) -> None:
    for rest in (OIDC, {missing: OIDC[missing]}, {"MATCHER_OIDC_LABEL": "Log in"}):
        given = {name: value for name, value in rest.items() if rest is not OIDC or name != missing}
        with pytest.raises(InputError, match="there is no MATCHER_OIDC_") as caught:
            read_settings(tmp_path, "127.0.0.1", 8000, given)
        named = {name for name in OIDC if name in caught.value.message}
        assert named == set(OIDC) - set(given)
        assert "MATCHER_OIDC_" in caught.value.cure


@pytest.mark.parametrize(
    "issuer",
    [
        "login.example",
        "http://login.example",
        "https://",
        "https://login.example?tenant=x",
        "https://login.example/#x",
        "https://ada@login.example",
        "https://login.example:port",
        "https://[::1",
        "ftp://login.example",
    ],
)
def test_an_issuer_is_an_address_with_tls(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(InputError, match="MATCHER_OIDC_ISSUER"):
        with_oidc(tmp_path, ISSUER=issuer)


@pytest.mark.parametrize("label", ["x" * 61, "a\tb"])
def test_a_label_is_short_and_can_be_printed(tmp_path: Path, label: str) -> None:
    with pytest.raises(InputError, match="MATCHER_OIDC_LABEL"):
        with_oidc(tmp_path, LABEL=label)


def test_what_is_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "10.0.0.1", "testclient", "localhost.example")))
