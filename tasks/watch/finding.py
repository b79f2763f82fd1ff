"""Finding hits: the places in articles that watches wait for.

A person or organisation is found by what the pipeline made of the text: an entity with the id or
the full name, its mentions and its quotes, "he" and "Mr Ri" included. A surname that the article
never completes is nobody's. Phrases are found by whole words.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.notices import Hit, HitReason, Watch
from tasks.records import AnnotatedArticle, Entity, Quote, QuoteField
from tasks.watch.words import PhraseFinder, Place, name_key, phrase_of

CONTEXT = 80
"""Characters kept on either side of a match, as of quotes."""

_FIELDS: tuple[QuoteField, ...] = ("headline", "standfirst", "body")


@dataclass(frozen=True, slots=True)
class _Match:
    """A place that a watch waits for."""

    watch: int
    reason: HitReason
    field: QuoteField
    start: int
    end: int
    quote: Quote | None


class Watchlist:
    """Active watches, ready to look through articles."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = tuple(watch for watch in watches if watch.removed_at is None)
        self._by_id: dict[str, set[int]] = defaultdict(set)
        self._by_name: dict[tuple[bool, str], set[int]] = defaultdict(set)
        phrases, self._whose = [], list[int]()
        for number, watch in enumerate(self._watches):
            for entity_id in watch.entity_ids:
                self._by_id[entity_id].add(number)
            for name in (watch.name, *watch.names):
                if watch.kind != "phrase":
                    self._by_name[watch.kind == "person", name_key(name)].add(number)
                if phrase := phrase_of(name):
                    phrases.append(phrase)
                    self._whose.append(number)
        self._finder = PhraseFinder(phrases)

    def __bool__(self) -> bool:
        return bool(self._watches)

    def find_hits(
        self,
        articles: Iterable[AnnotatedArticle],
        run_id: str,
        found_at: datetime,
        *,
        is_told: bool = True,
        context: int = CONTEXT,
    ) -> list[Hit]:
        """Look through articles: one hit a watch and quote, or a watch and article without one.

        Args:
            articles: With entities and quotes.
            run_id: The run that looks.
            found_at: The time (UTC).
            is_told: Whether anybody is told: not of what is found in old articles.
            context: Characters kept on either side of a match.
        """
        # a batch may hold two texts of an article: publishing decides which one stands
        hits: dict[tuple[str, str], Hit] = {}
        for annotated in articles:
            for match in self._matches(annotated):
                watch = self._watches[match.watch]
                channels = ("event", *watch.channels) if is_told else ()
                hit = _hit(annotated, match, watch, run_id, found_at, channels, context)
                hits.setdefault((hit.revision_id, hit.hit_id), hit)
        return list(hits.values())

    def _matches(self, annotated: AnnotatedArticle) -> Iterator[_Match]:
        outlet = annotated.article.outlet
        wanted = {
            number
            for number, watch in enumerate(self._watches)
            if not watch.outlets or outlet in watch.outlets
        }
        entities = {
            e.entity_no: found for e in annotated.entities if (found := self._of(e) & wanted)
        }
        places = {
            field: [
                place for place in self._finder.find(text) if self._whose[place.phrase] in wanted
            ]
            for field in _FIELDS
            if (text := _text(annotated, field))
        }
        done: set[int] = set()
        for quote in annotated.quotes:
            for match in self._of_quote(annotated, quote, entities, places, wanted):
                done.add(match.watch)
                yield match
        yield from self._of_article(annotated, entities, places, done)

    def _of(self, entity: Entity) -> set[int]:
        """Give the watches that wait for an entity."""
        is_person = entity.type == "PERSON"
        found = set(self._by_id.get(entity.entity_id, ()))
        for name in (entity.canonical_name, *entity.aliases):
            found |= self._by_name.get((is_person, name_key(name)), set())
        return found

    def _of_quote(
        self,
        annotated: AnnotatedArticle,
        quote: Quote,
        entities: dict[int, set[int]],
        places: dict[QuoteField, list[Place]],
        wanted: set[int],
    ) -> Iterator[_Match]:
        """Find what watches wait for in a quote: its speaker first, then what it names."""
        told: set[int] = set()
        for number in sorted(self._speaking(quote, entities) & wanted):
            told.add(number)
            start, end = quote.source_start, quote.source_end
            if start is None or end is None:
                start, end = quote.start, quote.end
            yield _Match(number, "speaker", quote.field, start, end, quote)
        named = [
            (mention.start, mention.end, number)
            for mention in (annotated.mentions if quote.field == "body" else ())
            if mention.kind == "name" and mention.entity_no in entities
            for number in entities[mention.entity_no]
        ]
        named += [
            (place.start, place.end, number)
            for place in places.get(quote.field, ())
            if self._watches[(number := self._whose[place.phrase])].kind == "phrase"
            or quote.field != "body"
        ]
        for start, end, number in sorted(named):
            if number not in told and any(s.start <= start and end <= s.end for s in quote.spans):
                told.add(number)
                yield _Match(number, "quote", quote.field, start, end, quote)

    def _speaking(self, quote: Quote, entities: dict[int, set[int]]) -> set[int]:
        found = set(self._by_id.get(quote.speaker_entity_id or "", ()))
        if quote.speaker_entity_no is not None:
            found |= entities.get(quote.speaker_entity_no, set())
        if quote.speaker and quote.speaker_kind in ("person", "organisation"):
            key = quote.speaker_kind == "person", name_key(quote.speaker)
            found |= self._by_name.get(key, set())
        return found

    def _of_article(
        self,
        annotated: AnnotatedArticle,
        entities: dict[int, set[int]],
        places: dict[QuoteField, list[Place]],
        done: set[int],
    ) -> Iterator[_Match]:
        """Find watches that no quote has met: where the article first has the name or the words."""
        for field in _FIELDS:
            for place in places.get(field, ()):
                number = self._whose[place.phrase]
                is_phrase = self._watches[number].kind == "phrase"
                if number not in done and (is_phrase or field != "body"):
                    done.add(number)
                    yield _Match(number, "article", field, place.start, place.end, None)
        for mention in annotated.mentions:
            if mention.kind == "name" and mention.entity_no in entities:
                for number in sorted(entities[mention.entity_no] - done):
                    done.add(number)
                    yield _Match(number, "article", "body", mention.start, mention.end, None)


def _hit(
    annotated: AnnotatedArticle,
    match: _Match,
    watch: Watch,
    run_id: str,
    found_at: datetime,
    channels: tuple[str, ...],
    context: int,
) -> Hit:
    article, quote = annotated.article, match.quote
    text = _text(annotated, match.field) or ""
    about = quote.quote_id if quote else f"article {article.article_id}"
    named = f"{watch.watch_id}\n{about}"
    return Hit(
        hit_id=hashlib.sha256(named.encode()).hexdigest()[:20],
        watch_id=watch.watch_id,
        article_id=article.article_id,
        revision_id=article.revision_id,
        quote_id=quote.quote_id if quote else None,
        reason=match.reason,
        field=match.field,
        start=match.start,
        end=match.end,
        matched=text[match.start : match.end],
        found_at=found_at,
        run_id=run_id,
        channels=channels,
        context_before=text[max(0, match.start - context) : match.start] or None,
        context_after=text[match.end : match.end + context] or None,
        quote=quote.quote if quote else None,
        speaker=quote.speaker if quote else None,
        outlet=article.outlet,
        url=article.canonical_url or article.url,
        headline=article.headline,
        published_at=article.published_at,
    )


def _text(annotated: AnnotatedArticle, field: QuoteField) -> str | None:
    article = annotated.article
    if field == "body":
        return article.text
    return article.headline if field == "headline" else article.standfirst
