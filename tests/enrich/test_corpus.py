"""Persons across articles."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.corpus import Bearer, unify_persons
from tasks.enrich.entities import local_id


def bearer(article: str, name: str, *, number: int = 0, company: str = "", **facts: str) -> Bearer:
    """Make the entity of a person; aliases by commas, company by spaces."""
    return Bearer(
        article_id=article,
        entity_no=number,
        entity_id=facts.get("entity_id", local_id("PERSON", name)),
        canonical_name=name,
        aliases=tuple(filter(None, facts.get("aliases", "").split(","))),
        gender=facts.get("gender"),
        company=frozenset(company.split()),
    )


def changed(*bearers: Bearer) -> dict[str, tuple[str, str]]:
    return {c.article_id: (c.canonical_name, c.reason) for c in unify_persons(bearers)}


def test_a_surname_alone_goes_to_its_only_bearer() -> None:
    assert changed(bearer("1", "Lavrov"), bearer("2", "Sergei Lavrov")) == {
        "1": ("Sergei Lavrov", "only_bearer")
    }


def test_a_surname_of_two_bearers_stays_alone() -> None:
    assert not changed(bearer("1", "Arden"), bearer("2", "Paul Arden"), bearer("3", "Jane Arden"))


def test_a_surname_of_another_gender_stays_alone() -> None:
    assert not changed(bearer("1", "Arden", gender="f"), bearer("2", "Paul Arden", gender="m"))


def test_a_common_surname_needs_common_company() -> None:
    full = bearer("2", "Kim Dae-ho", company="wd:Q423 wd:Q884")
    assert not changed(bearer("1", "Kim"), full)
    assert changed(bearer("1", "Kim", company="wd:Q884"), full) == {
        "1": ("Kim Dae-ho", "only_bearer")
    }


def test_names_that_one_article_uses_for_one_person_are_one() -> None:
    found = changed(
        bearer("1", "Otto J. Berg", aliases="Otto Berg,Berg"),
        bearer("2", "Otto Berg"),
        bearer("3", "Otto Berg"),
    )
    assert found == {"1": ("Otto Berg", "same_article")}


def test_nearly_equal_names_need_common_company() -> None:
    one = bearer("1", "Sergei Lavrov", company="wd:Q159 wd:Q30")
    two = bearer("2", "Sergey Lavrov", company="wd:Q159 wd:Q30 wd:Q84")
    assert len(changed(one, two)) == 1
    assert not changed(one, bearer("2", "Sergey Lavrov", company="wd:Q159"))


def test_company_that_all_keep_proves_nothing() -> None:
    crowd = [bearer(str(n), f"Person {n}x", company="wd:Q159 wd:Q30") for n in range(10, 40)]
    one = bearer("1", "Sergei Lavrov", company="wd:Q159 wd:Q30")
    two = bearer("2", "Sergey Lavrov", company="wd:Q159 wd:Q30")
    assert not changed(one, two, *crowd)


def test_near_surnames_are_never_joined_alone() -> None:
    company = "wd:Q1 wd:Q2 wd:Q3"
    assert not changed(
        bearer("1", "Lavrov", company=company), bearer("2", "Lavrow", company=company)
    )
    assert not changed(
        bearer("1", "Joan Mills", company=company), bearer("2", "Joan Hills", company=company)
    )


def test_an_id_of_the_world_is_shared_by_the_name() -> None:
    [change] = unify_persons(
        [bearer("1", "Ida Sorel", entity_id="wd:Q42"), bearer("2", "Ida Sorel")]
    )
    assert (change.article_id, change.entity_id) == ("2", "wd:Q42")


NAMES = ["Kim", "Kim Dae-ho", "Lavrov", "Sergei Lavrov", "Sergey Lavrov", "Otto Berg", "O. Berg"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "a b", "a c"])), max_size=9))
def test_doing_it_again_changes_nothing(rows: list[tuple[str, str]]) -> None:
    bearers = [bearer(str(n), name, company=met) for n, (name, met) in enumerate(rows)]
    changes = {c.article_id: c for c in unify_persons(bearers)}
    again = [
        bearer(
            b.article_id,
            changes[b.article_id].canonical_name,
            company=" ".join(b.company),
            entity_id=changes[b.article_id].entity_id,
        )
        if b.article_id in changes
        else b
        for b in bearers
    ]
    ids = {b.article_id: b.entity_id for b in again}
    assert all(ids[c.article_id] == c.entity_id for c in unify_persons(again))
