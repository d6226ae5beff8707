import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from argmap.annotations import read_article, read_articles
from argmap.errors import InputError, UsageError
from argmap.evaluation.agreement import (
    alpha_of_tables,
    cohen_kappa,
    compare,
    kappa_of_tables,
    krippendorff_alpha_nominal,
)
from argmap.evaluation.metrics import contingency

GOLDEN = Path(__file__).parent / "golden" / "annotations"
SHARED = Path(os.environ.get("ARGMAP_SHARED", Path(__file__).parents[2] / "shared"))
needs_corpus = pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the corpus of real op-eds is not here")

labels = st.sampled_from("abc")


def test_kappa_of_a_table_computed_by_hand() -> None:
    """Of 50 cases both say yes 20 times and no 15 times: (0.7 - 0.5) / (1 - 0.5) = 0.4."""
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert cohen_kappa(first=first, second=second) == pytest.approx(0.4)


def test_alpha_of_two_annotators_computed_by_hand() -> None:
    """Ten units, four disagreements, 14 zeros and 6 ones: 1 - 19 * 8 / (2 * 14 * 6) = 0.095."""
    first = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0)
    second = (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    assert krippendorff_alpha_nominal(list(zip(first, second, strict=True))) == pytest.approx(1 - 19 * 8 / 168)


def test_alpha_leaves_out_what_is_missing() -> None:
    """Three annotators with gaps: of 10 values that pair up 6 agree, where chance gives 42/9; by hand."""
    ratings = [("a", "a", "a"), ("a", "b", "a"), ("b", None, "b"), (None, "b", None), ("a", "b", None)]
    # aaa: 3*2/2 = 3; aab: 2*1/2 = 1; bb: 2; lone b: nothing; ab: 0. Values: a 6, b 4.
    within, chance, values = 3 + 1 + 2, (6 * 5 + 4 * 3) / 9, 10
    assert krippendorff_alpha_nominal(ratings) == pytest.approx((within - chance) / (values - chance))


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=40))
def test_kappa_is_scikit_learn_s(units: list[tuple[str, str]]) -> None:
    """Wherever kappa is defined it is scikit-learn's; where both use one label throughout it is 1, not NaN."""
    first, second = zip(*units, strict=True)
    if len({*first, *second}) == 1:
        assert cohen_kappa(first=first, second=second) == 1.0
    else:
        assert cohen_kappa(first=first, second=second) == pytest.approx(cohen_kappa_score(first, second))


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=40))
def test_the_tables_give_the_same_alpha_as_the_ratings(units: list[tuple[str, str]]) -> None:
    """Both ways to alpha agree; it does not depend on who is first; full agreement is 1."""
    first, second = zip(*units, strict=True)
    alpha = krippendorff_alpha_nominal(units)
    assert float(alpha_of_tables(contingency(first, second, "abc"))) == pytest.approx(alpha)
    assert krippendorff_alpha_nominal(list(zip(second, first, strict=True))) == pytest.approx(alpha)
    assert krippendorff_alpha_nominal([(label, label) for label in first]) == 1.0


def test_many_tables_are_taken_at_once() -> None:
    """A stack of tables gives an array of coefficients, an empty table 1."""
    tables = np.array([[[20, 5], [10, 15]], [[0, 0], [0, 0]], [[3, 0], [0, 4]]])
    assert kappa_of_tables(tables) == pytest.approx([0.4, 1.0, 1.0])
    assert alpha_of_tables(tables)[1:] == pytest.approx([1.0, 1.0])


def test_labels_of_different_units_are_refused() -> None:
    """Lists of different length, empty lists, and units with one label only cannot be compared."""
    for first, second in ((["a"], []), ([], [])):
        with pytest.raises(UsageError):
            cohen_kappa(first=first, second=second)
    with pytest.raises(UsageError):
        krippendorff_alpha_nominal([("a", None), (None, None)])


def test_two_readings_of_an_article_compared_by_hand() -> None:
    """Eight shared text units: one more accusation, one link turned, one thesis moved, one kind changed."""
    agreement = compare([read_article(GOLDEN / "weir.jsonl")], [read_article(GOLDEN / "weir-b.jsonl")])
    figures = {name: interval.value for name, interval in agreement.figures.items()}
    assert figures["F1 accusation"] == pytest.approx(4 / 5)
    assert figures["kappa accusation"] == pytest.approx((7 / 8 - (2 * 3 + 6 * 5) / 64) / (1 - (2 * 3 + 6 * 5) / 64))
    assert figures["kappa quotation"] == 1
    assert figures["kappa evidence"] == 1
    assert figures["F1 links"] == 1
    assert figures["F1 links with kind"] == pytest.approx(5 / 6)
    assert figures["same thesis"] == 0
    assert (agreement.articles, agreement.units, agreement.other_kind) == (1, 8, 1)


def test_units_are_matched_by_place_not_by_name() -> None:
    """Other ids change nothing, and a unit that is cut elsewhere is counted as one that only one side has."""
    first = read_article(GOLDEN / "weir.jsonl")
    renamed = {unit.id: f"s{unit.id}" for unit in first.document.units}
    units = tuple(replace(unit, id=renamed[unit.id]) for unit in first.document.units)
    second = replace(
        first,
        document=first.document.with_units(units),
        links=tuple(replace(link, source=renamed[link.source], target=renamed[link.target]) for link in first.links),
        thesis=renamed[str(first.thesis)],
    )
    assert {figure.value for figure in compare([first], [second]).figures.values()} == {1.0}
    shorter = replace(units[1], span=replace(units[1].span, end=units[1].span.end - 1))
    cut = replace(second, document=second.document.with_units((units[0], shorter, *units[2:])))
    agreement = compare([first], [cut])
    assert (agreement.units_only_first, agreement.units_only_second, agreement.units) == (1, 1, 7)
    assert agreement.figures["F1 links"].value == pytest.approx(5 / 6)


def test_articles_that_one_side_lacks_are_named() -> None:
    """What cannot be compared is said; nothing in common, or a text twice on one side, is an error."""
    article = read_article(GOLDEN / "weir.jsonl")
    other = replace(article, document=replace(article.document, id="other", text=article.document.text + " "))
    agreement = compare([article, other], [article], resamples=10)
    assert (agreement.only_first, agreement.only_second) == (("other",), ())
    with pytest.raises(InputError, match="both sides"):
        compare([article], [other])
    with pytest.raises(InputError, match="same text"):
        compare([article, article], [article])


@needs_corpus
def test_the_agreement_of_the_corpus_is_the_published_one() -> None:
    """Kappa of the two annotators is .92, .96 and .95, on 45 articles and 1,891 sentences, theses 40 of 45."""
    corpus = SHARED / "corpus"
    first, second = (read_articles([corpus / f], texts=corpus / "texts") for f in ("labels", "labels-second-annotator"))
    agreement = compare(first, second)
    published = {
        "kappa accusation": 0.92, "kappa quotation": 0.96, "kappa recommendation": 0.95, "macro-F1 stance": 0.95,
        "kappa primary stance": 0.94, "kappa evidence": 0.83, "F1 links": 0.69,
    }  # fmt: skip
    for name, value in published.items():
        interval = agreement.figures[name]
        assert interval.value == pytest.approx(value, abs=0.01)
        assert interval.low < interval.value < interval.high
    assert (agreement.articles, agreement.units, agreement.same_thesis) == (45, 1891, 40)
    assert len(agreement.only_first) == 370
