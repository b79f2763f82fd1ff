"""Hits stand where they say, are of the right person, and there is one a quote."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tasks.notices import Hit, Watch, WatchKind
from tasks.records import AnnotatedArticle
from tasks.watch.finding import Watchlist
from tasks.watch.watchlist import make_watch
from tests.watch.stories import Story, war_story

NOW = datetime(2025, 5, 1, tzinfo=UTC)


def watch(name: str, kind: WatchKind = "person", **more: tuple[str, ...]) -> Watch:
    return make_watch(name, kind, NOW, **more)  # type: ignore[arg-type]


def hits(article: AnnotatedArticle, *watches: Watch) -> list[Hit]:
    found = Watchlist(watches).find_hits([article], "run-1", NOW)
    for hit in found:
        text = {
            "body": article.article.text,
            "headline": article.article.headline,
            "standfirst": article.article.standfirst,
        }[hit.field]
        assert text is not None
        assert text[hit.start : hit.end] == hit.matched
        assert hit.context_before is None or text[: hit.start].endswith(hit.context_before)
        assert hit.context_after is None or text[hit.end :].startswith(hit.context_after)
    return found


def test_a_person_who_speaks_and_is_spoken_of() -> None:
    found = hits(war_story().made(), watch("Ri Yong Ho"))
    assert [(hit.reason, hit.matched, hit.quote) for hit in found] == [
        ("speaker", "Ri Yong-ho", "a declaration of war"),
        ("speaker", "Mr Ri", "The planes may be shot down"),
        ("quote", "Ri Yong-ho", "Ri Yong-ho’s usual threat"),
    ]
    assert len({hit.hit_id for hit in found}) == 3
    assert found[0].channels == ("event",)
    assert (found[0].outlet, found[0].headline) == ("herald.example", "Minister warns of war")


@pytest.mark.parametrize("name", ["Ri Yong-nam", "Sun Ri", "Yong-ho Choe"])
def test_somebody_else_is_not_found(name: str) -> None:
    assert hits(war_story().made(), watch(name)) == []


def test_a_surname_alone_is_nobodys() -> None:
    story = Story("“No”, Mr Ri said.", headline="Mr Ri says no")
    number = story.name("Ri", "Mr Ri")
    story.quote("No", speaker_no=number, source="Mr Ri")
    assert hits(story.made(), watch("Ri Yong-ho")) == []


def test_an_organisation_by_its_id_or_name() -> None:
    by_id = hits(
        war_story().made(), watch("Port Authority", "organisation", entity_ids=("wd:Q4242",))
    )
    by_name = hits(war_story().made(), watch("the harbour board", "organisation"))
    assert [(hit.reason, hit.matched) for hit in by_id] == [("speaker", "spokesman")]
    assert [hit.quote_id for hit in by_name] == [hit.quote_id for hit in by_id]


def test_a_person_is_no_organisation_of_that_name() -> None:
    assert hits(war_story().made(), watch("Ri Yong-ho", "organisation")) == []


def test_a_name_without_a_quote_is_one_hit_of_the_article() -> None:
    story = war_story()
    story.quotes.clear()
    (hit,) = hits(story.made(), watch("Ri Yong-ho"))
    assert (hit.reason, hit.quote_id, hit.matched) == ("article", None, "Ri Yong-ho")
    assert hit.start == story.text.index("Ri Yong-ho")


def test_a_name_in_the_headline_only() -> None:
    story = Story("Nothing more is known.", headline="“Enough”, says RI YONG HO")
    (hit,) = hits(story.made(), watch("Ri Yong-ho"))
    assert (hit.reason, hit.field, hit.matched) == ("article", "headline", "RI YONG HO")


def test_phrases_in_quotes_and_beside_them() -> None:
    found = hits(
        war_story().made(),
        watch("declaration of war", "phrase"),
        watch("climate change", "phrase"),
        watch("Change is fast", "phrase"),
    )
    assert [(hit.reason, hit.matched) for hit in found] == [
        ("quote", "declaration of war"),
        ("article", "climate change"),
    ]


def test_only_in_its_outlets() -> None:
    made = watch("Ri Yong-ho", outlets=("www.Mercury.example",))
    assert made.outlets == ("mercury.example",)
    assert hits(war_story().made(), made) == []
    assert len(hits(war_story(outlet="mercury.example").made(), made)) == 3


def test_what_was_removed_finds_nothing() -> None:
    gone = replace(watch("Ri Yong-ho"), removed_at=NOW)
    assert not Watchlist([gone])
    assert hits(war_story().made(), gone) == []


def test_old_articles_are_told_to_nobody() -> None:
    listed = Watchlist([watch("Ri Yong-ho", channels=("mailto:desk@herald.example",))])
    article = war_story().made()
    told = listed.find_hits([article], "run-1", NOW)
    again = listed.find_hits([article], "run-2", NOW, is_told=False)
    assert {hit.channels for hit in told} == {("event", "mailto:desk@herald.example")}
    assert {hit.channels for hit in again} == {()}
    assert [hit.hit_id for hit in told] == [hit.hit_id for hit in again]


def test_less_context_where_less_is_kept() -> None:
    found = Watchlist([watch("Ri Yong-ho")]).find_hits(
        [war_story().made()], "run-1", NOW, context=0
    )
    assert {(hit.context_before, hit.context_after) for hit in found} == {(None, None)}


def test_two_texts_of_an_article_have_their_own_hits() -> None:
    first, second = war_story(), war_story()
    second.text = second.text.replace("on Monday", "on Monday night")
    later = Watchlist([watch("Ri Yong-ho")]).find_hits(
        [first.made(), replace_positions(second).made()], "run-1", NOW
    )
    assert len({hit.hit_id for hit in later}) == 3
    assert len({(hit.revision_id, hit.hit_id) for hit in later}) == 6


def replace_positions(story: Story) -> Story:
    again = Story(story.text, number=story.number)
    minister = again.name("Ri Yong-ho", "Ri Yong-ho", "Mr Ri")
    again.quote("a declaration of war", speaker_no=minister, source="Ri Yong-ho")
    again.quote("The planes may be shot down", speaker_no=minister, source="Mr Ri")
    again.quote("Ri Yong-ho’s usual threat")
    return again
