"""Tombstones: what must not come back, known only by salted hashes.

`state/forgotten.json` holds a salt and keyed BLAKE2b hashes of names (folded, with their number of
words), article ids, addresses and outlets. The names themselves are nowhere; whoever comes in is
hashed and compared.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.errors import StoreError
from tasks.store.disk import read_json, write_json
from tasks.store.layout import Layout

WORD = re.compile(
    r"(?:[^\W_\u02b9-\u02bd\u02c8]"  # letters and digits, but no letter that is an apostrophe
    r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060]*)+"  # accents apart, soft hyphens, invisible signs
)
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
"""Letters that no decomposition takes the stroke from."""

_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj", "ñ": "ny"}
)
"""How such letters are written where there are only 26."""
_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x1f]+")
_HOST = re.compile(r"(?<![\w.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w-])")
_ESCAPE = re.compile(
    r"\\u[dD][89abAB]H{2}\\u[dD][c-fC-F]H{2}|\\uH{4}"  # JSON
    r"|%[0-7]H|%[cdCD]H%HH|%[eE]H(?:%HH){2}|%[fF]H(?:%HH){3}"  # a character of a URL, in UTF-8
    r"|&(?:#\d+|#[xX]H+|\w+);".replace("H", "[0-9a-fA-F]")  # HTML
)
_GAP = 3
"""Most characters between two words of a name: a space, a hyphen, `, `, `%20`."""

MASK = "█"
"""Takes the place of each character of a forgotten name, so that all offsets stay right."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What must not come back."""

    salt: str
    """Key of the hashes (hex)."""

    names: frozenset[tuple[int, str]] = frozenset()
    """Number of words and hash of each name."""

    first_words: frozenset[str] = frozenset()
    """Hashes of the names' first words: most words of a text begin no name, and this tells so."""

    addresses: frozenset[str] = frozenset()
    """Hashes of article ids, URLs and outlets."""

    def hash_of(self, value: str) -> str:
        """Hash a value (32 hex digits)."""
        key = bytes.fromhex(self.salt)
        return hashlib.blake2b(value.encode(), key=key, digest_size=16).hexdigest()

    def is_name(self, value: str | None) -> bool:
        """Tell whether a value is one of the names, whole."""
        words = fold(value or "").split()
        return (len(words), self.hash_of(" ".join(words))) in self.names

    def is_address(self, *values: str | None) -> bool:
        """Tell whether one of the values is forgotten: an article id, URL or outlet."""
        return any(v is not None and self.hash_of(v) in self.addresses for v in values)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the names in a text, from left to right, the longest first where they overlap.

        Letters written as an escape of JSON, of HTML or of a URL are read as what they stand for.
        """
        if not self.names:
            return
        plain, places = unescaped(text)
        for start, end in self._plain_spans(plain):
            yield (places[start], places[end]) if places else (start, end)

    def _plain_spans(self, text: str) -> Iterator[tuple[int, int]]:
        if not any(_begins(self, _folded(word)) for word in set(WORD.findall(text))):
            return  # most texts: ten times quicker than to look at each word where it stands
        words = [(m.start(), m.end(), _folded(m.group())) for m in WORD.finditer(text)]
        lengths = sorted({count for count, _ in self.names}, reverse=True)
        end_of_last = 0
        for first in range(len(words)):
            if words[first][0] < end_of_last or not _begins(self, words[first][2]):
                continue
            for length in lengths:
                run = words[first : first + length]
                if len(run) < length or any(
                    right[0] - left[1] > _GAP for left, right in itertools.pairwise(run)
                ):
                    continue
                if (length, self.hash_of(" ".join(word for *_, word in run))) in self.names:
                    end_of_last = run[-1][1]
                    yield run[0][0], end_of_last
                    break

    def mask(self, text: str) -> str:
        """Black the names of a text out, character by character."""
        return black_out(text, list(self.spans(text)))

    def mask_all(self, text: str) -> str:
        """Black names and forgotten addresses out."""
        if self.addresses:
            if self.is_address(text):
                return MASK * len(text)
            for pattern, is_forgotten in ((_URL, self.is_url), (_HOST, self.is_host)):
                spans = [m.span() for m in pattern.finditer(text) if is_forgotten(m.group())]
                text = black_out(text, spans)
        return self.mask(text)

    def is_url(self, url: str | None) -> bool:
        """Tell whether a URL is forgotten: it, or the outlet it belongs to."""
        if not self.addresses or url is None:
            return False
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:  # no URL at all
            host = ""
        return self.is_address(url) or self.is_host(host)

    def is_host(self, host: str) -> bool:
        """Tell whether a host belongs to a forgotten outlet."""
        labels = host.lower().split(".")
        return self.is_address(*(".".join(labels[n:]) for n in range(len(labels) - 1)))


def black_out(text: str, spans: list[tuple[int, int]]) -> str:
    """Put `MASK` in the place of each character of some stretches of a text."""
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], MASK * (end - start)]
        last = end
    return "".join([*parts, text[last:]])


def unescaped(text: str) -> tuple[str, list[int]]:
    """Read the escapes of JSON, HTML and URLs as the characters they stand for.

    Returns:
        The plain text, and for each of its characters (and its end) the place in `text`; no places
        when there is no escape.
    """
    if not any(sign in text for sign in ("\\u", "%", "&")):
        return text, []
    parts: list[str] = []
    places: list[int] = []
    last = 0
    for match in _ESCAPE.finditer(text):
        start, end = match.span()
        plain = _plain(match.group())
        parts += [text[last:start], plain]
        places += [*range(last, start), *([start] * len(plain))]
        last = end
    return "".join([*parts, text[last:]]), [*places, *range(last, len(text) + 1)]


def _plain(escape: str) -> str:
    match escape[0]:
        case "%":
            return unquote(escape, errors="replace")
        case "&":
            return html.unescape(escape)
    units = bytes.fromhex(escape.replace("\\u", ""))
    return units.decode("utf-16-be", errors="replace")


def fold(name: str) -> str:
    """Fold a name to what is compared: words in lower case without accents, single spaces.

    >>> fold("José  NÚÑEZ-Vale")
    'jose nunez vale'
    """
    return " ".join(_folded(word) for word in WORD.findall(name))


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    for _ in range(2):  # folding may bring forth what folds again
        word = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(character for character in word.translate(_PLAIN) if character.isalnum())


@lru_cache(maxsize=200_000)
def _begins(stones: Tombstones, word: str) -> bool:
    return stones.hash_of(word) in stones.first_words


def read_tombstones(data: Path) -> Tombstones | None:
    """Read what must not come back; None if there is nothing.

    Raises:
        StoreError: The file is damaged: nothing may come in, or what was forgotten would.
    """
    try:
        content = read_json(_path(data))
    except FileNotFoundError:
        return None
    try:
        names = frozenset((int(count), str(value)) for count, value in content["names"])
        first_words = frozenset(str(value) for value in content["first_words"])
        addresses = frozenset(str(value) for value in content["addresses"])
        return Tombstones(str(content["salt"]), names, first_words, addresses)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{_path(data)} is damaged; restore it from a copy") from error


def add_tombstones(
    data: Path, *, names: tuple[str, ...] = (), addresses: tuple[str, ...] = ()
) -> Tombstones:
    """Add names and addresses that must not come back; the store's lock must be held.

    Args:
        data: The data folder.
        names: Names of people.
        addresses: Article ids, URLs and outlets.
    """
    stones = read_tombstones(data) or Tombstones(secrets.token_hex(16))
    for name in names:
        stones = with_name(stones, name)
    hashes = {stones.hash_of(address) for address in addresses}
    stones = replace(stones, addresses=stones.addresses | hashes)
    write_json(
        _path(data),
        {
            "salt": stones.salt,
            "names": sorted(stones.names),
            "first_words": sorted(stones.first_words),
            "addresses": sorted(stones.addresses),
        },
    )
    return stones


def with_name(stones: Tombstones, name: str) -> Tombstones:
    """Add a name, also as spelled without its umlauts; one without a word adds nothing."""
    composed = unicodedata.normalize("NFC", name).lower()
    for spelling in {fold(composed), fold(composed.translate(_SPELLED_OUT))} - {""}:
        words = spelling.split()
        stones = replace(
            stones,
            names=stones.names | {(len(words), stones.hash_of(spelling))},
            first_words=stones.first_words | {stones.hash_of(words[0])},
        )
    return stones


def _path(data: Path) -> Path:
    return Layout(data).state / "forgotten.json"
