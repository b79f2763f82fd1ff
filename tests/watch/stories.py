"""Annotated articles of an invented outlet, made by hand: names, mentions, quotes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from tasks.records import AnnotatedArticle, Article, Entity, EntityType, Mention, Quote, Span

TEXT = (
    "Foreign minister Ri Yong-ho warned of “a declaration of war” on Monday.\n"
    "“The planes may be shot down”, Mr Ri said, and left.\n"
    "The Harbour Board called the claim “Ri Yong-ho’s usual threat”, its spokesman said.\n"
    "Nobody asked about climate change. Change is slow here."
)
"""Mr Ri is named in full, speaks twice, and is spoken of in a quote of somebody else."""


@dataclass
class Story:
    """An article under construction."""

    text: str = TEXT
    headline: str | None = "Minister warns of war"
    standfirst: str | None = None
    outlet: str | None = "herald.example"
    number: int = 1
    entities: list[Entity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)

    def name(
        self,
        canonical: str,
        *forms: str,
        type: EntityType = "PERSON",  # noqa: A002
        entity_id: str | None = None,
    ) -> int:
        """Add an entity that is mentioned in these forms, every time each occurs."""
        number = len(self.entities)
        found = [
            (at, form)
            for form in forms
            for at in range(len(self.text))
            if self.text.startswith(form, at)
        ]
        for at, form in sorted(found):
            self.mentions.append(Mention(form, type, "name", at, at + len(form), 0, None, number))
        first = min(found)
        digest = hashlib.sha256(canonical.encode()).hexdigest()[:16]
        self.entities.append(
            Entity(
                entity_no=number,
                entity_id=entity_id or f"local:{digest}",
                canonical_name=canonical,
                type=type,
                mention_count=len(found),
                start=first[0],
                end=first[0] + len(first[1]),
                salience=0.5,
                aliases=tuple(form for form in forms if form != canonical),
            )
        )
        return number

    def quote(
        self, words: str, *, speaker_no: int | None = None, source: str | None = None
    ) -> None:
        """Add a quote of words in the text, with its speaker."""
        start = self.text.index(words)
        at = self.text.index(source, max(0, start - 60)) if source else None
        entity = self.entities[speaker_no] if speaker_no is not None else None
        digest = hashlib.sha256(f"{self.number}{words}".encode()).hexdigest()
        self.quotes.append(
            Quote(
                quote_no=len(self.quotes),
                quote_id=digest[:20],
                field="body",
                quote=words,
                type="direct",
                start=start,
                end=start + len(words),
                spans=(Span(start, start + len(words)),),
                paragraph_no=0,
                rule_id="cue_after",
                confidence=0.9,
                word_count=len(words.split()),
                quote_hash=digest[:16],
                speaker=entity.canonical_name if entity else None,
                speaker_entity_id=entity.entity_id if entity else None,
                speaker_entity_no=speaker_no,
                speaker_kind="person" if entity and entity.type == "PERSON" else None,
                source=source,
                source_start=at,
                source_end=at + len(source) if at is not None and source else None,
            )
        )

    def made(self) -> AnnotatedArticle:
        """Finish it."""
        url = f"https://{self.outlet}/{self.number}"
        article_id = hashlib.sha256(url.encode()).hexdigest()[:20]
        content = hashlib.sha256(f"{self.headline}\n{self.text}".encode()).hexdigest()
        article = Article(
            article_id=article_id,
            revision_id=f"{article_id}-{content[:8]}",
            content_hash=content,
            text=self.text,
            source_kind="feed",
            source="feed",
            extractor="test 1",
            url=url,
            canonical_url=url,
            outlet=self.outlet,
            headline=self.headline,
            standfirst=self.standfirst,
        )
        return AnnotatedArticle(
            article,
            mentions=tuple(sorted(self.mentions, key=lambda m: m.start)),
            entities=tuple(self.entities),
            quotes=tuple(self.quotes),
        )


def war_story(number: int = 1, outlet: str = "herald.example") -> Story:
    """The story of `TEXT`, annotated."""
    story = Story(number=number, outlet=outlet)
    minister = story.name("Ri Yong-ho", "Ri Yong-ho", "Mr Ri")
    board = story.name("Harbour Board", "Harbour Board", type="ORG", entity_id="wd:Q4242")
    story.quote("a declaration of war", speaker_no=minister, source="Ri Yong-ho")
    story.quote("The planes may be shot down", speaker_no=minister, source="Mr Ri")
    story.quote("Ri Yong-ho’s usual threat", speaker_no=board, source="spokesman")
    return story
