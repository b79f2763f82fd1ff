"""Whatever arrives, there is an article or a reason why not, and soon."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.clean.article import clean_page
from tasks.errors import CleanError
from tasks.records import Address, Page, Snapshot
from tests.clean.mutations import MUTATIONS, Mutation

SAMPLE = sorted((Path(__file__).parents[2] / "data" / "sample").rglob("*.html"))
PAGES = Path(__file__).parents[2].parent / "shared" / "eval" / "clean"
PARAGRAPH = b"<p>The council said on Monday that the bridge would stay closed until the spring.</p>"
SECONDS = 10


def survives(body: bytes, name: str = "page.html") -> None:
    address = Address("https://news.example/2024/05/06/story", "html_file", name)
    started = time.process_time()
    try:
        article = clean_page(Page(Snapshot(address, name, None, "", url=address.location), body))
    except CleanError as error:
        told = error.reason and error.detail
        assert told
    else:
        assert article.text
        assert "\n\n" not in article.text
        assert all(0 <= item.position <= len(article.text) for item in article.segments)
    assert time.process_time() - started < SECONDS


MARKS = ('"', "“", "“”", "'", "’", "«", "—", ":", "(", "§¶†", "Ã©", 'He said "', "Aa ", "By A ")
LINES = (
    '"' * 100,
    "x" * 70 + "-",
    "“The night ferry stays, and so do we”",
    "word " * 15 + "\n=====",
    "Please support our work today",
)


@pytest.mark.parametrize("text", [*MARKS, *(f"{line}\n" for line in LINES)])
@pytest.mark.parametrize("size", [390_000, 1_000_000])
def test_plain_text_of_odd_marks_or_lines(text: str, size: int) -> None:
    survives((text * (size // len(text))).encode(), "notes.txt")


def test_plain_text_of_many_quotations() -> None:
    lines = (f"“The ferry of pier {number} stays where it has been.”" for number in range(7_500))
    survives("\n".join(lines).encode(), "notes.txt")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_broken_pages(mutation: Mutation) -> None:
    dice = random.Random(mutation.__name__)
    for path in SAMPLE[:6]:
        survives(mutation(path.read_bytes(), dice))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 5000,
        b"<" * 200_000,
        b"<html><body>" + b"<div>" * 5_000 + PARAGRAPH * 10,
        b"<html><body>" + b"<span>" * 10_000 + PARAGRAPH * 10,
        b"<html><body>" + PARAGRAPH * 100_000,
        b"<html><body><table>" + b"<tr><td>a</td><td>b</td></tr>" * 30_000,
        b"<html><body><p>" + b"Line of text.<br>" * 60_000,
        b"<script type='application/ld+json'>" + b"[" * 50_000 + b"</script>" + PARAGRAPH * 8,
        b"<!doctype " + b" " * 100_000,
        b"x" * 13_000_000,
    ],
    ids=[
        "empty", "zeros", "brackets", "deep", "deep spans", "many paragraphs", "long table",
        "many breaks", "deep JSON", "doctype", "too many bytes",
    ],
)  # fmt: skip
def test_pathological_pages(body: bytes) -> None:
    survives(body)


def reason(body: bytes) -> str | None:
    address = Address("https://news.example/2024/05/06/story", "html_file", "page.html")
    snapshot = Snapshot(address, "page.html", None, "", url=address.location)
    try:
        article = clean_page(Page(snapshot, body))
    except CleanError as error:
        return error.reason
    return None if article.text.count("\n") >= 9 else f"{len(article.text)} characters"


@pytest.mark.parametrize("tag", [b"div", b"span", b"ul><li", b"font", b"blockquote", b"section"])
@pytest.mark.parametrize("depth", [100, 240, 300, 900])
def test_what_is_deep_is_read(tag: bytes, depth: int) -> None:
    paragraphs = b"".join(PARAGRAPH.replace(b"bridge", b"bridge %d" % n) for n in range(10))
    assert reason(b"<html><body>" + (b"<" + tag + b">") * depth + paragraphs) is None


@pytest.mark.parametrize("library", ["trafilatura.bare_extraction", "htmldate.find_date"])
@pytest.mark.parametrize("error", [RecursionError, IndexError, KeyError, OverflowError])
def test_a_library_that_stumbles_costs_no_page(
    monkeypatch: pytest.MonkeyPatch, library: str, error: type[Exception]
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise error("over its own feet")

    monkeypatch.setattr(library, stumble)
    parts = (PARAGRAPH.replace(b"bridge", b"bridge %d" % n) for n in range(20))
    spread = b"<div>".join(parts)  # in many elements: no body is evident without an extractor
    assert reason(b"<html><body><h1>Bridge stays shut</h1>" + spread) is None


def test_what_is_deeper_says_so() -> None:
    assert reason(b"<html><body>" + b"<div>" * 10_000 + PARAGRAPH * 10) == "too_deep"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600), st.sampled_from(["a.html", "a.txt"]))
def test_any_bytes(body: bytes, name: str) -> None:
    survives(body, name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "div", "li", "h2", "td", "span", "blockquote", "a"]),
            st.text(max_size=120),
        ),
        max_size=30,
    )
)
def test_any_page(parts: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{text}" for tag, text in parts)
    survives(f"<html><body>{html}</body></html>".encode("utf-8", "replace"))


@pytest.mark.slow
@pytest.mark.skipif(not PAGES.exists(), reason="shared/eval/clean is not here")
def test_five_thousand_broken_pages(tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(PAGES / "clean_dev.tar.xz") as archive:
        members = [member for member in archive if member.name.endswith(".html")][::4]
        pages = [file.read() for member in members if (file := archive.extractfile(member))]
    dice = random.Random(5)
    for number in range(5_000):
        survives(MUTATIONS[number % len(MUTATIONS)](dice.choice(pages), dice))
    for page in pages[:25]:
        survives(page.replace(b"</body>", PARAGRAPH * 100_000 + b"</body>"))
        survives(page[:0])
        survives(dice.choice(pages)[:5_000] + page)


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_a_text_far_longer_than_articles_are_is_refused(name: str) -> None:
    """What comes after cleaning has no guard, and takes long over a book."""
    body = "“We cannot pay for this,” said Mr Wren. " * 12_000
    page = f"<html><body><article><h1>Council meets</h1><p>{body}</p></article></body></html>"
    address = Address(name, "html_file", name)
    snapshot = Snapshot(address, name, None, "")
    with pytest.raises(CleanError, match=r"characters of text") as refused:
        clean_page(Page(snapshot, (page if name.endswith("html") else body).encode()))
    assert refused.value.reason == "too_large"
