"""trafilatura's XPath expressions on class names and ids, put into Python.

A fifth of what cleaning a page takes goes into a few expressions that try regular expressions on
the class and id of every element: XPath takes six microseconds to call one. Their conditions look
at nothing but an element's own tag and attributes. Here such an expression is read, and answered
in a fraction of the time; one that looks at anything else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

from lxml.etree import XPath, _Element
from trafilatura import xpaths

MOST_KINDS = 2_000
"""Kinds of elements whose answer is kept for each expression."""

_LISTS = (
    "RAW_TREE_PRUNE_XPATH",
    "REMOVE_COMMENTS_AND_LISTS_XPATH",
    "OVERALL_DISCARD_XPATH",
    "BODY_XPATH",
)
_STRING = re.compile(r"'([^']*)'")
_SPACE = re.compile(r"(?<=[\[(,])\s+|\s+(?=[\]),\[])")
_OR = re.compile(r" or (?![^()]*\))")
_SHAPE = re.compile(
    r"(?P<whole>\()?\.//\*"
    r"(?:\[(?P<tags>self::\w+(?: or self::\w+)*)\])?"
    r"\[(?P<conditions>[^\[\]]+(?:\]\[[^\[\]]+)*?)\]"
    r"(?(whole)\)\[1\])(?P<first>\[1\])?"
)
_TERM = re.compile(
    r"(?P<call>contains|starts-with|re:test)\("
    r"(?:translate\(@(?P<translated>[\w-]+),'(?P<old>\d+)','(?P<new>\d+)'\)"
    r"|@(?P<of>[\w-]+(?:\|@[\w-]+)*)),'(?P<value>\d+)'(?:,'(?P<flags>\d+)')?\)"
    r"|@(?P<has>[\w-]+)(?:='(?P<equal>\d+)')?"
    r"|not\((?P<not_tags>self::\w+(?: or self::\w+)*)\)"
    r"|(?P<lacks>not\(\.//\w+\))"
)
_TAG = re.compile(r"self::(\w+)")
_ATTRIBUTE = re.compile(r"@([\w-]+)")

Attributes = Mapping[str, str]
Condition = Callable[[str, Attributes], bool]
Chosen = Literal["all", "first", "first of siblings", "any"]


class Expression:
    """An expression that looks only at the tag and attributes of an element.

    Args:
        xpath: What it stands for.

    Raises:
        ValueError: The expression looks at more than that, or is put unlike the known ones.
    """

    def __init__(self, xpath: XPath) -> None:
        self._xpath = xpath
        strings: list[str] = []

        def numbered(found: re.Match[str]) -> str:
            strings.append(found[1])
            return f"'{len(strings) - 1}'"

        plain = _SPACE.sub("", " ".join(_STRING.sub(numbered, xpath.path).split()))
        shape = _SHAPE.fullmatch(plain)
        if not shape:
            raise ValueError(f"an expression of another shape: {xpath.path}")
        self._tags = tuple(_TAG.findall(shape["tags"] or ""))
        self._names = tuple(dict.fromkeys(_ATTRIBUTE.findall(plain)))
        self._minds_order = "|" in plain
        self._conditions = [
            [_condition(term, strings) for term in _OR.split(terms)]
            for terms in shape["conditions"].split("][")
        ]
        self._chosen: Chosen = (
            "any"  # of what stands inside an element only XPath can tell
            if "not(.//" in plain
            else "first"
            if shape["whole"]
            else "first of siblings"
            if shape["first"]
            else "all"
        )
        self._holds_for = lru_cache(maxsize=MOST_KINDS)(self.holds)
        nothing = (None,) * len(self._names)
        if any(self.holds(tag, nothing, ()) for tag in self._tags or ("",)):
            raise ValueError(f"an expression that bare elements suit: {xpath.path}")

    def __call__(self, tree: _Element) -> list[_Element]:
        """Choose what the expression chooses, in document order."""
        suited = self._suited(tree)
        if self._chosen == "all":
            return list(suited)
        first = next(suited, None)
        if first is None:
            return []
        if self._chosen == "first":
            return [first]
        if self._chosen == "any":
            found = self._xpath(tree)
            return found if isinstance(found, list) else []
        of_parent = {first.getparent(): first}
        for element in suited:
            of_parent.setdefault(element.getparent(), element)
        return list(of_parent.values())

    def holds(self, tag: str, values: tuple[str | None, ...], order: tuple[str, ...]) -> bool:
        """Tell whether the conditions hold for an element.

        Args:
            tag: Its tag.
            values: Those of the attributes that the conditions name; null where it has none.
            order: The names of all its attributes in page order, if that matters.
        """
        named = zip(self._names, values, strict=True)
        given = {name: value for name, value in named if value is not None}
        own = {name: given[name] for name in order if name in given} if order else given
        return all(any(term(tag, own) for term in terms) for terms in self._conditions)

    def _suited(self, tree: _Element) -> Iterator[_Element]:
        names, tags, nothing = self._names, self._tags, (None,) * len(self._names)
        for element in tree.iterdescendants(*(tags or "*")):
            values = tuple(map(element.get, names))
            if values != nothing and self._holds_for(
                str(element.tag) if tags else "",
                values,
                tuple(element.keys()) if self._minds_order else (),
            ):
                yield element


def put_into_python() -> None:
    """Let trafilatura use such expressions: it chooses the same elements, faster."""
    for name in _LISTS:
        expressions = getattr(xpaths, name)
        expressions[:] = [_quick(one) for one in expressions]


def _quick(xpath: XPath | Expression) -> XPath | Expression:
    if isinstance(xpath, Expression):
        return xpath
    try:
        return Expression(xpath)
    except ValueError:
        return xpath


def _condition(term: str, strings: list[str]) -> Condition:
    """Read one condition; its strings are given by number.

    Raises:
        ValueError: It is none of the known ones.
    """
    found = _TERM.fullmatch(term)
    if not found:
        raise ValueError(f"an unknown condition: {term}")
    if found["lacks"]:
        return lambda tag, own: True
    if found["not_tags"]:
        others = frozenset(_TAG.findall(found["not_tags"]))
        return lambda tag, own: tag not in others
    if name := found["has"]:
        if not found["equal"]:
            return lambda tag, own: name in own
        equal = strings[int(found["equal"])]
        return lambda tag, own: own.get(name) == equal
    value = strings[int(found["value"])]
    test = _test(found["call"], value, strings[int(found["flags"])] if found["flags"] else "")
    if translated := found["translated"]:
        letters = str.maketrans(strings[int(found["old"])], strings[int(found["new"])])
        return lambda tag, own: test(own.get(translated, "").translate(letters))
    names = found["of"].split("|@")
    if len(names) == 1:
        return lambda tag, own: test(own.get(names[0], ""))
    # XPath reads the one of several attributes that stands first.
    return lambda tag, own: test(next((own[name] for name in own if name in names), ""))


def _test(call: str, value: str, flags: str) -> Callable[[str], bool]:
    if call == "contains":
        return lambda text: value in text
    if call == "starts-with":
        return lambda text: text.startswith(value)
    search = re.compile(value, re.IGNORECASE if "i" in flags else 0).search
    return lambda text: search(text) is not None
