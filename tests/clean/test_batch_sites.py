"""A batch stays tied to what was known of sites when its pages were first cleaned."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tasks.batch import Batch, BatchRef, read_batch, write_batch
from tasks.clean import batch as stage
from tasks.clean.batch import _guard, clean_snapshots, read_lessons
from tasks.clean.batch_sites import tied_sites
from tasks.clean.site_files import learn, snapshot_name
from tasks.clean.site_template import READY
from tasks.manifest import Manifest
from tasks.records import Address, Article, Page, Snapshot

NOW = datetime(2031, 5, 14, tzinfo=UTC)
OUTLET = "thelarkfieldgazette.example"
TOPICS = ("harbour", "library", "ferry", "market")


def load(saved: Snapshot) -> Page:
    topic = Path(saved.path).stem
    body = "".join(
        f'<p class="story-text">In hour {hour} the {topic} committee heard a family that lives '
        f"beside the {topic}, and put letter {hour} of the {topic} fund to one side.</p>"
        for hour in range(1, 8)
    )
    return Page(
        saved,
        f'<html lang="en"><body><article><h1>The {topic} question</h1>{body}</article></body>'
        "</html>".encode(),
    )


@pytest.fixture(scope="module", autouse=True)
def guarded() -> Iterator[None]:
    yield
    _guard(load).close()
    _guard.cache_clear()


def pages(data: Path, topics: Sequence[str] = TOPICS) -> BatchRef:
    urls = [f"https://{OUTLET}/{topic}" for topic in topics]
    saved = tuple(
        Snapshot(Address(url, "url", url), f"{url.rpartition('/')[2]}.html", None, "", url=url)
        for url in urls
    )
    return write_batch(Batch(saved), data / "work", "0123456789abcdef", "fetch")


def stored_nothing(article_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    return {}


def clean(
    ref: BatchRef, data: Path, sites: int | None, is_reading: bool = False
) -> tuple[list[str | None], bool]:
    """Clean a batch; give the knowledge its articles name, and whether the work was done before."""
    made, known = clean_snapshots(ref, data, load, sites, stored_nothing, is_reading)
    return [article.site_snapshot for article in read_batch(made, Article).items], known


def learn_more(data: Path) -> int:
    """Learn of the site from its last batch, often enough for a new snapshot."""
    lessons = [taught.lesson for taught in read_lessons(data / "work", "0123456789abcdef")]
    number = learn(data / "state" / "sites", lessons * READY * 4, NOW)
    assert number is not None
    return number


def test_the_key_names_what_was_known_of_sites(tmp_path: Path) -> None:
    ref = pages(tmp_path)
    clean(ref, tmp_path, None)
    assert key(tmp_path).endswith(f"{ref.digest}|sites none")
    number = learn_more(tmp_path)
    clean(ref, tmp_path, number, is_reading=True)
    assert key(tmp_path).endswith(f"{ref.digest}|sites 00000")


def key(data: Path) -> str:
    path = data / "work" / "0123456789abcdef" / "clean.manifest"
    return msgspec.json.decode(path.read_bytes(), type=Manifest).key


def test_a_run_after_learning_finds_its_work_done(tmp_path: Path) -> None:
    ref = pages(tmp_path)
    assert clean(ref, tmp_path, None) == ([None] * 4, False)
    newest = learn_more(tmp_path)
    assert clean(ref, tmp_path, newest) == ([None] * 4, True)
    assert clean(ref, tmp_path, learn_more(tmp_path)) == ([None] * 4, True)


def test_reading_anew_takes_the_newest(tmp_path: Path) -> None:
    ref = pages(tmp_path)
    clean(ref, tmp_path, None)
    first = learn_more(tmp_path)
    named = snapshot_name(first, OUTLET)
    assert clean(ref, tmp_path, first, is_reading=True) == ([named] * 4, False)
    assert clean(ref, tmp_path, first, is_reading=True) == ([named] * 4, True)
    second = learn_more(tmp_path)
    assert second == first + 1
    assert clean(ref, tmp_path, second, is_reading=True)[1] is False


def test_other_pages_under_the_same_name_take_the_newest(tmp_path: Path) -> None:
    clean(pages(tmp_path), tmp_path, None)
    newest = learn_more(tmp_path)
    others = pages(tmp_path, TOPICS[:3])
    assert clean(others, tmp_path, newest) == ([snapshot_name(newest, OUTLET)] * 3, False)


def test_a_run_that_was_killed_resumes_with_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean(pages(tmp_path, TOPICS[:3]), tmp_path, None)
    first = learn_more(tmp_path)
    ref = pages(tmp_path)

    class Killed(BaseException):
        pass

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(stage, "clean_batch", die)
        with pytest.raises(Killed):
            clean(ref, tmp_path, first)
    newest = learn_more(tmp_path)  # by another run, before this one is taken up again
    assert newest == first + 1
    assert clean(ref, tmp_path, newest) == ([snapshot_name(first, OUTLET)] * 4, False)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"digest": 3}'])
def test_a_damaged_tie_ties_nothing(tmp_path: Path, damage: bytes) -> None:
    ref = pages(tmp_path)
    sites = tmp_path / "state" / "sites"
    assert tied_sites(tmp_path / "work", ref, sites, None) is None
    (tmp_path / "work" / ref.batch_id / "clean.sites").write_bytes(damage)
    assert tied_sites(tmp_path / "work", ref, sites, 4) == 4


def test_a_snapshot_that_is_gone_ties_nothing(tmp_path: Path) -> None:
    ref = pages(tmp_path)
    sites = tmp_path / "state" / "sites"
    assert tied_sites(tmp_path / "work", ref, sites, 7) == 7
    assert tied_sites(tmp_path / "work", ref, sites, 8) == 8
    sites.mkdir(parents=True)
    (sites / "00008.parquet").touch()
    assert tied_sites(tmp_path / "work", ref, sites, 9) == 8
