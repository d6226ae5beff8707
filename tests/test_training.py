"""Training: deterministic by seed, honest about what it cannot learn from, and leaving nothing behind."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import essay, own_articles, small_model

from argmap.annotations import AnnotatedArticle, Problem
from argmap.document import Unit
from argmap.errors import EXIT_BAD_INPUT, InputError
from argmap.labels import STANCES, RelationKind, Stance
from argmap.models import Model, save_model
from argmap.training import card_of, train


def bytes_of(model: Model, folder: Path) -> dict[str, bytes]:
    save_model(model, folder, card=card_of(model))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Trained twice on the same articles with the same seed, a model is the same to the last byte."""
    again = train(own_articles(), model_id="small")
    assert bytes_of(again, tmp_path / "two") == bytes_of(small_model(), tmp_path / "one")


def test_the_seed_and_further_texts_matter() -> None:
    """Another seed gives other networks; unlabelled texts teach words that the labelled ones do not hold."""
    said: list[str] = []
    other = train(own_articles(), seed=1, unlabelled=[essay(120)] * 3, report=said.append)
    one = small_model()
    assert not np.array_equal(one.links.pairs.layers[0][1], other.links.pairs.layers[0][1])
    assert "engineer" in set(other.stance.features_.vectors_.words) - set(one.stance.features_.vectors_.words)
    assert not other.stance.features_.unlabelled
    assert (one.info["seed"], other.info["seed"]) == (0, 1)
    assert len(said) >= 5


def test_what_a_model_says_of_itself() -> None:
    """The description holds the training texts' hashes, versions, and figures by cross-validation."""
    info = small_model().info
    assert info["training"]["articles"] == {a.document.id: a.document.text_sha256 for a in own_articles()}
    assert set(info["created_with"]) == {"argmap", "python", "scikit-learn", "numpy", "networkx"}
    f1 = info["metrics"]["stance_f1"]
    assert list(f1) == [stance.value for stance in STANCES]
    assert info["metrics"]["stance_macro_f1"] == pytest.approx(sum(f1.values()) / 3, abs=1e-4)
    assert 0.3 < info["metrics"]["stance_macro_f1"] < 0.95
    assert all(error < 0.15 for error in info["metrics"]["calibration_error"].values())


def refused(articles: list[AnnotatedArticle], *facts: str) -> None:
    with pytest.raises(InputError) as caught:
        train(articles)
    assert caught.value.exit_code == EXIT_BAD_INPUT
    for fact in facts:
        assert fact in str(caught.value)


def test_the_same_article_twice_is_refused() -> None:
    """A text that stands twice would be on both sides of a fold: by its text or by its id, it is named."""
    articles = list(own_articles())
    first = articles[0]
    renamed = replace(first, document=replace(first.document, id="another"))
    rewritten = replace(first, document=replace(first.document, text=first.document.text + "\n"))
    refused([*articles, first], first.document.id, "twice")
    refused([*articles, renamed], "another", "twice")
    refused([*articles, rewritten], first.document.id, "twice")


def test_too_few_articles() -> None:
    """Nothing to learn from is said in one line."""
    refused([], "no labelled sentences")
    refused(list(own_articles()[:4]), "4 labelled articles", "at least 5")


def relabelled(article: AnnotatedArticle, without: Stance) -> AnnotatedArticle:
    def change(unit: Unit) -> Unit:
        return replace(unit, stances=tuple(stance for stance in unit.stances if stance is not without))

    return replace(article, document=article.document.with_units(tuple(map(change, article.document.units))))


def test_a_stance_that_never_occurs() -> None:
    """A stance without an example cannot be learned."""
    none = [relabelled(article, Stance.QUOTATION) for article in own_articles()]
    refused(none, "no sentence is labelled quotation")
    refused([own_articles()[0], *none[1:]], "too few articles with sentences labelled quotation")


def test_links_are_needed() -> None:
    """Articles without links teach no linking."""
    refused([replace(article, links=()) for article in own_articles()], "too few hand-labelled links")


def test_links_of_both_kinds_and_theses_are_needed() -> None:
    """What one article alone shows cannot be checked on another, and it is said what is missing, by name."""
    first, *others = own_articles()
    supports = [replace(a, links=tuple(link for link in a.links if link.kind is RelationKind.SUPPORT)) for a in others]
    refused([first, *supports], "too few articles with a link of kind attack")
    refused([first, *(replace(article, thesis=None) for article in others)], "too few articles with a thesis")


def test_articles_whose_labels_do_not_lie_on_their_text_are_left_out() -> None:
    """An article with many faults is left out and named; one with few is kept."""
    said: list[str] = []
    many, few = own_articles()[0], own_articles()[1]
    fault = Problem(Path("a.jsonl"), 3, "past the end", "")
    many = replace(many, faults=(fault,) * (len(many.document.units) // 5))
    few = replace(few, faults=(fault,))
    model = train([many, few, *own_articles()[2:7]], report=said.append)
    assert many.document.id not in model.training_texts
    assert few.document.id in model.training_texts
    assert [line for line in said if "left out" in line and many.document.id in line and few.document.id not in line]
