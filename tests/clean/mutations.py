"""Ways to break a page: what a network, a disk or a careless program may do to it."""

from __future__ import annotations

import random
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]


def cut(page: bytes, dice: random.Random) -> bytes:
    return page[: dice.randrange(len(page) + 1)]


def flip(page: bytes, dice: random.Random) -> bytes:
    broken = bytearray(page)
    for _ in range(dice.randrange(1, 200)):
        if broken:
            broken[dice.randrange(len(broken))] = dice.randrange(256)
    return bytes(broken)


def drop_middle(page: bytes, dice: random.Random) -> bytes:
    first, second = sorted(dice.randrange(len(page) + 1) for _ in range(2))
    return page[:first] + page[second:]


def repeat(page: bytes, dice: random.Random) -> bytes:
    return page * dice.randrange(2, 4)


def nest(page: bytes, dice: random.Random) -> bytes:
    depth = dice.choice((300, 5_000, 10_000))
    return page.replace(b"<body", b"<div>" * depth + b"<body", 1) + b"</div>" * depth


def nest_inside(page: bytes, dice: random.Random) -> bytes:
    depth = dice.choice((100, 250, 10_000))
    return page.replace(b"<p", b"<div>" * depth + b"<p", 1)


def unclose(page: bytes, dice: random.Random) -> bytes:
    return page.replace(b"</p>", b"").replace(b"</div>", b"")


def wrong_charset(page: bytes, dice: random.Random) -> bytes:
    text = page.decode("utf-8", "replace")
    return text.encode(dice.choice(("utf-16", "utf-16-be", "cp1252", "shift_jis")), "replace")


def shuffle_tags(page: bytes, dice: random.Random) -> bytes:
    parts = page.split(b"<")
    first = dice.randrange(len(parts))
    part = parts[first : first + 200]
    dice.shuffle(part)
    return b"<".join(parts[:first] + part + parts[first + 200 :])


def binary(page: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(min(len(page), 20_000))


def break_json(page: bytes, dice: random.Random) -> bytes:
    return page.replace(
        b'"@type"', dice.choice((b'"@type', b'"@type":[[[[', b'{"@graph":{'))
    ).replace(b'"datePublished":"', b'"datePublished":"99999-')


MUTATIONS: tuple[Mutation, ...] = (
    cut, flip, drop_middle, repeat, nest, nest_inside, unclose, wrong_charset, shuffle_tags, binary,
    break_json,
)  # fmt: skip
