from __future__ import annotations

import gzip
import random
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from tasks.fetch.ledger import settle
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.pages import load_page
from tasks.fetch.policy import Limits, Policy
from tasks.records import Address

PAGE = b"<html><body><h1>Quay to close</h1><p>No. %d: the ferry was late again.</p></body></html>"


def record(kind: str, url: str, date: str, content: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, kind + url)}>\r\n"
        f"Content-Type: {content}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def archive(path: Path, count: int = 6, *, packed: bool = True) -> list[int]:
    """Write somebody else's archive; returns the offsets of its pages."""
    offsets = []
    with path.open("wb") as file:
        for n in range(count):
            offsets.append(file.tell())
            words = random.Random(n).randbytes(3_000).hex().encode()
            rows: list[tuple[str, int, str, bytes]] = [
                (f"https://herald.example/2024/{n}.html", 200, "text/html", PAGE % n + words),
                ("https://herald.example/robots.txt", 200, "text/plain", b"Allow: /"),
                (f"https://herald.example/{n}.gif", 200, "image/gif", b"GIF89a"),
                (f"https://herald.example/old/{n}", 301, "text/html", b""),
            ]
            for url, status, kind, body in rows:
                http = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n\r\n".encode() + body
                date = f"2024-05-0{n + 1}T08:00:00Z"
                content = "application/http;msgtype=response"
                written = record("response", url, date, content, http)
                file.write(gzip.compress(written, mtime=0) if packed else written)
    return offsets


@pytest.mark.parametrize("packed", [True, False])
def test_pages_of_an_archive_are_found_by_offset(
    find: Any, fetch: Any, tmp_path: Path, packed: bool
) -> None:
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    offsets = archive(path, packed=packed)
    batch = find(str(path))
    assert [address.offset for address in batch.items] == offsets
    assert {address.source for address in batch.items} == {str(path)}
    assert sorted({skip.reason for skip in batch.skipped}) == ["not_a_page", "redirect"]
    (snapshot,) = fetch(batch.items[3]).items
    assert snapshot.path == str(path)
    assert snapshot.url == "https://herald.example/2024/3.html"
    assert snapshot.captured_at == datetime(2024, 5, 4, 8, tzinfo=UTC)
    assert b"No. 3" in load_page(snapshot).body


def test_hosts_and_dates_are_filtered_before_bodies_are_read(find: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    archive(path)
    since = datetime(2024, 5, 4, tzinfo=UTC)
    assert len(find(str(path), limits=Limits(since=since)).items) == 3
    assert len(find(str(path), limits=Limits(until=since)).items) == 3
    assert len(find(str(path), limits=Limits(only_hosts=("herald.example",))).items) == 6
    assert find(str(path), limits=Limits(only_hosts=("erald.example",))).items == ()


def test_damage_is_a_failure_and_reading_goes_on(find: Any, fetch: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = archive(path)
    content = bytearray(path.read_bytes())
    content[offsets[2] + 600 : offsets[2] + 700] = bytes(100)
    path.write_bytes(content)
    batch = find(str(path))
    assert [failure.reason for failure in batch.failures] == ["unreadable"]
    assert [a.offset for a in batch.items] == offsets[:2] + offsets[3:]
    assert len(fetch(*batch.items).items) == 5


@pytest.mark.parametrize("share", [0.3, 0.77, 0.97])
def test_a_cut_archive_gives_all_that_is_whole(
    find: Any, fetch: Any, tmp_path: Path, share: float
) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = archive(path)
    size = int(path.stat().st_size * share)
    path.write_bytes(path.read_bytes()[:size])
    batch = fetch(*find(str(path)).items)
    ends = [*offsets[1:], size + 1]
    whole = [offset for offset, end in zip(offsets, ends, strict=True) if end <= size]
    assert [s.offset for s in batch.items][: len(whole)] == whole
    assert {failure.reason for failure in batch.failures} <= {"unreadable"}


def test_an_archive_packed_as_one_stream_says_so(find: Any, tmp_path: Path) -> None:
    archive(tmp_path / "a.warc", packed=False)
    path = tmp_path / "b.warc.gz"
    path.write_bytes(gzip.compress((tmp_path / "a.warc").read_bytes()))
    (failure,) = find(str(path)).failures
    assert "packed as one stream" in failure.detail


def test_what_we_write_other_tools_read(internet: Any, fetch: Any, reply: Any, box: Any) -> None:
    end = internet.article("herald.example", "/2024/quay.html")
    start = internet.put("herald.example", "/a", reply(status=301, headers=[("Location", end)]))
    fetch(start, internet.url("herald.example", "/gone"))
    (path,) = (box.data / "raw").glob("*.warc.gz")
    checker = Checker(type("Options", (), {"inputs": [], "verbose": False, "cmd": "check"})())
    checker.process_one(str(path))
    assert not checker.exit_value
    with path.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds[0] == "warcinfo"
    assert kinds[1:] == ["response", "request", "metadata"] * (len(kinds) // 3)


def test_our_own_archive_gives_what_the_live_run_gave(
    internet: Any, find: Any, fetch: Any, reply: Any, box: Any, tmp_path: Path
) -> None:
    hinted = Address(
        internet.article("herald.example", "/2024/quay.html"),
        "feed",
        "http://herald.example/rss",
        headline_hint="Quay",
        published_at_hint=datetime(2024, 5, 6, tzinfo=UTC),
        guid="q1",
    )
    moved = internet.put(
        "herald.example", "/a", reply(status=301, headers=[("Location", "/2024/other.html")])
    )
    internet.article("herald.example", "/2024/other.html", "Other")
    soft = internet.put("herald.example", "/b/1", "<title>Page not found</title>")
    live = fetch(hinted, moved, soft, internet.url("herald.example", "/gone"))
    found = find(*map(str, (box.data / "raw").glob("*.warc.gz")))
    again = fetch(*found.items)
    assert again.items == live.items
    assert [(f.url, f.reason) for f in again.failures] == [(f.url, f.reason) for f in live.failures]
    assert {skip.reason for skip in found.skipped} == {"not_a_page", "redirect"}


def test_repeats_are_revisit_records(internet: Any, fetch: Any, reply: Any, box: Any) -> None:
    url = internet.article("herald.example", "/2024/quay.html")
    fetch(url)
    settle(open_ledger(box), [url])
    fetch(url, policy=Policy(gap=0, refetch=True))
    (path,) = (box.data / "raw").glob("*.warc.gz")
    with path.open("rb") as file:
        repeats = [r for r in ArchiveIterator(file) if r.rec_type == "revisit"]
    assert len(repeats) == 1
    headers = repeats[0].rec_headers
    assert headers.get_header("WARC-Refers-To-Target-URI") == url
    assert headers.get_header("WARC-Profile").endswith("identical-payload-digest")


def test_archives_are_rotated_and_never_appended_to_when_torn(
    internet: Any, fetch: Any, box: Any, monkeypatch: Any
) -> None:
    raw = box.data / "raw"
    fetch(internet.article("herald.example", "/2024/1.html", "One"))
    fetch(internet.article("herald.example", "/2024/2.html", "Two"))
    (path,) = raw.glob("*.warc.gz")
    with path.open("ab") as file:
        file.write(b"\x1f\x8b torn by a kill")
    fetch(internet.article("herald.example", "/2024/3.html", "Three"))
    assert len(list(raw.glob("*.warc.gz"))) == 2
    monkeypatch.setattr("tasks.fetch.crawl.MOST_SHARD_BYTES", 1)
    fetch(*[internet.article("herald.example", f"/2024/{n}.html", str(n)) for n in (4, 5)])
    assert len(list(raw.glob("*.warc.gz"))) == 4


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("first", "count"), [(0, 8), (4, 8), (4, 2_000), (-1, 0)])
def test_bytes_that_begin_no_record_are_told(
    find: Any, tmp_path: Path, packed: bool, first: int, count: int
) -> None:
    """FastWARC passes over them without a word; what they held must not be lost unseen."""
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    offsets = archive(path) if packed else archive(path, packed=False)
    content = bytearray(path.read_bytes())
    if first < 0:
        content += b"The disk was full."
    else:
        content[offsets[first] : offsets[first] + count] = b"\x01" * count
    path.write_bytes(content)
    batch = find(str(path))
    (failure,) = batch.failures
    assert failure.reason == "unreadable"
    assert "are no record" in failure.detail or "does not begin" in failure.detail
    kept = [offset for number, offset in enumerate(offsets) if number != first]
    assert [address.offset for address in batch.items] == kept


def test_padding_between_records_is_no_damage(find: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    archive(path, packed=False)
    path.write_bytes(path.read_bytes().replace(b"\r\n\r\nWARC/", b"\r\n\r\n\r\n\r\nWARC/") + b"\n")
    batch = find(str(path))
    assert (len(batch.items), batch.failures) == (6, ())


def test_a_file_that_is_an_archive_only_by_its_name(find: Any, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"\x1f\x8b" + random.Random(1).randbytes(2_000))
    (tmp_path / "b.warc").write_text("The board voted on Tuesday to close the old quay.\n")
    batch = find(str(tmp_path))
    assert [failure.reason for failure in batch.failures] == ["unreadable", "unreadable"]
    assert batch.skipped == ()
