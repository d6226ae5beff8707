"""Other names: what is found, that a swap keeps everything but the names, and that changed labels are counted."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import HOSTILE, document

from argmap.annotations import AnnotatedArticle, read_article
from argmap.document import Document, Span, Unit
from argmap.evaluation.flips import ALL, measure_flips
from argmap.evaluation.names import GAZETTEER, NameKind, find_names
from argmap.evaluation.swapping import swap_names
from argmap.labels import Stance

WEIR = read_article(Path(__file__).parent / "golden" / "annotations" / "weir.jsonl")
PROSE = """The mayor and the harbour

An Indian envoy met Teresa Vale in Lagos. Vale's aides said the United States would wait; the Americans did not. “We \
are done,” said Dr. Okoro, a U.S. official. The Kenya Harbour Authority and the University of Ohio disagreed.

Will Labour pay? Mr. Brown, who leads it, thinks so. Democrats' votes were few. The brown water rose. Brown water \
rose again. A Turkish ship sank, an American one did not. The Supreme Court sat on King Street.
"""


def names(text: str) -> dict[str, str]:
    return {name.span.of(text): name.kind.value for name in find_names(text)}


def test_what_is_a_name() -> None:
    """Countries and their adjectives, cities, parties, bodies, persons by title, first name and later mentions."""
    assert names(PROSE) == {
        "Indian": "country",
        "Teresa Vale": "person",
        "Lagos": "place",
        "Vale": "person",
        "United States": "country",
        "Americans": "country",
        "Okoro": "person",
        "U.S.": "country",
        "Kenya Harbour Authority": "organisation",
        "University of Ohio": "organisation",
        "Labour": "party",
        "Brown": "person",
        "Democrats": "party",
        "Turkish": "country",
        "American": "country",
    }


@pytest.mark.parametrize(
    "text",
    [
        "The Supreme Court sat. The House of Lords rose. The Ministry of Justice wrote.",
        "Will you come? Mark my words. Bill of Rights. In May it rains on King Street.",
        "us and the turkey from china",
        "We saw them. The Mayor of the Town spoke. The General Assembly met.",
    ],
)
def test_what_is_no_name(text: str) -> None:
    """Common words with a capital, general bodies, months and streets stay."""
    assert names(text) == {}


def test_a_common_word_at_the_start_of_a_sentence() -> None:
    """`Brown` after `Mr. Brown` is the man, but not where it opens a sentence and the text has `brown` too."""
    spans = [name.span.start for name in find_names(PROSE) if name.span.of(PROSE) == "Brown"]
    assert spans == [PROSE.index("Brown, who")]


def test_a_person_by_what_is_done() -> None:
    """Two capitals inside a sentence are a person where they speak or are introduced, and not elsewhere."""
    assert names("Then Ilse Varkonen said no.") == {"Ilse Varkonen": "person"}
    assert names("We met Ilse Varkonen, a farmer.") == {"Ilse Varkonen": "person"}
    assert names("We saw Gates Open wide.") == {}


def test_a_swap_reads_well() -> None:
    """Forms, possessives, titles and articles stay right; a name gets the same substitute wherever it stands."""
    swapped = swap_names(document(PROSE, title="Vale and the Indians"), seed=3)
    text, new = swapped.document.text, swapped.names
    assert f"{new['Teresa Vale']} in {new['Lagos']}. {new['Vale']}'s aides" in text
    assert new["Teresa Vale"].endswith(new["Vale"])
    assert new["United States"] == "United Kingdom"
    assert (new["Americans"], new["American"], new["U.S."]) == ("Britons", "British", "U.K.")
    assert "the United Kingdom would wait; the Britons did not" in text
    assert "a U.K. official" in text
    assert "a British one did not" in text
    first = new["Indian"]
    assert text.count(f"A{'n' if first[0] in 'AEIO' else ''} {first} envoy") == 1
    assert new["University of Ohio"].startswith("University of ")
    assert new["Kenya Harbour Authority"].endswith(" Authority")
    assert "Mr. Brown" not in text
    assert "The brown water rose. Brown water" in text
    assert swapped.document.title is not None
    assert swapped.document.title.startswith(f"{new['Vale']} and the ")
    assert not set(new) & set(new.values()) - {"United Kingdom"}


def test_one_kind_at_a_time() -> None:
    """Only the asked kinds change, and each name becomes what it becomes when all are swapped."""
    whole = swap_names(document(PROSE))
    for kind in NameKind:
        some = swap_names(document(PROSE), kinds={kind})
        assert some.names.items() <= whole.names.items()
        assert {names(PROSE)[name] for name in some.names} <= {kind.value}
    assert sum(len(swap_names(document(PROSE), kinds={kind}).names) for kind in NameKind) == len(whole.names)


def test_touched_units() -> None:
    """The units in which a name was swapped are those that hold one."""
    text = "Nobody came. Teresa Vale spoke. It rained in Lagos. We left."
    original = document(text)
    swapped = swap_names(original)
    holding = {
        unit.id for unit in original.units if "Vale" in original.text_of(unit) or "Lagos" in original.text_of(unit)
    }
    assert swapped.touched == holding
    assert swap_names(original, kinds={NameKind.PLACE}).touched < holding


pieces = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "Mr. ",
                "An ",
                "a ",
                "US",
                "U.S.",
                "American",
                "’s ",
                "'s ",
                "Teresa ",
                "Vale",
                ", ",
                ". ",
                "\n\n",
                "“",
                "”",
                " said ",
            ]
        ),
        st.sampled_from(
            ["Labour ", "Kenya ", "Revenue ", "Authority", "University of ", "van ", "J. ", "-led ", "Congo"]
        ),
        st.text(max_size=4),
    ),
    max_size=25,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(pieces, st.integers(0, 5))
def test_a_swap_keeps_everything_else(text: str, seed: int) -> None:
    """As many units, with ids and kinds, in order inside the text; words without a name stay; same seed, same text."""
    before = document(text, title="Kenya and Teresa Vale")
    swapped = swap_names(before, seed=seed)
    after = swapped.document
    assert swap_names(before, seed=seed) == swapped
    assert [(unit.id, unit.kind) for unit in after.units] == [(unit.id, unit.kind) for unit in before.units]
    assert len(after.blocks) == len(before.blocks)
    edge = 0
    for unit in after.units:
        assert edge <= unit.span.start < unit.span.end <= len(after.text)
        edge = unit.span.end
    for old, new in zip(before.units, after.units, strict=True):
        if old.id not in swapped.touched:
            assert before.text_of(old) == after.text_of(new)
    if not swapped.names:
        assert after.text == before.text
    assert after.text.count("\n") == before.text.count("\n")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text(text: str) -> None:
    """Nothing in a text ends in a traceback, and what is no name stays as it is."""
    before = document(text)
    after = swap_names(before).document
    assert len(after.units) == len(before.units)


def test_the_lists_fit_together() -> None:
    """Rows of a family have the same forms, none empty, and every family has two rows or more, so that one can swap."""
    for family in GAZETTEER.families:
        assert len(family) > 1
        assert len({len(row) for row in family}) == 1
        assert all(all(row) for row in family)
    assert not GAZETTEER.given & set(GAZETTEER.surnames)


def article(text: str) -> AnnotatedArticle:
    return replace(WEIR, document=document(text), links=(), thesis=None)


def accusing(word: str) -> object:
    """A classifier that calls a sentence an accusation if a word stands in it."""

    def classify(found: Document) -> Document:
        return found.with_units(
            tuple(
                replace(unit, stances=(Stance.ACCUSATION,) if unit.is_text and word in found.text_of(unit) else ())
                for unit in found.units
            )
        )

    return classify


def test_flips_by_hand() -> None:
    """A classifier that hangs on one country's name flips where it stands, and nowhere for other kinds of names."""
    text = "Kenya lied again. Teresa Vale left early. They all lied in Kenya. Nothing came of it."
    report = measure_flips([article(text)], accusing("Kenya"), resamples=20)  # type: ignore[arg-type]
    assert list(report.kinds) == ["person", "country", ALL]
    country = report.kinds["country"]
    assert dict(country.counts) == {
        "sentences": 4,
        "sentences_changed": 2,
        "stances": 2,
        "stances_changed": 2,
        "named": 2,
        "named_changed": 2,
    }
    assert (country.articles, country.names, country.mentions) == (1, 1, 2)
    assert (country.sentences.value, country.stances.value, country.named.value) == (0.5, 1, 1)
    assert report.kinds["person"].sentences.value == 0
    assert report.kinds[ALL].sentences.value == 0.5


def test_a_classifier_that_ignores_names_never_flips() -> None:
    """What hangs on other words stays, whoever is named; the classifier never sees the annotators' labels."""
    seen: list[Document] = []

    def classify(found: Document) -> Document:
        seen.append(found)
        return accusing("lied")(found)  # type: ignore[operator, no-any-return]

    labelled = article("Kenya lied again. Teresa Vale left early. The United Nations lied.")
    units = tuple(replace(unit, stances=(Stance.QUOTATION,)) for unit in labelled.document.units)
    labelled = replace(labelled, document=labelled.document.with_units(units))
    report = measure_flips([labelled], classify, resamples=20)
    assert all(figures.stances.value == 0 for figures in report.kinds.values())
    assert {"person", "organisation", "country", ALL} == report.kinds.keys()
    assert all(not unit.stances for found in seen for unit in found.units)


def test_an_article_without_names() -> None:
    """Nothing to swap is no kind to report on."""
    assert measure_flips([article("They all lied. Nothing came of it.")], accusing("lied"), resamples=5).kinds == {}  # type: ignore[arg-type]


def test_units_of_any_cut() -> None:
    """A name across the edge of two units stays, so that no unit's edge falls into a name."""
    text = "We met Teresa Vale there."
    units = (Unit("u0", Span(0, 13)), Unit("u1", Span(14, len(text))))
    swapped = swap_names(Document("cut", text, units=units))
    assert "Teresa Vale" not in swapped.names
    assert swapped.document.text_of(swapped.document.units[0]).startswith("We met")
