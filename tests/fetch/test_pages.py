from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import FetchError
from tasks.fetch.ledger import settle
from tasks.fetch.ledger_schema import open_ledger
from tasks.fetch.pages import load_page
from tasks.fetch.policy import Policy
from tasks.records import Address, Snapshot

HTML = [("Content-Type", "text/html; charset=utf-8")]
LONG = b"<html><body><p>" + b"The ferry was late again. " * 400 + b"</p></body></html>"


def outcome(batch: Any) -> str:
    """The only outcome of a batch of one."""
    assert len(batch.items) + len(batch.failures) + len(batch.skipped) == 1
    if batch.items:
        return "ok"
    return batch.failures[0].reason if batch.failures else batch.skipped[0].reason


def test_a_page_is_fetched_archived_and_read_back(internet: Any, fetch: Any, box: Any) -> None:
    url = internet.article("herald.example", "/2024/05/quay.html")
    (snapshot,) = fetch(url).items
    assert snapshot.url == url
    assert snapshot.http_status == 200
    assert snapshot.rights == "allowed"
    assert snapshot.content_type == "text/html; charset=utf-8"
    assert snapshot.path.endswith(".warc.gz")
    assert Path(snapshot.path).parent == box.data / "raw"
    assert b"Maren Holt" in load_page(snapshot).body


def test_we_say_who_we_are_and_ask_for_robots_first(internet: Any, fetch: Any) -> None:
    fetch(internet.article("herald.example", "/2024/05/quay.html"))
    assert internet.asked()[0] == "/robots.txt"
    for seen in internet.seen:
        agent = seen.headers["user-agent"]
        assert agent.startswith("onrecord/")
        assert "tests@example.org" in agent


def test_robots_are_obeyed(internet: Any, fetch: Any) -> None:
    internet.put("herald.example", "/robots.txt", "User-agent: *\nDisallow: /private/\n")
    url = internet.article("herald.example", "/private/memo.html")
    assert outcome(fetch(url)) == "robots"
    assert internet.pages_asked() == []


def test_robots_of_the_place_a_redirect_leads_to_are_obeyed(
    internet: Any, fetch: Any, reply: Any
) -> None:
    internet.put("gazette.example", "/robots.txt", "User-agent: onrecord\nDisallow: /\n")
    secret = internet.article("gazette.example", "/story.html")
    url = internet.put("herald.example", "/go", reply(status=302, headers=[("Location", secret)]))
    assert outcome(fetch(url)) == "robots"
    assert internet.pages_asked("gazette.example") == []


@pytest.mark.parametrize(("status", "expected"), [(404, "ok"), (403, "ok"), (503, "robots")])
def test_no_robots_allow_all_and_troubled_ones_nothing(
    internet: Any, fetch: Any, reply: Any, status: int, expected: str
) -> None:
    internet.put("herald.example", "/robots.txt", reply(b"", status))
    assert outcome(fetch(internet.article("herald.example", "/a/1.html"))) == expected


def test_ignoring_robots_is_recorded(internet: Any, fetch: Any) -> None:
    internet.put("herald.example", "/robots.txt", "User-agent: *\nDisallow: /\n")
    url = internet.article("herald.example", "/a/1.html")
    policy = Policy(gap=0, ignore_robots="written permission of the publisher")
    (snapshot,) = fetch(url, policy=policy).items
    assert snapshot.rights == "robots-ignored"


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451, 500, 503])
def test_a_refusal_is_a_failure_with_its_status(
    internet: Any, fetch: Any, reply: Any, status: int
) -> None:
    url = internet.put("herald.example", "/a/1.html", reply(b"no", status))
    (failure,) = fetch(url).failures
    assert (failure.stage, failure.reason, failure.http_status) == (
        "fetch",
        f"http_{status}",
        status,
    )
    tries = internet.pages_asked().count("/a/1.html")
    assert tries == (3 if status >= 500 else 1)


def test_what_passes_is_tried_again(internet: Any, fetch: Any, reply: Any) -> None:
    answers = iter([reply(b"", 500), reply(b"", 429, [("Retry-After", "0")])])
    page = reply(LONG, headers=HTML)
    url = internet.put("herald.example", "/a/1.html", lambda seen: next(answers, page))
    assert outcome(fetch(url)) == "ok"


def test_a_long_retry_after_is_left_to_another_run(internet: Any, fetch: Any, reply: Any) -> None:
    url = internet.put("herald.example", "/a", reply(b"", 503, [("Retry-After", "3600")]))
    (failure,) = fetch(url).failures
    assert failure.retry_after is not None
    assert 3_500 < (failure.retry_after - datetime.now(UTC)).total_seconds() <= 3_600
    assert internet.pages_asked() == ["/a"]


def bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"0" * 1_000_000
    return b"".join(packer.compress(zeros) for _ in range(30)) + packer.flush()


def endless() -> list[bytes]:
    chunk = b"%x\r\n%s\r\n" % (60_000, b"x" * 60_000)
    return [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 400]


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("empty", {"body": b""}),
    ("bomb", {"body": bomb(), "headers": [*HTML, ("Content-Encoding", "gzip")]}),
    (
        "bad_encoding",
        {"body": b"\x1f\x8b\x08\x00" + b"junk" * 20, "headers": [("Content-Encoding", "gzip")]},
    ),
    ("bad_encoding", {"body": b"x", "headers": [("Content-Encoding", "rot13")]}),
    ("wrong_type", {"body": b"%PDF-1.4\n" + bytes(range(256))}),
    ("wrong_type", {"body": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64}),
    ("header_flood", {"body": LONG, "headers": [(f"X-{n}", "y" * 50) for n in range(150)]}),
    ("header_flood", {"raw": [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n"]}),
    ("truncated", {"raw": [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<html>"]}),
    ("bad_http", {"raw": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n"]}),
    ("bad_http", {"raw": [b"hello, I am no web server\r\n\r\n"]}),
    ("unreachable", {"raw": []}),
    ("too_large", {"raw": [b"HTTP/1.1 200 OK\r\nContent-Length: 99000000\r\n\r\n<html>"]}),
    ("too_large", {"raw": endless()}),
    ("timeout", {"raw": [b"HTTP/1.1 200 OK\r\n\r\n", *[b"<p>"] * 20], "pause": 0.2}),
    ("bad_http", {"status": 302, "headers": [("Location", "ftp://elsewhere.example/")]}),
    ("soft_404", {"body": b"<title>Page not found</title><h1>Sorry</h1>", "headers": HTML}),
    ("consent", {"body": b"<title>Before you continue</title><p>Accept?", "headers": HTML}),
    ("captcha", {"body": b"<title>Just a moment...</title>", "status": 403, "headers": HTML}),
]


@pytest.mark.parametrize(
    ("expected", "answer"), HOSTILE, ids=[f"{n}-{row[0]}" for n, row in enumerate(HOSTILE)]
)
def test_every_trouble_has_its_reason(
    internet: Any, fetch: Any, reply: Any, expected: str, answer: dict[str, Any]
) -> None:
    url = internet.put("herald.example", "/2024/05/quay.html", reply(**answer))
    assert outcome(fetch(url, policy=Policy(gap=0, deadline=1.5, attempts=1))) == expected


def test_redirects_are_followed_and_loops_are_not(internet: Any, fetch: Any, reply: Any) -> None:
    end = internet.article("herald.example", "/2024/05/quay.html")
    hop = internet.put("herald.example", "/b", reply(status=301, headers=[("Location", end)]))
    start = internet.put("herald.example", "/a", reply(status=302, headers=[("Location", hop)]))
    (snapshot,) = fetch(start).items
    assert snapshot.url == end
    assert snapshot.address.location == start
    loop = internet.put("herald.example", "/c", reply(status=302, headers=[("Location", "/d")]))
    internet.put("herald.example", "/d", reply(status=302, headers=[("Location", "/c")]))
    assert outcome(fetch(loop)) == "redirect_loop"


def test_a_page_that_sends_its_reader_on_is_followed(internet: Any, fetch: Any) -> None:
    end = internet.article("herald.example", "/2024/05/quay.html")
    start = internet.put(
        "herald.example", "/old", f'<meta http-equiv="refresh" content="0; url={end}">'
    )
    (snapshot,) = fetch(start).items
    assert snapshot.url == end


def test_sent_home_is_not_found(internet: Any, fetch: Any, reply: Any) -> None:
    internet.put("herald.example", "/", reply(LONG, headers=HTML))
    url = internet.put(
        "herald.example", "/2020/gone.html", reply(status=302, headers=[("Location", "/")])
    )
    assert outcome(fetch(url)) == "soft_404"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_content_codings_are_undone(internet: Any, fetch: Any, reply: Any, encoding: str) -> None:
    import brotli
    import zstandard

    packers = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.ZstdCompressor().compress,
    }
    body = LONG
    for name in encoding.split(", "):
        body = packers[name](body)
    headers = [*HTML, ("Content-Encoding", encoding)]
    url = internet.put("herald.example", "/a/1.html", reply(body, headers=headers))
    (snapshot,) = fetch(url).items
    assert load_page(snapshot).body == LONG


RIGHTS: list[tuple[str, list[tuple[str, str]], bytes]] = [
    ("tdm_reserved", [("TDM-Reservation", "1")], b""),
    ("tdm_reserved", [("X-Robots-Tag", "noai, noimageai")], b""),
    ("noindex", [("X-Robots-Tag", "onrecord: noindex")], b""),
    ("ok", [("X-Robots-Tag", "otherbot: noindex")], b""),
    ("ok", [("TDM-Reservation", "0")], b""),
    ("tdm_reserved", [], b'<meta name="tdm-reservation" content="1">'),
    ("noindex", [], b"<meta content='noindex,follow' name='Robots'>"),
    ("ok", [], b'<meta name="robots" content="max-image-preview:large">'),
]


@pytest.mark.parametrize(("expected", "headers", "meta"), RIGHTS)
def test_reservations_are_kept_unless_for_research(
    internet: Any, fetch: Any, reply: Any, expected: str, headers: list[Any], meta: bytes
) -> None:
    body = LONG.replace(b"<body>", b"<head>" + meta + b"</head><body>")
    url = internet.put("herald.example", "/a/1.html", reply(body, headers=HTML + headers))
    assert outcome(fetch(url)) == expected
    research = Policy(gap=0, rights="research", refetch=True)
    (snapshot,) = fetch(url, policy=research).items
    assert (snapshot.rights == "allowed") == (expected == "ok")
    assert b"ferry" in load_page(snapshot).body


def test_tdmrep_speaks_for_the_site(internet: Any, fetch: Any) -> None:
    internet.put(
        "herald.example",
        "/.well-known/tdmrep.json",
        '[{"location": "/free/*", "tdm-reservation": 0}, {"location": "/*", "tdm-reservation": 1}]',
    )
    free = internet.article("herald.example", "/free/a.html")
    kept = internet.article("herald.example", "/paid/a.html")
    batch = fetch(free, kept)
    assert [s.url for s in batch.items] == [free]
    assert [f.reason for f in batch.failures] == ["tdm_reserved"]
    assert internet.asked().count("/.well-known/tdmrep.json") == 1


def test_the_gap_is_kept_between_all_requests_to_a_host(internet: Any, fetch: Any) -> None:
    internet.put("herald.example", "/robots.txt", "User-agent: *\nDisallow: /private/\n")
    urls = [internet.article("herald.example", f"/a/{n}.html", f"Story {n}") for n in range(3)]
    others = [internet.article("gazette.example", f"/a/{n}.html", f"Story {n}") for n in range(2)]
    fetch(*urls, *others, policy=Policy(gap=0.15))
    for host in ("herald.example", "gazette.example"):
        times = [seen.at for seen in internet.seen if seen.host == host]
        assert len(times) >= 4
        assert min(b - a for a, b in pairwise(times)) >= 0.15
    assert internet.most_in_flight == 1


def test_a_longer_crawl_delay_wins(internet: Any, fetch: Any) -> None:
    internet.put("herald.example", "/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
    fetch(
        *[internet.article("herald.example", f"/a/{n}.html") for n in range(2)],
        policy=Policy(gap=0.05),
    )
    times = [seen.at for seen in internet.seen][1:]
    assert min(b - a for a, b in pairwise(times)) >= 0.3


def test_a_host_that_wants_long_pauses_gets_them_in_later_runs(
    internet: Any, fetch: Any, reply: Any
) -> None:
    internet.put("herald.example", "/robots.txt", "User-agent: *\nCrawl-delay: 600\n")
    slow = [internet.article("herald.example", f"/a/{n}.html", f"Story {n}") for n in range(2)]
    busy = reply(b"", 429, [("Retry-After", "7200")])
    hard = [internet.put("gazette.example", f"/b/{n}", busy) for n in range(2)]
    policy = Policy(gap=0.01, deadline=1, longest_wait=1, backoff=0.01)
    failures = {row.url: row for row in fetch(*slow, *hard, policy=policy).failures}
    assert failures[hard[0]].reason == "http_429"
    assert failures[hard[1]].reason == "host_paused"
    assert failures[slow[1]].reason == "host_paused"
    later = failures[hard[1]].retry_after
    assert later is not None
    assert (later - datetime.now(UTC)).total_seconds() > 7_000
    assert internet.pages_asked("gazette.example") == ["/b/0"]


def test_slow_redirects_share_one_deadline(internet: Any, fetch: Any, reply: Any) -> None:
    for n in range(8):
        hop = reply(status=302, headers=[("Location", f"/hop/{n + 1}")])
        hop.pause = 0.3
        internet.put("herald.example", f"/hop/{n}", hop)
    url = internet.url("herald.example", "/hop/0")
    assert outcome(fetch(url, policy=Policy(gap=0, deadline=1.0, attempts=1))) == "timeout"
    assert len(internet.pages_asked()) <= 5


def test_a_host_in_trouble_is_left_alone(internet: Any, fetch: Any, reply: Any) -> None:
    urls = [internet.put("herald.example", f"/a/{n}", reply(b"", 500)) for n in range(8)]
    policy = Policy(gap=0, attempts=1, breaker=3)
    reasons = [failure.reason for failure in fetch(*urls, policy=policy).failures]
    assert reasons == ["http_500"] * 3 + ["host_down"] * 5
    assert len(internet.pages_asked()) == 3


def test_time_that_is_up_leaves_pages_due(internet: Any, fetch: Any) -> None:
    url = internet.article("herald.example", "/a/1.html")
    assert outcome(fetch(url, policy=Policy(gap=0, time_budget=0.0))) == "out_of_time"
    assert internet.seen == []
    assert outcome(fetch(url)) == "ok"


def test_pending_pages_are_not_asked_for_again(internet: Any, fetch: Any) -> None:
    url = internet.article("herald.example", "/a/1.html")
    first = fetch(url)
    asked = len(internet.seen)
    assert fetch(url) == first
    assert len(internet.seen) == asked


def test_settled_pages_are_known_then_asked_for_conditionally(
    internet: Any, fetch: Any, reply: Any, box: Any
) -> None:
    def page(seen: Any) -> Any:
        same = seen.headers.get("if-none-match") == '"v1"'
        return reply(b"" if same else LONG, 304 if same else 200, [*HTML, ("ETag", '"v1"')])

    url = internet.put("herald.example", "/a/1.html", page)
    assert outcome(fetch(url)) == "ok"
    settle(open_ledger(box), [url])
    assert outcome(fetch(url)) == "not_due"
    again = Policy(gap=0, refetch=True)
    assert outcome(fetch(url, policy=again)) == "not_modified"
    assert internet.seen[-1].headers["if-none-match"] == '"v1"'


def test_the_same_bytes_again_are_unchanged_and_other_bytes_are_not(
    internet: Any, fetch: Any, box: Any
) -> None:
    url = internet.article("herald.example", "/a/1.html")
    again = Policy(gap=0, refetch=True)
    first = fetch(url)
    assert fetch(url, policy=again) == first, "nothing is stored yet, so nothing is unchanged"
    settle(open_ledger(box), [url])
    assert outcome(fetch(url, policy=again)) == "not_modified"
    internet.article("herald.example", "/a/1.html", "Quay stays open")
    (snapshot,) = fetch(url, policy=again).items
    assert b"Quay stays open" in load_page(snapshot).body


def test_only_allowed_addresses_are_connected_to(internet: Any, fetch: Any, box: Any) -> None:
    strict = replace(box, allow_addresses=())
    url = internet.article("herald.example", "/a/1.html")
    for location in (url, internet.url("127.0.0.1", "/a/1.html"), "http://169.254.169.254/latest"):
        assert outcome(fetch(location, settings=strict)) == "unsafe_address"
    assert internet.seen == []


def test_a_redirect_to_an_unsafe_address_is_refused(internet: Any, fetch: Any, reply: Any) -> None:
    target = [("Location", "http://[::1]:9/admin")]
    url = internet.put("herald.example", "/a", reply(status=302, headers=target))

    async def literal(host: str, port: int) -> list[str]:
        return ["::1"] if host == "::1" else ["127.0.0.1"]

    assert outcome(fetch(url, resolver=literal)) == "unsafe_address"


def test_a_name_that_changes_its_answer_gains_nothing(internet: Any, fetch: Any) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.7"], ["10.0.0.7"], ["10.0.0.7"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    def hang_up(seen: Any) -> Any:
        raise ConnectionError  # so that the next request needs a new connection

    internet.put("herald.example", "/robots.txt", hang_up)
    url = internet.article("herald.example", "/a/1.html")
    assert outcome(fetch(url, resolver=rebinding)) == "unsafe_address"


def test_a_proxy_is_no_way_round(internet: Any, fetch: Any, box: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("http_proxy", internet.url("127.0.0.1", ""))
    monkeypatch.delenv("no_proxy", raising=False)
    internet.article("herald.example", "/a/1.html")
    page, strict = "http://herald.example/a/1.html", replace(box, allow_addresses=())

    async def public(host: str, port: int) -> list[str]:
        return ["93.184.216.34"] if host == "herald.example" else ["192.168.1.1"]

    assert outcome(fetch(page, settings=strict, resolver=public)) == "ok"
    inside = fetch("http://intranet.example/", settings=strict, resolver=public)
    assert outcome(inside) == "unsafe_address"


def test_an_unknown_host_is_named_so(internet: Any, fetch: Any) -> None:
    assert outcome(fetch("http://nobody.invalid/a")) == "no_such_host"


def test_files_are_read_in_place(fetch: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(LONG)
    packed = tmp_path / "packed.html.gz"
    packed.write_bytes(gzip.compress(LONG))
    kind = "html_file"
    batch = fetch(*[Address(str(path), kind, str(tmp_path)) for path in (page, packed)])
    assert [load_page(s).body for s in batch.items] == [LONG, LONG]
    assert batch.items[0].digest == batch.items[1].digest
    assert [s.offset for s in batch.items] == [None, None]


def test_a_file_that_is_gone_is_a_failure(fetch: Any, tmp_path: Path) -> None:
    batch = fetch(Address(str(tmp_path / "gone.html"), "html_file", str(tmp_path)))
    assert outcome(batch) == "unreadable"


def test_a_snapshot_without_its_archive_cannot_be_read(tmp_path: Path) -> None:
    address = Address("http://herald.example/a", "url", "x")
    snapshot = Snapshot(address, str(tmp_path / "no.warc.gz"), 12, "sha256:0")
    with pytest.raises(FetchError, match="unreadable"):
        load_page(snapshot)


def test_outcomes_add_up(internet: Any, fetch: Any, reply: Any) -> None:
    good = [internet.article("herald.example", f"/a/{n}.html", f"Story {n}") for n in range(4)]
    bad = [internet.put("gazette.example", f"/b/{n}", reply(b"", 404)) for n in range(3)]
    batch = fetch(*good, *bad)
    assert len(batch.items) + len(batch.failures) + len(batch.skipped) == 7
