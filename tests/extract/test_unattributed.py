"""Quotes of articles in other languages: what stands in marks, without a speaker."""

import pytest

from tasks.enrich.speakers import resolve_speakers
from tasks.extract.batch import annotate
from tasks.extract.tagger import load_tagger
from tasks.records import Article

GERMAN = (
    "Die Bürgermeisterin von Altweiler, Jana Krone, hat den Umbau der Brücke verteidigt.\n"
    "Im Trubel der Sitzung sagte sie: „Wir bauen diese Brücke für die nächsten hundert Jahre.“\n"
    "\n"
    "Der sogenannte „Brückenfrieden“ hielt nicht lange. Kritiker sprechen von einem „Projekt ohne "
    "jedes Maß und Ziel“, das die Stadt teuer zu stehen komme. „Das ist doch alles längst "
    "bekannt“, entgegnete Krone und verwies auf den Bericht der Prüfer."
)
SPANISH = (
    "La alcaldesa de Valdetorre, Marta Ibarra, defendió el viernes la obra del puente. Además "
    "insistió en la urgencia: «Construimos este puente para los próximos cien años». El llamado "
    "«puente de la paz» costará más de lo previsto, según los vecinos del barrio."
)


def article(text: str, headline: str = "") -> Article:
    return Article("a", "a", "", text, "text_file", "a", "gold", headline=headline)


def quotes(text: str, headline: str = "") -> list[tuple[str, str, str, str | None, str | None]]:
    [found] = annotate([article(text, headline)], load_tagger())
    return [
        (quote.field, quote.type, quote.quote, quote.source, quote.speaker)
        for quote in resolve_speakers(found).quotes
    ]


def test_german() -> None:
    assert quotes(GERMAN) == [
        ("body", "direct", "Wir bauen diese Brücke für die nächsten hundert Jahre.", None, None),
        ("body", "mixed", "Projekt ohne jedes Maß und Ziel", None, None),
        ("body", "direct", "Das ist doch alles längst bekannt", None, None),
    ]


def test_spanish() -> None:
    [(field, _, words, source, speaker)] = quotes(SPANISH)
    assert (field, source, speaker) == ("body", None, None)
    assert words == "Construimos este puente para los próximos cien años"


def test_the_headline_is_taken_for_the_bodys_language() -> None:
    [first, *_] = quotes(GERMAN, "Krone: „Wir bauen für die nächsten hundert Jahre.“")
    assert first[0] == "headline"
    assert first[3:] == (None, None)


@pytest.mark.parametrize("text", [GERMAN, SPANISH])
def test_paragraphs_are_counted_as_in_english(text: str) -> None:
    [found] = annotate([article(text)], load_tagger())
    paragraphs = [line for line in text.split("\n") if line]
    assert found.quotes
    for quote in found.quotes:
        assert quote.quote in paragraphs[quote.paragraph_no]
        assert text[quote.start : quote.end] == quote.quote
