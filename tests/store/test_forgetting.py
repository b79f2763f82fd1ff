"""A forgotten name is in no file under the data folder, and stays out."""

import gzip
import json
import sqlite3
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tasks.batch import Batch, write_batch
from tasks.errors import UsageError
from tasks.records import AnnotatedArticle, Failure
from tasks.store import read, transactions
from tasks.store.archive_scrubbing import scrub_archive
from tasks.store.forgetting import forget, is_forgotten
from tasks.store.rows import rows_of, run_rows
from tasks.store.run import Run
from tasks.store.scrubbing import scrub
from tasks.store.sealing import seal
from tasks.store.tombstones import Tombstones, fold, with_name
from tasks.store.verify import verify
from tests.store.factory import DAY, annotated, run, store
from tests.store.searching import everything

NAME = "Jane Doe"


def about_jane(number: int, version: str = "0", hours: float = 1) -> AnnotatedArticle:
    return annotated(
        number,
        version,
        hours=hours,
        speaker=NAME,
        headline=f"JANE DOE speaks again, {number}",
        words=("ask Jane Doe’s brother", "no comment"),
        image_url="https://img.example/jane-doe-2.jpg",
        authors=("Ines Vale", NAME),
        standfirst="What Ms Doe, also known as Jane  Doe, said",
    )


def archive(path: Path, *, packed: bool) -> list[int]:
    offsets, written = [], b""
    bodies = (
        b"<p>Jane</b> Doe was there",
        b"nothing of note",
        gzip.compress("J\u00e1ne D\u00f6e, \u00fcberall".encode()),
    )
    for number, body in enumerate(bodies):
        packing = b"Content-Encoding: gzip\r\n" if number == 2 else b""
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + packing
        answer += b"Content-Length: %d\r\n\r\n" % len(body) + body
        record = (
            (
                "WARC/1.1\r\nWARC-Type: response\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-00000000000{number}>\r\n"
                f"WARC-Target-URI: https://news{number}.example/{number}\r\n"
                "WARC-Date: 2024-03-01T09:00:00Z\r\n"
                "Content-Type: application/http;msgtype=response\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n"
            ).encode()
            + answer
            + b"\r\n\r\n"
        )
        offsets.append(len(written))
        written += gzip.compress(record) if packed else record
    path.write_bytes(written)
    return offsets


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    failure = Failure("https://x.example/jane-doe", "clean", "not_article", "title: Jane Doe")
    store(data, [about_jane(1), annotated(2), about_jane(3)], failures=[failure], part_articles=2)
    store(data, [about_jane(1, "B", 5), annotated(3, "B", hours=5)], "2", part_articles=2)
    parameters = json.dumps({"sources": ["https://x.example/jane-doe"]})
    done = Run("run-1", "ingest", DAY, "failed", "0.1.0", finished_at=DAY, parameters=parameters)
    transactions.append(data, run_rows(done), "run")
    transactions.publish(data)
    write_batch(Batch((about_jane(1),)), data / "work", "b1", "enrich")
    write_batch(Batch((annotated(2),)), data / "work", "b2", "enrich")
    (data / "raw").mkdir()
    archive(data / "raw/a.warc.gz", packed=True)
    archive(data / "raw/b.warc", packed=False)
    with sqlite3.connect(data / "state/ledger.sqlite") as ledger:
        ledger.execute("PRAGMA journal_mode=WAL")
        ledger.execute("CREATE TABLE pages (url TEXT PRIMARY KEY, title TEXT, n INTEGER)")
        ledger.executemany(
            "INSERT INTO pages VALUES (?, ?, 1)",
            [
                ("https://x.example/jane-doe", "Jane Doe wins"),
                ("https://x.example/jane_doe", "Rain"),
                ("https://x.example/2", "Rain"),
            ],
        )
    ledger.close()
    (data / "reports").mkdir()
    (data / "reports/run.md").write_text("Most quoted: Jane Doe (4)")
    return data


def test_a_name_is_in_no_file_and_stays_out(data: Path) -> None:
    assert NAME in everything(data)
    before = {t: len(getattr(read, t)(data=data)) for t in ("articles", "quotes", "entities")}
    lines = forget(data, name=NAME)
    assert lines
    for form in ("jane doe", "jane  doe", "jane-doe", "jáne döe", "jane</b> doe"):
        assert form not in everything(data).casefold(), form
    assert verify(data) == []
    assert before == {t: len(getattr(read, t)(data=data)) for t in before}
    assert "█" * len(NAME) in set(read.quotes(data=data).speaker)
    assert "Ada Morrow" in set(read.quotes(data=data).speaker)
    assert all(entity_id.startswith("forgotten:") for entity_id in masked_ids(data))
    assert not read.articles(data=data).standfirst.str.contains("Doe").any()
    run_again = [about_jane(1, "B", 9), about_jane(3, "C", 9), about_jane(50)]
    report = store(data, run_again, "again", "run-2")
    assert (report.new, report.revised, report.unchanged) == (1, 1, 1)
    tables = rows_of([about_jane(60)], run("run-2"))
    seal(data, tables, "sealed", "run-2")
    assert transactions.publish(data).new == 1
    store(data, [about_jane(2)], "reading", "run-3", mode="reading")
    assert "jane doe" not in everything(data).casefold()
    assert verify(data) == []
    assert scrub(data) == []


def masked_ids(data: Path) -> set[str]:
    entities = read.entities(data=data)
    return set(entities[entities.canonical_name.str.contains("█")].entity_id)


def test_archives_keep_their_other_records_where_they_were(tmp_path: Path) -> None:
    for packed in (True, False):
        path = tmp_path / ("a.warc.gz" if packed else "a.warc")
        offsets = archive(path, packed=packed)
        size = path.stat().st_size
        stones = with_name(Tombstones("00" * 16), "jane doe")
        assert scrub_archive(path, lambda text, s=stones: s.mask_all(text) != text) == 2
        assert path.stat().st_size == size
        with path.open("rb") as file:
            types = [record.rec_type for record in ArchiveIterator(file)]
        assert types == ["metadata", "response", "metadata"]
        with path.open("rb") as file:
            file.seek(offsets[1])
            record = next(iter(ArchiveIterator(file)))
            assert record.content_stream().read() == b"nothing of note"
        assert scrub_archive(path, lambda text, s=stones: s.mask_all(text) != text) == 0


def test_a_damaged_archive_is_reported(data: Path) -> None:
    path = data / "raw/a.warc.gz"
    path.write_bytes(path.read_bytes()[:-20])
    assert any("COULD NOT clean" in line for line in forget(data, name=NAME))


def test_an_entity_is_forgotten_by_its_id(data: Path) -> None:
    entities = read.entities(canonical_name=NAME, data=data)
    forget(data, entity_id=entities.entity_id.iloc[0])
    assert "jane doe" not in everything(data).casefold()
    with pytest.raises(UsageError, match="no entity"):
        forget(data, entity_id="local:nobody")


def test_an_article_is_forgotten_by_its_url(data: Path) -> None:
    article = annotated(2).article
    assert article.url is not None
    forget(data, url=article.url)
    assert article.url not in everything(data)
    assert read.article(article.article_id, data=data) is None
    assert len(read.articles(data=data)) == 2
    assert verify(data) == []
    report = store(data, [annotated(2), annotated(9)], "again", "run-2")
    assert (report.new, report.forgotten) == (1, 1)
    assert article.url not in everything(data)
    assert is_forgotten(data)(article.url)
    assert not is_forgotten(data)("https://news2.example/other")


def test_an_outlet_is_forgotten(data: Path) -> None:
    gone = Failure("https://www.news1.example/gone", "fetch", "http_404", "gone")
    sources = json.dumps({"sources": ["https://news1.example/feed", "news1.example"]})
    store(data, [], "failed", failures=[gone])
    told = Run("run-7", "ingest", DAY, "failed", "0.1.0", finished_at=DAY, parameters=sources)
    transactions.append(data, run_rows(told), "run")
    transactions.publish(data)
    forget(data, outlet="news1.example")
    assert "news1.example" not in set(read.articles(data=data).outlet)
    assert "https://news1.example" not in everything(data)
    assert "news1.example" not in everything(data)
    assert verify(data) == []
    assert is_forgotten(data)("https://www.news1.example/a")
    assert store(data, [annotated(1), annotated(8)], "again", "run-2").forgotten == 2


def test_a_single_word_is_no_name(data: Path) -> None:
    with pytest.raises(UsageError, match="full name"):
        forget(data, name="Jane")
    with pytest.raises(UsageError, match="give one of"):
        forget(data, name=NAME, url="https://news1.example/1")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Jane Doe said", "████████ said"),
        ("JANE\u00a0DOÉ’s house", "████████’s house"),
        ("/2024/jane-doe-wins", "/2024/████████-wins"),
        ("Jane. Then Doe", "Jane. Then Doe"),
        ("Mary Jane Doering", "Mary Jane Doering"),
        ("Jane Doe Jane Doe", "████████ ████████"),
        ("Jane, who knew a Doe", "Jane, who knew a Doe"),
    ],
)
def test_names_in_text(text: str, masked: str) -> None:
    stones = with_name(Tombstones("00" * 16), "jane doe")
    assert stones.mask(text) == masked


SPELLINGS = {
    "Seán Ó’Briain": (
        "Sean O'Briain",
        "SEÁN Ó’BRIAIN",
        "Sean O\u02bcBriain",
        "Se&aacute;n&nbsp;&Oacute;&rsquo;Briain",
        "sean-o-briain",
        "se%C3%A1n-%C3%B3-briain",
        "Sea\u0301n O\u0301’Briain",
        "Se\\u00e1n \\u00d3\\u2019Briain",
        "Se\u00adán Ó’Bri\u00adain",
        "Seán\nÓ’Briain",
    ),
    "María-José Núñez": ("Maria Jose Nunez", "MARÍA JOSÉ NÚÑEZ", "María\u2011José Núñez"),
    "Jürgen Müller-Strauß": (
        "JÜRGEN MÜLLER-STRAUSS",
        "Juergen Mueller Strauss",
        "jurgen-muller-strauß",
    ),
    "Łukasz Żak": ("Lukasz Zak", "ŁUKASZ ŻAK"),
    "Søren Åby": ("Soren Aby", "Soeren Aaby", "SØREN ÅBY"),
    "İlhan Işık": ("ilhan ışık", "ILHAN ISIK", "İLHAN IŞIK"),
    "Đorđe Šarić": ("Djordje Saric", "Dorde Saric", "ĐORĐE ŠARIĆ"),
}
"""Names, and other spellings of each."""


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_name_is_known_in_every_spelling(name: str) -> None:
    stones = with_name(Tombstones("00" * 16), name)
    for spelling in (name, *SPELLINGS[name]):
        text = f"“No,” said {spelling}’s neighbour"
        masked = stones.mask(text)
        assert masked == f"“No,” said {'█' * len(spelling)}’s neighbour", spelling


def test_longer_words_are_no_name() -> None:
    stones = with_name(Tombstones("00" * 16), "Li Na")
    for text in ("Li Nash", "Ali Na", "Lina", "Li, who knows Na"):
        assert stones.mask(text) == text


def test_a_surname_alone_goes_where_the_person_is_named(tmp_path: Path) -> None:
    words = ("ask young Mr Ó’Young", "O'YOUNG is not at home", "Ó’Young’s boat")
    article = annotated(
        1, speaker="Seán Ó’Young", words=words, image_url="https://x.example/tall-ó’young.jpg"
    )
    store(tmp_path, [article, annotated(2, words=("Ó’Young is somebody else here",))])
    forget(tmp_path, name="Sean O'Young")
    (text,) = read.articles(article_id=article.article.article_id, data=tmp_path).text
    assert "Young" not in text
    assert "ask young Mr" in text
    assert "Ó’Young is" in read.articles(outlet="news2.example", data=tmp_path).text.iloc[0]
    assert verify(tmp_path) == []


def test_a_surname_stays_that_somebody_else_has(tmp_path: Path) -> None:
    mine = annotated(1, speaker="John Smith", words=("no", "Smith the baker said yes"))
    other = replace(
        mine.entities[0], entity_no=1, entity_id="local:other", canonical_name="Anna Smith"
    )
    entities = (replace(mine.entities[0], aliases=()), replace(other, aliases=()))
    store(tmp_path, [replace(mine, entities=entities)])
    forget(tmp_path, name="John Smith")
    (text,) = read.articles(data=tmp_path).text
    assert "Smith the baker" in text
    assert "John" not in text
    assert set(read.entities(data=tmp_path).canonical_name) == {"█" * 10, "Anna Smith"}


@given(st.text())
def test_masking_keeps_every_offset(text: str) -> None:
    stones = with_name(Tombstones("00" * 16), "a b")
    masked = stones.mask(text)
    assert len(masked) == len(text)
    assert stones.mask(masked) == masked


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_members_of_gzip_are_padded_exactly(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    archive(path, packed=True)
    scrub_archive(path, lambda text: True)
    assert zlib.decompressobj(31).decompress(path.read_bytes()).startswith(b"WARC/1.1")
