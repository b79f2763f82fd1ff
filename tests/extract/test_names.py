"""Names alone are the same names that extracting everything finds."""

from tasks.extract.batch import annotate
from tasks.extract.known_names import NameFinder
from tasks.extract.names import annotate_names
from tasks.extract.tagger import TaggedSpan
from tasks.records import Article

TEXT = (
    "LAKEMOUTH — Anna Berg said on Monday: “The Harbour Trust will pay.” Peter Hall disagreed.\n"
    "“Never,” he said. “Ask Berg.” The trust's lawyers did not reply to Berg or to Hall."
)


class Capitals:
    """A tagger that takes Anna Berg and Peter Hall for persons."""

    name = "capitals"

    def tag(self, texts: list[str]) -> list[list[TaggedSpan]]:
        return [
            [
                TaggedSpan(text.index(name), text.index(name) + len(name), "PERSON")
                for name in ("Anna Berg", "Peter Hall")
            ]
            for text in texts
        ]

    def name_for(self, text: str) -> str:
        return self.name


def test_nothing_but_quotes_is_left_out() -> None:
    article = Article("a", "a", "", TEXT, "text_file", "a", "given")
    [whole], [names] = annotate([article], Capitals()), annotate_names([article], Capitals())
    assert len(whole.quotes) >= 2
    assert names.quotes == ()
    assert len(names.mentions) >= 5
    assert (names.mentions, names.marks, names.sentences, names.nlp_model) == (
        whole.mentions,
        whole.marks,
        whole.sentences,
        whole.nlp_model,
    )


def test_a_finder_finds_whole_words_the_longest_first() -> None:
    finder = NameFinder(["Berg", "Anna Berg", "Berg Hall", "al-Amin", "O'Neil", "_x"])
    text = "Bergen, Anna Berg Hall; Berg Hall met al-Amin and O'Neil_Berg, Bergs x_Berg Berg"
    assert [(start, name) for start, name in finder.find(text)] == [
        (8, "Anna Berg"),
        (24, "Berg Hall"),
        (38, "al-Amin"),
        (50, "O'Neil"),
        (57, "Berg"),
        (71, "Berg"),
        (76, "Berg"),
    ]
