import pytest

from tasks.clean.byline import people


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
    ],
)
def test_people(claims: list[str], expected: tuple[str, ...]) -> None:
    assert people(claims, ["Saltmarsh Courier"]) == expected
