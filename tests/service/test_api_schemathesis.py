"""Requests made from the API's description: no bug, and no answer that is not described."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings

from build_plans import acting
from matcher.accounts import Role
from service.api import term

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from requests import Request
    from schemathesis.checks import not_a_server_error
    from schemathesis.generation import GenerationMode
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 6


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_what_is_described_and_what_is_not_is_answered_as_described(
    api: TestClient, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term, "FOLLOWED", timedelta(0))  # nobody works on the runs that are asked for here
    schema = schemathesis.openapi.from_dict(api.app.openapi())  # type: ignore[attr-defined]
    found = [each.ok() for each in schema.get_all_operations()]
    seen: set[int] = set()
    for operation in sorted(found, key=lambda each: each.path.endswith("log-out")):
        if mode is GenerationMode.POSITIVE or operation.body or operation.query or operation.headers:
            _ask(api, operation, mode, seen)  # of what takes nothing, nothing can be wrong
    assert len(found) >= 50
    assert {200, 404} <= seen if mode is GenerationMode.POSITIVE else {400, 422} <= seen


def _ask(api: TestClient, operation: Any, mode: GenerationMode, seen: set[int]) -> None:
    """Requests for one operation, as an administrator; the statuses that were seen are added."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        acting(api, Role.ADMINISTRATOR)
        sent = Request(**case.as_transport_kwargs(base_url="http://127.0.0.1:8000")).prepare()
        # Whatever it takes for a key would hide the session.
        headers = {name: value for name, value in sent.headers.items() if name.lower() != "authorization"}
        answer = api.request(sent.method, sent.url, headers=headers, content=sent.body)
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
