import pytest

from tasks.clean.article import take_apart
from tasks.clean.person_names import people
from tasks.records import Address, Page, Snapshot


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (["By Ines Okafor"], ("Ines Okafor",)),
        (["Ines Okafor, Tom Vale and Siân Price"], ("Ines Okafor", "Tom Vale", "Siân Price")),
        (["von Karl-Heinz Brandt und Ute Maas"], ("Karl-Heinz Brandt", "Ute Maas")),
        (["INES OKAFOR"], ("Ines Okafor",)),
        (["Ines Okafor, political editor"], ("Ines Okafor",)),
        (["Ines Okafor in Vellmouth"], ("Ines Okafor",)),
        (["Ines Okafor | 3 May 2024"], ("Ines Okafor",)),
        (["ByInes Okafor"], ("Ines Okafor",)),
        (["Mary Jane", "Jan Marsh"], ("Mary Jane", "Jan Marsh")),
        (["Ines Okafor", "ines okafor"], ("Ines Okafor",)),
        (["Reuters"], ()),
        (["Associated Press"], ()),
        (["Saltmarsh Courier Staff"], ()),
        (["The Editorial Board"], ()),
        (["Saltmarsh Courier"], ()),
        (["https://www.facebook.com/somebody"], ()),
        (["admin"], ()),
        (["Ines Okafor, Institute of Tides and Infectious Diseases"], ("Ines Okafor",)),
        (["Ines Okafor, University of Vell and Tom Vale, Larkfield"], ("Ines Okafor", "Tom Vale")),
        (["Ines Okafor Special Correspondent to THE COURIER"], ("Ines Okafor",)),
        (["Executive Content Editor"], ()),
        (["Ines Okafor Saltmarsh Courier"], ("Ines Okafor",)),
        (["COURIER Larkfield"], ()),
        (["Saltfox - Tom Vale"], ("Tom Vale",)),
        (["Tom Vale - Larkfield"], ("Tom Vale",)),
        (["CarolRomilly"], ("CarolRomilly",)),
        (["NewsDesk"], ()),
        (["von Beobachtern gestiegen. Das stärkt den Hafen"], ()),
        (["Sammy Davis Jr."], ("Sammy Davis Jr",)),
        (["From Ines Okafor BBC"], ("Ines Okafor",)),
        (["INES OKAFOR AP"], ("Ines Okafor",)),
        (["AP Tobacco"], ()),
        (["The Larkfield Post"], ()),
        (["Open Water Open Water"], ()),
        (["Keine Kommentare"], ()),
        (["Newer Article"], ()),
        (["Ap Auto"], ()),
        (["Ines Okafor Senior Larkfield Correspondent"], ("Ines Okafor",)),
        (["Ines Okafor The Larkfield Post"], ("Ines Okafor",)),
        (["Larkfield's Mars Orbiter"], ()),
        (["Baking In Larkfield Using Rye"], ()),
        (["Siobhan O’Shea"], ("Siobhan O’Shea",)),
        (["Park In-bee"], ("Park In-bee",)),
        (["reported a"], ()),
        (["bell fennimore"], ("bell fennimore",)),
        (["Ines Okafor International Editor"], ("Ines Okafor",)),
        (["Feuerwehr Larkfield"], ()),
        (["Ines Okafor@InesOkafor May 3"], ("Ines Okafor",)),
        (["Alle Beiträge von Ines Okafor"], ("Ines Okafor",)),
        (["St. Brannock"], ()),
        (["王海燕、松田健太"], ("王海燕", "松田健太")),
        (["松田新聞"], ()),
        (["INES OKAFOR AND TOM VALE"], ("Ines Okafor", "Tom Vale")),
        (["Ines Okafor And Tom Vale For The Larkfield Post"], ("Ines Okafor", "Tom Vale")),
        (["Ines Okafor le 7 mai 2024"], ("Ines Okafor",)),
        (["Ines Okafor publiziert am 7. Mai 2024"], ("Ines Okafor",)),
        (["Ines Okafor Vom 7. Februar 2024"], ("Ines Okafor",)),
        (["INES OKAFOR JAN. 13, 2024"], ("Ines Okafor",)),
        (["Ines Okafor Last updated 4 Jun 2024, first printed"], ("Ines Okafor",)),
        (["Ines Okafor BBC News"], ("Ines Okafor",)),
        (["Ines Okafor BBC environment correspondent"], ("Ines Okafor",)),
        (["Ines Okafor Science correspondent, BBC News"], ("Ines Okafor",)),
        (["Ines Maria Okafor Health reporter"], ("Ines Maria Okafor",)),
        (["Rachel Quell Tideway Correspondent"], ("Rachel Quell",)),
        (["Mary Jane Quell Correspondent"], ("Mary Jane Quell",)),
        (["Ines OkaforCEO"], ("Ines Okafor",)),
        (["Ines OkaforFollow"], ("Ines Okafor",)),
        (["Ines OkaforView All Posts"], ("Ines Okafor",)),
        (["Ines McBride"], ("Ines McBride",)),
        (["Ines FitzGerald"], ("Ines FitzGerald",)),
        (["Ines OKAFOR"], ("Ines OKAFOR",)),
        (["Kim IL Sungmin"], ("Kim IL Sungmin",)),
        (["Ines Okafor KC"], ("Ines Okafor KC",)),
        (['Ines "Foxy Ines" Okafor'], ("Ines Okafor",)),
        (["Okafor, Rachel"], ("Rachel Okafor",)),
        (["Rachel, Thomas"], ()),
        (["Ines Okafor" + " on" * 50_000 + " x"], ()),
        (["Ines Okafor (reporting) and Tom Vale (photography)"], ("Ines Okafor",)),
        (["Von Ines Okafor mit AP"], ("Ines Okafor",)),
        (["U.S. Customs"], ()),
    ],
)
def test_people(claims: list[str], expected: tuple[str, ...]) -> None:
    assert people(claims, ["Saltmarsh Courier", "courier"]) == expected


PROSE = (
    "<p>The parish council voted on Monday to keep the night ferry, and the hall applauded.</p>" * 6
)


def authors(top: str, head: str = "") -> tuple[str, ...] | None:
    html = f"<html><head>{head}</head><body><h1>Night ferry stays</h1>{top}{PROSE}</body></html>"
    url = "https://saltmarshcourier.example/2024/05/06/ferry"
    snapshot = Snapshot(Address(url, "url", url), "a.html", None, "", url=url)
    return take_apart(Page(snapshot, html.encode())).article.authors


SCRIPT = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "author": ['
    '{"@type": "Person", "name": "Ines Okafor"}, {"@type": "Person", "name": "Tom Vale"}]}</script>'
)


CARD = '<meta name="twitter:label1" content="{}"><meta name="twitter:data1" content="Ines Okafor">'
GRAPH = (
    '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "author": '
    '{"@id": "#7"}}, {"@type": "Person", "@id": "#7", "name": "Tom Vale"}]}</script>'
)
SUBJECTS = "<ul>{}</ul>".format(
    "".join(
        f"<li><p>{subject}</p><div>May 3, 2024</div></li>"
        for subject in ("Harbour Strike Talks", "Larkfield tides: the hearing")
    )
)
SHARE = "<ul>" + "".join(f"<li>Share by way {n}</li>" for n in range(8)) + "</ul>"
LONG_STANDFIRST = (
    "<div class='dek'>The harbour town has voted to keep its boat after midnight, against the wish "
    "of the company that runs it and of the ministry that pays for the fuel, for the crews and for "
    "the repair of a landing stage that nobody else has used for thirty years.</div>"
)


@pytest.mark.parametrize(
    ("top", "head", "expected"),
    [
        ("<p class='byline'>Ines Okafor</p>", "", ("Ines Okafor",)),
        ("<div>27 January 2026 • Ines Okafor • 3 min</div>", "", ("Ines Okafor",)),
        ("<div>By Ines Okafor</div><div>Edited by Tom Vale</div>", SCRIPT, ("Ines Okafor",)),
        (
            "<div>By Ines Okafor</div><div>Contributions from</div><div>Tom Vale</div>",
            SCRIPT,
            ("Ines Okafor",),
        ),
        ("<div>Ines Okafor Senior Politics Editor</div>", "", ("Ines Okafor",)),
        (SHARE * 3 + "<div>By Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<div>By Ines Okafor and Tom Vale</div>", SCRIPT, ("Ines Okafor", "Tom Vale")),
        ("<figure><figcaption>By Lena Brook</figcaption></figure>", "", None),
        (
            "",
            CARD.format("Written by"),
            ("Ines Okafor",),
        ),
        (
            "",
            CARD.format("Reading time"),
            None,
        ),
        (
            LONG_STANDFIRST + "<div>Ines Okafor, May 5, 2024</div>",
            "",
            ("Ines Okafor",),
        ),
        ("", GRAPH, ("Tom Vale",)),
        ("<div>By Ines Okafor</div>", GRAPH, ("Ines Okafor",)),
        (
            "<div>By</div><a>Ines Okafor</a><p>@inesok</p><p>Tom Vale</p><h4>Social Links</h4>",
            "",
            ("Ines Okafor", "Tom Vale"),
        ),
        ("<div>by Laura</div>", "", ("Laura",)),
        ("<div>3.5.2024 - Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<p rel='author'><b>Ines Okafor</b><i>CEO</i></p>", "", ("Ines Okafor",)),
        ("<div>The ferry is led by Ines Okafor, a niece of Tom Vale.</div>", "", None),
        ("<div>Read this article in Welsh, translated by Ines Okafor</div>", "", None),
        ("<div>Rede von Ines Okafor im Hafen</div>", "", None),
        ("<div>Posted on 3 May 2024 by Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<div>Dienstag, 7. Mai 2024, von Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<div>Ferries | Por: Ines Okafor | 9 may 2024</div>", "", ("Ines Okafor",)),
        ("<div>Posted on 3 May 2024AuthorInes Okafor4 Comments</div>", "", ("Ines Okafor",)),
        ("<div>byInes Okafor</div>", "", ("Ines Okafor",)),
        ("<div>di Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<div>Ines Okafor5 hours ago</div>", "", ("Ines Okafor",)),
        ("<div>Ines Okafor, @inesok</div>", "", ("Ines Okafor",)),
        ("<div>7. Mai 2024 um 15:46 Uhr / Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<div>07.05.2024 11:46 von</div><a>Ines Okafor</a>", "", ("Ines Okafor",)),
        ("<div>COMMENTARY BY</div><a>Ines Okafor</a>", "", ("Ines Okafor",)),
        ("<div><a>Ines Okafor</a><p>Friday 3 May 2024 08:49 GMT</p></div>", "", ("Ines Okafor",)),
        (
            SUBJECTS,
            "",
            None,
        ),
        (
            "<figure><figcaption><address>Von Ines Okafor</address></figcaption></figure>",
            "",
            ("Ines Okafor",),
        ),
        ("<div class='author_card-name'>Ines Okafor</div>", "", ("Ines Okafor",)),
        ("<div>17. Mai 2024 von Kathrin</div>", "", ("Kathrin",)),
        ("<div>12/04/2024 by Kay 24 Comments</div>", "", ("Kay",)),
        ("<div>Von Thilo / 6. Mai 2024 / Keine Kommentare</div>", "", ("Thilo",)),
        ("<div>Home Issues May 6, 2024 issue The last boats of the north islands</div>", "", None),
    ],
    ids=[
        "class", "beside a date", "editor", "contributor", "job", "below buttons", "both",
        "picture", "card", "no author", "after a long standfirst",
        "by id", "printed before by id", "below a label", "given name", "after a day", "glued job",
        "led by", "translated by", "speech of", "posted", "weekday", "between bars", "author label",
        "glued by", "di", "ago", "handle", "clock", "von below a date", "commentary by",
        "dated box", "list of subjects", "address", "author card", "German given name",
        "given name, comments", "given name, day", "an issue of a magazine",
    ],
)  # fmt: skip
def test_bylines_of_pages(top: str, head: str, expected: tuple[str, ...] | None) -> None:
    assert authors(top, head) == expected


def test_a_title_above_the_label_is_no_author() -> None:
    html = (
        "<html><body><h2>Tidal Ledger</h2><div>by</div><h3>Quellfisher</h3><h1>Chapter 4</h1>"
        f"{PROSE}</body></html>"
    )
    snapshot = Snapshot(Address("a.html", "html_file", "a.html"), "a.html", None, "")
    assert take_apart(Page(snapshot, html.encode())).article.authors is None
