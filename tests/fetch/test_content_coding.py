from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import FetchError
from tasks.fetch.content_coding import dechunked, decoded


@given(st.binary(max_size=2_000), st.sampled_from(["gzip", "x-gzip", "deflate", "identity", ""]))
def test_what_was_packed_comes_back(body: bytes, name: str) -> None:
    packed = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}
    assert decoded(packed.get(name, bytes)(body), name, 10_000) == body


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_chunks_are_joined(parts: list[bytes]) -> None:
    sent = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert dechunked(sent) == b"".join(parts)


def test_what_is_not_chunked_after_all_stays() -> None:
    assert dechunked(b"<html>already joined</html>") == b"<html>already joined</html>"


def test_plain_text_under_a_gzip_header_is_forgiven() -> None:
    assert decoded(b"<html>", "gzip", 100) == b"<html>"


def test_several_members_and_bare_deflate() -> None:
    assert decoded(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 100) == b"ab"
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    assert decoded(packer.compress(b"bare") + packer.flush(), "deflate", 100) == b"bare"


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        (gzip.compress(b"0" * 10_000), "gzip", "bomb"),
        (gzip.compress(gzip.compress(b"0" * 10_000_000)), "gzip, gzip", "bomb"),
        (gzip.compress(b"0" * 100)[:-12], "gzip", "bad_encoding"),
        (b"junk", "br", "bad_encoding"),
        (b"junk", "zstd", "bad_encoding"),
        (b"junk", "deflate", "bad_encoding"),
        (b"x", "gzip, gzip, gzip, gzip", "bad_encoding"),
    ],
)
def test_bombs_and_junk_have_their_reasons(body: bytes, name: str, reason: str) -> None:
    with pytest.raises(FetchError) as caught:
        decoded(body, name, 5_000)
    assert caught.value.reason == reason
