"""Exchanges over the API: from a draft that staff alone see to a meeting that was held."""

from __future__ import annotations

from fastapi.testclient import TestClient

from build_plans import acting, matching, plan_of
from matcher.accounts import Role

F, M = Role.FACILITATOR, Role.MEMBER


def published(api: TestClient, kind: str = "pairs") -> list[dict]:
    """The plan's proposals after all were published; those of member "m" come first."""
    acting(api, F)
    headers = matching(plan_of(api, kind)["version"])
    assert api.post(f"/api/v1/proposals/{kind}/publish", json={}, headers=headers).status_code == 200
    return sorted(plan_of(api, kind)["proposals"], key=lambda each: "m" not in each["members"])


def version_of(api: TestClient, exchange_id: str) -> dict[str, str]:
    return {"If-Match": api.get(f"/api/v1/exchanges/{exchange_id}").headers["ETag"]}


def test_a_member_sees_no_draft_and_nobody_else_s(api: TestClient) -> None:
    acting(api, M)
    assert api.get("/api/v1/exchanges").json() == {"exchanges": [], "next": ""}
    acting(api, F)
    draft = next(each["id"] for each in plan_of(api)["proposals"] if "m" in each["members"])
    acting(api, M)
    assert api.get(f"/api/v1/exchanges/{draft}").status_code == 404
    assert api.post(f"/api/v1/exchanges/{draft}/accept", json={}).status_code == 404
    own, other, *_ = published(api)
    acting(api, M)
    assert [each["id"] for each in api.get("/api/v1/exchanges").json()["exchanges"]] == [own["id"]]
    hidden, absent = (api.get(f"/api/v1/exchanges/{id}") for id in (other["id"], "none"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.text.replace(other["id"], "none") == absent.text
    assert api.post(f"/api/v1/exchanges/{other['id']}/accept", json={}).status_code == 404


def test_contact_details_appear_after_both_sides_accepted(api: TestClient) -> None:
    own, *_ = published(api)
    (mate,) = set(own["members"]) - {"m"}
    path = f"/api/v1/exchanges/{own['id']}"

    def address() -> str:
        return next(each["email"] for each in api.get(path).json()["members"] if each["id"] == mate)

    acting(api, M)
    assert address() == ""
    assert api.post(f"{path}/accept", json={}).json()["state"] == "published, 1 of 2 accepted"
    assert address() == ""
    acting(api, F)
    agreed = api.post(f"{path}/accept", json={"member_id": mate}).json()
    assert agreed["status"] == "agreed"
    assert {each["member_id"] for each in agreed["answers"]} == set(own["members"])
    acting(api, M)
    assert address() == f"p{mate[1:]}@district{mate[1:]}.example"
    assert [each["member_id"] for each in api.get(path).json()["answers"]] == ["m"]


def test_who_declines_frees_both(api: TestClient) -> None:
    own, *_ = published(api)
    acting(api, M)
    path = f"/api/v1/exchanges/{own['id']}"
    assert api.post(f"{path}/decline", json={}).json()["status"] == "declined"
    late = api.post(f"{path}/accept", json={})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


def test_nobody_answers_for_others_but_staff(api: TestClient) -> None:
    own, other, *_ = published(api)
    (mate,) = set(own["members"]) - {"m"}
    acting(api, M)
    assert api.post(f"/api/v1/exchanges/{own['id']}/accept", json={"member_id": mate}).status_code == 400
    acting(api, F)
    path = f"/api/v1/exchanges/{other['id']}"
    assert api.post(f"{path}/accept", json={}).status_code == 400
    assert api.post(f"{path}/accept", json={"member_id": "m"}).status_code == 400
    assert api.post(f"{path}/accept", json={"member_id": other["members"][0]}).status_code == 200


def test_a_proposal_is_agreed_held_or_cancelled_by_who_saw_it(api: TestClient) -> None:
    first, second, *_ = published(api)
    for each in first["members"]:
        api.post(f"/api/v1/exchanges/{first['id']}/accept", json={"member_id": each})
    path = f"/api/v1/exchanges/{first['id']}"
    for step in ("hold", "cancel", "agree"):
        assert api.post(f"{path}/{step}", json={}).status_code == 428, step
        stale = api.post(f"{path}/{step}", json={}, headers=matching("old"))
        assert (stale.status_code, stale.json()["code"]) == (409, "changed"), step
    later = api.post(f"{path}/hold", json={"on": "9999-01-01"}, headers=version_of(api, first["id"]))
    assert later.status_code == 400
    held = api.post(f"{path}/hold", json={"on": "2024-10-08"}, headers=version_of(api, first["id"]))
    assert (held.json()["status"], held.json()["state"]) == ("held", "held on 2024-10-08")
    again = api.post(f"{path}/cancel", headers=version_of(api, first["id"]))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    path = f"/api/v1/exchanges/{second['id']}"
    gone = api.post(f"{path}/cancel", headers=version_of(api, second["id"]))
    assert gone.json()["status"] == "cancelled"


def test_a_group_goes_on_without_those_who_declined(api: TestClient) -> None:
    visit = next(each for each in published(api, "visits") if len(each["members"]) > 2)
    host, gone, *rest = visit["members"]
    path = f"/api/v1/exchanges/{visit['id']}"
    for who, said in ((host, "accept"), (gone, "decline")):
        assert api.post(f"{path}/{said}", json={"member_id": who}).json()["status"] == "published"
    early = api.post(f"{path}/agree", headers=version_of(api, visit["id"]))
    assert early.status_code == 409
    for who in rest:
        api.post(f"{path}/accept", json={"member_id": who})
    agreed = api.post(f"{path}/agree", headers=version_of(api, visit["id"])).json()
    assert [each["id"] for each in agreed["members"]] == [host, *rest]


def test_lists_can_be_of_one_term_structure_or_state(api: TestClient) -> None:
    acting(api, F)

    def ids(**wanted: str) -> list[str]:
        found = api.get("/api/v1/exchanges", params=wanted)
        return [each["id"] for each in found.json()["exchanges"]]

    every = ids()
    assert set(ids(structure="one-to-one")) | set(ids(structure="peer-hosted")) == set(every)
    assert len(ids(structure="one-to-one")) == 4
    assert ids(status="proposed") == every
    assert ids(status="held") == ids(term="never") == []
    assert api.get("/api/v1/exchanges", params={"status": "lost"}).status_code == 422
    first = api.get("/api/v1/exchanges", params={"limit": 2}).json()
    assert [each["id"] for each in first["exchanges"]] == every[:2]
    rest = api.get("/api/v1/exchanges", params={"cursor": first["next"]}).json()
    assert [each["id"] for each in rest["exchanges"]] == every[2:]
