"""What a process has just written it has in memory, as long as the file is as it was written."""

from pathlib import Path

import msgspec

from tasks.batch import Batch, read_batch
from tasks.clean.batch import clean_snapshots
from tasks.enrich.batch import name_everything
from tasks.extract.batch import annotate_articles
from tasks.fetch.batch import discover_batches, fetch_addresses
from tasks.fetch.pages import load_page
from tasks.fetch.policy import Limits, Policy
from tasks.kept import Kept
from tasks.records import AnnotatedArticle, Article, Snapshot

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def is_no_one(url: str) -> bool:
    return False


def test_what_was_written_is_found(tmp_path: Path) -> None:
    kept, path = Kept(), written(tmp_path, "a", b"old")
    kept.keep(path, "d1", "decoded", 3)
    assert kept.find(path, "d1") == "decoded"
    assert kept.find(path, "d2") is None
    assert kept.find(tmp_path / "b", "d1") is None


def test_a_file_that_was_touched_or_is_gone_is_not_kept(tmp_path: Path) -> None:
    kept, path = Kept(), written(tmp_path, "a", b"old")
    kept.keep(path, "d1", "decoded", 3)
    path.write_bytes(b"longer")
    assert kept.find(path, "d1") is None
    kept.keep(path, "d1", "decoded", 3)
    path.unlink()
    assert kept.find(path, "d1") is None


def test_the_oldest_goes_when_there_is_no_room(tmp_path: Path) -> None:
    kept = Kept(most=10)
    paths = [written(tmp_path, name, b"x") for name in "abc"]
    for path in paths:
        kept.keep(path, "d", path.name, 4)
    assert [kept.find(path, "d") for path in paths] == [None, "b", "c"]
    kept.keep(paths[0], "d", "too large", 11)
    assert [kept.find(path, "d") for path in paths] == [None, None, None]


def test_in_memory_batches_of_all_stages_are_what_their_files_hold(tmp_path: Path) -> None:
    found = discover_batches([str(SAMPLE)], tmp_path, 200, Policy(), Limits(), is_no_one)
    [fetched] = [fetch_addresses(ref, tmp_path, Policy()) for ref in found]
    cleaned, _ = clean_snapshots(fetched, tmp_path, load_page, None, lambda _: {}, False)
    annotated, _ = annotate_articles(cleaned, tmp_path / "work", None)
    named, _ = name_everything(annotated, tmp_path / "work", None, tmp_path / "corrections")
    stages = ((fetched, Snapshot), (cleaned, Article), (annotated, AnnotatedArticle),
              (named, AnnotatedArticle))  # fmt: skip
    for ref, item in stages:
        kept: Batch[object] = read_batch(ref, item)
        Path(ref.path).touch()
        again: Batch[object] = read_batch(ref, item)
        assert again is not kept
        assert again == kept
        assert msgspec.json.encode(again) == msgspec.json.encode(kept)
        assert len(again.items) > 5
