"""trafilatura's expressions, put into Python, choose what XPath chooses."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import XPath
from trafilatura import xpaths

from tasks.clean import body  # noqa: F401 -- puts the expressions into Python
from tasks.clean.expressions import Expression

QUICK = {
    name: [one for one in getattr(xpaths, name) if isinstance(one, Expression)]
    for name in (
        "RAW_TREE_PRUNE_XPATH",
        "REMOVE_COMMENTS_AND_LISTS_XPATH",
        "OVERALL_DISCARD_XPATH",
        "BODY_XPATH",
    )
}
EXPRESSIONS = [one for listed in QUICK.values() for one in listed]
VALUES = (
    "", "post", "post-body", "entry-content", "articleBody", "comments", "Comment-list",
    "post-comments", "share-bar", "social", "cookie", "nav", "Navigation", "infinite-scroll",
    "mvp-post-add-box", "elementor-share-buttons", "reply-3", "hidden", "display:none", "true",
    "main-content", "MAIN-Content", "FullText", "primary", "pageContent", "comments-title", "story",
    "lead", "row col-8", "MostPopularStories", "article",
)  # fmt: skip
NAMES = ("class", "id", "role", "style", "itemprop", "aria-hidden", "data-component", "lang")
TAGS = ("div", "section", "aside", "p", "span", "ul", "ol", "article", "main", "h1", "a", "list")

attributes = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(VALUES), max_size=2)), max_size=4
)
elements = st.recursive(
    st.tuples(st.sampled_from(TAGS), attributes, st.just([])),
    lambda inner: st.tuples(st.sampled_from(TAGS), attributes, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def built(element: tuple) -> lxml.html.HtmlElement:
    tag, given_attributes, children = element
    made = lxml.html.Element(tag)
    for name, values in given_attributes:
        made.set(name, " ".join(values))
    made.extend(built(child) for child in children)
    return made


def test_all_lists_have_expressions_in_python() -> None:
    assert {name: len(listed) for name, listed in QUICK.items()} == {
        "RAW_TREE_PRUNE_XPATH": 2,
        "REMOVE_COMMENTS_AND_LISTS_XPATH": 1,
        "OVERALL_DISCARD_XPATH": 2,
        "BODY_XPATH": 3,
    }


@given(elements)
def test_python_chooses_what_xpath_chooses(element: tuple) -> None:
    tree = built(element)
    for one in EXPRESSIONS:
        assert one(tree) == one._xpath(tree)


@pytest.mark.parametrize(
    "path",
    [
        ".//*[self::div][position()=2]",
        ".//*[@class='a']/p",
        ".//*[@class='a'][2]",
        ".//*[not(@class)]",
        ".//*[contains(text(), 'a')]",
        ".//*[@class='a' and @id='b']",
        ".//*[.//h1 or @class='a']",
        ".//p[@class='a']",
        "//*[@class='a']",
    ],
)
def test_any_other_expression_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"expression|condition"):
        Expression(XPath(path))
