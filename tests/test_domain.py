"""Out of domain: what is not English prose is told from what is, whatever the language, and loses its labels."""

import re
import time
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import HOSTILE, document

from argmap.annotations import read_articles
from argmap.document import OUT_OF_DOMAIN, Document, Unit
from argmap.errors import InputError
from argmap.labels import EvidenceType, Stance, UnitKind
from argmap.stance.domain import DomainModel, is_outside, withhold, without_outside, written_examples
from argmap.stance.english import MEASURES

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden" / "domain"
FRENCH = "Le maire a fermé le pont sans prévenir personne. Il faut le rouvrir avant l'hiver, et vite."
ENGLISH = "The mayor closed the bridge without a word to anybody. It must be opened before winter, and soon."
RUSSIAN = "Мэр закрыл мост, никого не предупредив. Его надо открыть до зимы."


@cache
def own_documents() -> tuple[Document, ...]:
    paths = sorted((ROOT / "annotations" / "own").glob("*.jsonl"))
    return tuple(article.document for article in read_articles(paths))


def sentences(article: Document) -> list[str]:
    return [article.text_of(unit) for unit in article.text_units()]


@cache
def model() -> DomainModel:
    """Fitted on half of our own articles: far fewer words than the bundled one knows."""
    return DomainModel.fit([article.text for article in own_documents()[::2]], seed=0)


def golden(name: str) -> dict[str, list[str]]:
    """The texts of a file by kind; a line is a sentence."""
    kinds: dict[str, list[str]] = {}
    for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[[^\]]+\]", line):
            kinds[line[1:-1]] = []
        elif kinds and line.strip():
            kinds[list(kinds)[-1]].append(line)
    return kinds


@pytest.mark.parametrize("kind", golden("outside.txt"))
def test_other_languages_code_and_tables_are_outside(kind: str) -> None:
    """An article in a language, script or notation that the model was never shown is over the limit."""
    assert model().article_score(golden("outside.txt")[kind]) > OUT_OF_DOMAIN


@pytest.mark.parametrize("kind", golden("english.txt"))
def test_english_of_all_kinds_is_inside(kind: str) -> None:
    """English from anywhere, of any genre, full of names, numbers and foreign words, is under the limit."""
    assert model().article_score(golden("english.txt")[kind]) < OUT_OF_DOMAIN


def test_most_foreign_sentences_are_outside() -> None:
    """Sentence by sentence, nearly all that is foreign is told, and hardly any of the English."""
    foreign = [line for lines in golden("outside.txt").values() for line in lines]
    english = [line for lines in golden("english.txt").values() for line in lines]
    assert float((model().scores(foreign) > OUT_OF_DOMAIN).mean()) >= 0.9
    assert float((model().scores(english) > OUT_OF_DOMAIN).mean()) <= 0.1


def test_op_eds_that_it_has_not_seen_are_inside() -> None:
    """No article of the other half of ours is over the limit, and fewer than one sentence in two hundred."""
    unseen = own_documents()[1::2]
    assert max(model().article_score(sentences(article)) for article in unseen) < OUT_OF_DOMAIN
    scores = np.concatenate([model().scores(sentences(article)) for article in unseen])
    assert float((scores > OUT_OF_DOMAIN).mean()) < 0.005


@pytest.mark.parametrize("text", ["No.", "Why?", "Enough!", "1994.", "Non.", "Ja!", "—", "…", "", " "])
def test_a_short_text_is_taken_for_english(text: str) -> None:
    """A word or two say too little to withhold a label."""
    assert model().scores([text])[0] < OUT_OF_DOMAIN
    assert model().article_score([text]) < OUT_OF_DOMAIN


def test_an_empty_article_is_inside() -> None:
    """Where there is nothing to read there is nothing to flag."""
    assert model().scores([]).shape == (0,)
    assert model().article_score([]) == 0.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FRENCH, "words that are not English"),
        (RUSSIAN, "another script"),
        ("for (i = 0; i < n; i++) { wells[i] = open(i); }\nreturn wells[0] != null;", "code or addresses"),
        ("17 4 1990 212.5 88 1.25\n18 9 1991 214.0 86 1.75", "numbers"),
    ],
)
def test_it_says_what_a_text_looks_like(text: str, reason: str) -> None:
    """The reason names what is most unlike English prose."""
    assert model().reason(text.split("\n")) == reason


def test_arrays_hold_the_whole_model() -> None:
    """A model made from the arrays of another scores every text alike, and the arrays are plain numbers."""
    arrays = model().arrays()
    assert all(values.dtype.kind in "fiu" for values in arrays.values())
    again = DomainModel.from_arrays(arrays)
    texts = [FRENCH, ENGLISH, RUSSIAN, *HOSTILE.values()]
    assert again.scores(texts).tolist() == model().scores(texts).tolist()
    assert again.article_score(texts) == model().article_score(texts)


@pytest.mark.parametrize("name", ["common", "function", "surprise", "typical", "coef"])
def test_arrays_that_do_not_fit_together_are_refused(name: str) -> None:
    """A table that lost a row is found when the model is made, not when it is used."""
    with pytest.raises(ValueError, match=r"wrong shape|another number"):
        DomainModel.from_arrays(model().arrays() | {name: model().arrays()[name][:-1]})


def test_the_same_texts_give_the_same_model() -> None:
    """Fitting is deterministic by seed."""
    texts = [article.text for article in own_documents()[:8]]
    first, second = (DomainModel.fit(texts, seed=3).arrays() for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("texts", [[], [ENGLISH] * 4, [ENGLISH] * 9, ["1 2 3."] * 9])
def test_too_little_to_learn_from(texts: list[str]) -> None:
    """No articles, few of them or wordless ones are refused in words."""
    with pytest.raises(InputError, match="to learn English from"):
        DomainModel.fit(texts)


def test_no_measure_makes_up_for_another() -> None:
    """Weights are not negative, so a text that is odd in one way is not excused by being plain in another."""
    assert model().coef.shape == (len(MEASURES),)
    assert (model().coef >= 0).all()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_get_a_score(name: str) -> None:
    """Whatever the text, the score is a number from 0 to 1."""
    for score in (*model().scores([HOSTILE[name]]), model().article_score([HOSTILE[name]])):
        assert 0 <= score <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=200), max_size=6))
def test_a_score_is_of_its_own_text(texts: list[str]) -> None:
    """A text's score lies in 0..1 and does not depend on what stands beside it."""
    scores = model().scores(texts)
    assert scores.shape == (len(texts),)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores.tolist() == [float(model().scores([text])[0]) for text in texts]


@pytest.mark.parametrize("chunk", ["-", "a-", "1,", "'", "“", "x…", "1(1)", "ab", "中"])
def test_time_grows_with_length_only(chunk: str) -> None:
    """A chunk of any length is read once: no pattern goes over it again and again."""
    start = time.process_time()
    model().scores([chunk * 100_000 + "="])
    assert time.process_time() - start < 5


def labelled(text: str) -> Document:
    """A segmented article, every text unit labelled."""
    scores = MappingProxyType(dict.fromkeys(Stance, 0.9))

    def with_labels(unit: Unit) -> Unit:
        return Unit(unit.id, unit.span, unit.kind, (Stance.ACCUSATION,), EvidenceType.EVENT, scores, evidence_score=0.8)

    plain = document(text)
    return plain.with_units(tuple(with_labels(unit) if unit.is_text else unit for unit in plain.units))


def test_a_foreign_sentence_loses_its_labels() -> None:
    """It keeps its scores; the English sentences around it keep everything."""
    article = withhold(labelled(f"{ENGLISH} {ENGLISH} {FRENCH} {ENGLISH}"), model())
    assert article.out_of_domain is not None
    assert article.out_of_domain < OUT_OF_DOMAIN
    outside = [unit for unit in article.text_units() if is_outside(unit)]
    assert [article.text_of(unit) for unit in outside] == FRENCH.replace(". ", ".\n").split("\n")
    for unit in article.text_units():
        assert unit.scores[Stance.ACCUSATION] == 0.9
        assert bool(unit.stances) is bool(unit.evidence) is (unit not in outside)
        assert (unit.evidence_score is None) is (unit in outside)


def test_a_foreign_article_loses_all_labels() -> None:
    """Over the limit as a whole, not even a sentence that could be English is labelled."""
    article = withhold(labelled(f"{FRENCH} Non. {FRENCH} {RUSSIAN}"), model())
    assert article.out_of_domain is not None
    assert article.out_of_domain > 0.9
    assert not any(unit.stances or unit.evidence for unit in article.units)
    assert all(unit.out_of_domain is not None for unit in article.text_units())


def test_labels_of_any_text_on_demand() -> None:
    """Asked for labels all the same, it gives them, with the scores that say what they are worth."""
    article = withhold(labelled(FRENCH), model(), any_text=True)
    assert article.out_of_domain is not None
    assert article.out_of_domain > OUT_OF_DOMAIN
    assert all(unit.stances and unit.evidence for unit in article.text_units())


def test_english_keeps_its_labels() -> None:
    """Nothing is taken from an article in English, and what is no text gets no score."""
    before = labelled(f"A title\n\n{ENGLISH}\n\nNobody in the council asked who pays for the ferry.\n")
    after = withhold(before, model())
    assert [(u.id, u.stances, u.evidence) for u in after.units] == [(u.id, u.stances, u.evidence) for u in before.units]
    assert {unit.kind for unit in after.units if unit.out_of_domain is None} == {UnitKind.HEADING}


def test_what_is_outside_takes_no_part_in_linking() -> None:
    """For linking, sentences over the limit are no text; the others keep their place among the scores."""
    article, kept = without_outside(withhold(labelled(f"{ENGLISH} {FRENCH} {ENGLISH}"), model()))
    assert kept.tolist() == [True, True, False, False, True, True]
    assert "pont" not in " ".join(sentences(article))
    assert len(sentences(article)) == 4


def test_examples_are_of_many_kinds() -> None:
    """The lines that it learns from are there, several of each kind."""
    kinds = written_examples()
    assert len(kinds) >= 10
    assert all(len(lines) >= 5 for lines in kinds.values())


@pytest.mark.parametrize(
    "lines",
    [
        ["2031-01-02 INFO the server must start now", "2031-01-02 WARN nobody answered", "2031-01-02 ERROR they lied"],
        ["mayor = find(town)", "if mayor.lied:", "    mayor.must_go()", "print(mayor)"],
    ],
)
def test_records_of_english_words_are_outside(lines: list[str]) -> None:
    """Lines of a log or of code are no prose, however English their words; verse without marks is in."""
    assert model().article_score(lines) > OUT_OF_DOMAIN
    assert model().reason(lines) == "a table, a log or code"
    assert model().article_score(["We must go down to the water", "And ask the boats to stay", "They will not"]) < 0.5
