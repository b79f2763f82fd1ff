from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.rights import metas, page_rights, refusal, reserved_by_site, rights_code

HEADERS: list[tuple[str, tuple[str, ...]]] = [
    ("noai", ("noai",)),
    ("NoIndex, NoFollow", ("noindex",)),
    ("none", ("noindex",)),
    ("max-snippet: -1, noindex", ("noindex",)),
    ("unavailable_after: 25 Jun 2030 15:00:00 PST", ()),
    ("googlebot: noindex", ()),
    ("onrecord: noai", ("noai",)),
    ("index, follow", ()),
]


@pytest.mark.parametrize(("value", "expected"), HEADERS)
def test_x_robots_tag(value: str, expected: tuple[str, ...]) -> None:
    rights = page_rights([("X-Robots-Tag", value)], b"", "onrecord", reserved_by_site=False)
    assert rights == expected


PAGES: list[tuple[bytes, tuple[str, ...]]] = [
    (b'<head><meta name="robots" content="noai, noimageai"></head>', ("noai",)),
    (b"<head><META CONTENT=noindex NAME=ROBOTS></head>", ("noindex",)),
    (b'<head><meta name="tdm-reservation" content="1"/></head>', ("tdm",)),
    (b'<head><meta name="tdm-reservation" content="0"/></head>', ()),
    (b'<head><!-- <meta name="robots" content="noindex"> --></head>', ()),
    (
        b'<head><meta name="robots" content="noai"><!-- ours --><title>Quay</title></head>',
        ("noai",),
    ),
    (b'<head><!-- <base> --><meta name="robots" content="noai"><!-- x --></head>', ("noai",)),
    (b'<head></head><body><meta name="robots" content="noindex"></body>', ()),
    (b'<head><meta name="googlebot" content="noindex"></head>', ()),
    (b'<head><meta property="og:title" content="robots, noindex and noai"></head>', ()),
    ('<head><meta name="robots" content="noindex"></head>'.encode("utf-16"), ("noindex",)),
]


@pytest.mark.parametrize(("page", "expected"), PAGES)
def test_metas_of_the_head_count(page: bytes, expected: tuple[str, ...]) -> None:
    assert page_rights([], page, "onrecord", reserved_by_site=False) == expected


RULES = """[{"location": "/opinion/*", "tdm-reservation": 0},
{"location": "/*.pdf$", "tdm-reservation": 1}, {"location": "/news", "tdm-reservation": 1},
{"location": 7}, "nonsense"]"""


@pytest.mark.parametrize(
    ("path", "reserved"),
    [("/opinion/a", False), ("/news/a", True), ("/a.pdf", True), ("/a.pdf?x", False),
     ("/sport", False), ("/opinion/a.pdf", False)],
)  # fmt: skip
def test_the_first_rule_of_tdmrep_that_matches_decides(path: str, reserved: bool) -> None:
    assert reserved_by_site(RULES, f"https://herald.example{path}") == reserved


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"location": "/", "tdm-reservation": 0}'])
def test_a_broken_tdmrep_reserves_nothing(text: str) -> None:
    assert not reserved_by_site(text, "https://herald.example/a")


def test_codes_and_policies() -> None:
    assert rights_code("allowed", ()) == "allowed"
    assert rights_code("allowed", ("noai", "tdm")) == "allowed+noai+tdm"
    assert rights_code(None, ()) is None
    assert refusal(("noai", "tdm"), "research") is None
    assert refusal((), "general") is None
    refused = refusal(("noai",), "general")
    assert refused is not None
    assert refused[0] == "tdm_reserved"


@given(st.binary(max_size=400))
def test_no_page_makes_it_fail(page: bytes) -> None:
    metas(b"<meta name=robots content=" + page, "robots")
