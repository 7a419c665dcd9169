"""The page: whole, self-contained, escaped, and readable by everyone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import build_view
from matcher.errors import InputError
from matcher.export.report import report_html, whereabouts, write_report
from read_page import Page, read

VIEWS: dict[str, Callable[[], object]] = {
    name: getattr(build_view, name) for name in ("realistic", "empty", "one_member", "stress")
}
CSS = Path(__file__).parents[2] / "matcher/export/templates/report.css"


@cache
def html_of(name: str) -> str:
    return report_html(getattr(build_view, name)())


@cache
def page_of(name: str) -> Page:
    return read(html_of(name))


@pytest.mark.parametrize("name", VIEWS)
def test_tags_match_and_ids_are_unique(name: str) -> None:
    page = page_of(name)
    assert page.faults == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in page.values("href")} <= set(ids)
    for attribute in ("aria-labelledby", "aria-describedby"):
        assert set(page.values(attribute)) <= set(ids)


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_is_fetched_and_nothing_runs(name: str) -> None:
    page, html = page_of(name), html_of(name)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
    assert not page.values("src")
    assert all(href.startswith("#") for href in page.values("href"))
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html
    assert "@font-face" not in html
    policy = [attrs for attrs in page.named("meta") if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy[0]["content"] == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("name", VIEWS)
def test_landmarks_and_headings(name: str) -> None:
    page = page_of(name)
    tags = [tag for tag, _ in page.elements]
    assert [tags.count(tag) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert page.named("html") == [{"lang": "en"}]
    first_link = page.named("a")[0]
    assert (first_link["class"], first_link["href"]) == ("skip", "#content")
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text.strip() for _, text in page.headings)
    sections = page.named("section")
    expected = "topic-map topics-by-term network pairs cohorts visits waitlist topics aside members reading"
    assert " ".join(str(section["id"]) for section in sections) == expected


@pytest.mark.parametrize("name", VIEWS)
def test_tables_have_headers_and_charts_a_text(name: str) -> None:
    page = page_of(name)
    assert all(attrs.get("scope") in ("row", "col") for attrs in page.named("th"))
    for attrs in page.named("svg"):
        assert attrs.get("aria-hidden") == "true"
    pictures = [attrs for _, attrs in page.elements if attrs.get("role") == "img"]
    assert all(len(attrs["aria-label"] or "") > 20 for attrs in pictures)
    charts = [attrs for attrs in page.named("svg") if attrs.get("class") == "chart"]
    assert len(pictures) == len(charts)


def test_every_text_is_escaped_and_every_text_is_there() -> None:
    view, html, text = build_view.realistic(), html_of("realistic"), page_of("realistic").text
    assert "<script" not in html
    assert "<b>on</b>" not in html
    assert html.count("&lt;script&gt;") > 5
    hostile = view.pairs[0].a
    for expected in (hostile.name, hostile.organization, hostile.email, "🎒🦉", "=1+1"):
        assert expected in text
    for pair in view.pairs:
        assert pair.a.name in text
        assert pair.b.name in text
        assert all(" ".join(quote.text.split()) in text for quote in pair.quotes)
    for cohort in view.cohorts:
        assert all(member.name in text for member in cohort.members)
    for left in view.left:
        assert left.reason in text
    for aside in view.aside:
        assert aside.reason in text
    assert all(example.text in text for topic in view.topics for example in topic.examples)


def test_unreadable_characters_are_left_out() -> None:
    html = html_of("realistic")
    assert "Nul and  bell ." in html
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", html)


def test_the_claims_follow_from_the_figures() -> None:
    text = page_of("stress").text
    assert "Proven best: no plan places more, and none with as many has a higher total." in text
    assert "its total lies 0.7% below a limit that no plan can pass" in text
    assert "62 pairs, 20 cohorts and 8 visits for 150 members" in text
    assert "124 of 128 who want one have a place" in text
    view = build_view.realistic()
    proofs = tuple(replace(proof, status="optimal", bound=proof.objective + 1) for proof in view.proofs)
    worse = read(report_html(replace(view, proofs=proofs))).text
    assert "Proven best:" not in worse.split("What members talk about")[0]


def test_an_empty_term_says_so() -> None:
    text = page_of("empty").text
    for said in (
        "Nobody has joined yet",
        "No pairs were formed.",
        "No cohorts were formed.",
        "No visits were formed.",
        "Nobody is waiting.",
        "No topics were found",
    ):
        assert said in text
    assert not page_of("empty").values("role")


def test_a_term_that_nobody_asked_for_something_in() -> None:
    view = build_view.one_member()
    proof = replace(view.proofs[0], wanting=0)
    assert "Nobody asked for one" in read(report_html(replace(view, proofs=(proof,)))).text


def test_a_visit_s_date_is_told() -> None:
    view = build_view.realistic()
    visit = replace(view.visits[0], weekday="Tuesday", date="2026-10-06")
    assert "Tuesday, 2026-10-06" in read(report_html(replace(view, visits=(visit,)))).text
    assert "2026-10-06" not in read(report_html(view)).text


def test_a_member_is_found_with_every_place_it_has() -> None:
    view = build_view.realistic()
    found = {entry.person.id: entry.places for entry in whereabouts(view)}
    host = view.visits[0].host
    assert ("visit 1, as host", "visit-1") in found[host.id]
    assert ("cohort 2", "cohort-2") in found[view.cohorts[1].members[0].id]
    assert ("pair 1", "pair-1") in found[view.pairs[0].b.id]
    waiting = view.left[0].person
    assert found[waiting.id] == ()


def test_times_that_are_not_one_a_member_are_still_told() -> None:
    view = build_view.realistic()
    cohort = replace(view.cohorts[0], local_times=("10 am Pacific", "1 pm Eastern"))
    text = read(report_html(replace(view, cohorts=(cohort,)))).text
    assert "10 am Pacific; 1 pm Eastern" in text


def test_a_structure_without_a_name_is_told_as_it_is() -> None:
    view = build_view.one_member()
    left = replace(view.left[0], structure="series")
    assert (3, "Series") in read(report_html(replace(view, left=(left,)))).headings


def test_the_page_is_written_as_utf_8_and_is_the_same_each_time(tmp_path: Path) -> None:
    view = build_view.realistic()
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    write_report(view, first)
    write_report(view, second)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_folder_is_not_a_page(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="It is a folder"):
        write_report(build_view.empty(), tmp_path)


def _palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), flags=re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6})", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def _ratio(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2 (relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(scheme: str) -> None:
    palette = _palettes()[scheme]
    texts = [("ink", "wash"), ("state", "land")]
    texts += [(text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "panel")]
    texts += [(kind, ground) for kind in ("pair", "cohort", "visit") for ground in ("paper", "panel", "land")]
    marks = [(f"t{rank}", "panel") for rank in range(10)] + [("grey", "panel"), ("focus", "paper")]
    marks += [("soft", "land"), ("ink", "land")]
    for wanted, pairs in ((4.5, texts), (3.0, marks)):
        low = {pair: _ratio(palette[pair[0]], palette[pair[1]]) for pair in pairs}
        assert {pair: ratio for pair, ratio in low.items() if ratio < wanted} == {}
