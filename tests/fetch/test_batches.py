from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.batches import make_batches
from tasks.records import Address


def web(host: int, page: int) -> Address:
    return Address(f"https://outlet{host}.example/{page}", "feed", "https://list.example/rss")


def test_files_stay_in_order_and_records_lie_as_in_the_archive() -> None:
    files = [Address(f"b/{n}.html", "html_file", "b") for n in range(5)]
    records = [
        Address(f"https://x.example/{n}", "warc", path, offset=offset)
        for n, (path, offset) in enumerate([("b.warc", 10), ("a.warc", 90), ("a.warc", 9)])
    ]
    batches = make_batches([*records, *files], 3)
    assert batches[:2] == [tuple(files[:3]), tuple(files[3:])]
    assert [(a.source, a.offset) for a in batches[2]] == [
        ("a.warc", 9), ("a.warc", 90), ("b.warc", 10),
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 50)), unique=True, max_size=60),
    st.integers(1, 12),
)
def test_a_host_is_in_one_batch_unless_it_fills_more(
    pages: list[tuple[int, int]], size: int
) -> None:
    addresses = [web(host, page) for host, page in pages]
    batches = make_batches(addresses, size)
    assert sorted(a.location for b in batches for a in b) == sorted(a.location for a in addresses)
    assert all(0 < len(batch) <= size for batch in batches)
    for host in {host for host, _ in pages}:
        count = sum(h == host for h, _ in pages)
        name = f"https://outlet{host}.example/"
        holding = [b for b in batches if any(a.location.startswith(name) for a in b)]
        assert len(holding) == (1 if count <= size else -(-count // size))
    assert batches == make_batches(addresses, size)
