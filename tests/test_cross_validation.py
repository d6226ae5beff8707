"""Cross-validation: what is trained on and tested, the pooled figures, what is refused; and the same from the shell."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_models import learner, many_articles, skilled, unlabelled
from small_models import NAMES, ROOT, own_articles
from test_gate_formats import schema, valid

from argmap.annotations import AnnotatedArticle, read_articles, write_article
from argmap.cli import main
from argmap.errors import InputError, UsageError
from argmap.evaluation.cross_validation import cross_validate
from argmap.evaluation.evaluate import System, evaluate
from argmap.evaluation.folds import stratified_folds
from argmap.evaluation.report import as_json, text_report

FILES = [str(ROOT / "annotations" / "own" / f"{name}.jsonl") for name in NAMES]
ARTICLES = many_articles(24)
FOLDS = stratified_folds(ARTICLES, 4)
ID = "made"


def test_no_model_sees_what_it_is_tested_on() -> None:
    """Each fold is scored by a model that was trained on all articles outside it, and on nothing else."""
    seen: list[tuple[set[str], set[str]]] = []

    def fit(training: Sequence[AnnotatedArticle]) -> System:
        made = skilled(ARTICLES, 0.7)
        trained, tested = {article.document.id for article in training}, set[str]()
        seen.append((trained, tested))

        def mapped(document):  # type: ignore[no-untyped-def]
            tested.add(document.id)
            return made.map_document(document)

        return System("m", mapped, made.link_document)

    cross_validate(ARTICLES, FOLDS, fit, model=ID, resamples=20)
    assert [tested for _, tested in seen] == [set(docs) for docs in FOLDS.values()]
    everything = {article.document.id for article in ARTICLES}
    assert all(trained == everything - tested for trained, tested in seen)


def test_figures_are_those_of_all_articles_together() -> None:
    """With one and the same system for every fold, cross-validation gives the figures of a plain evaluation."""
    made = skilled(ARTICLES, 0.7, name=ID)
    plain = evaluate(ARTICLES, made, resamples=50, seed=3)
    found = cross_validate(ARTICLES, FOLDS, lambda _: made, model=ID, resamples=50, seed=3)
    assert found.figures == plain.figures
    assert [article.doc for article in found.articles] == [article.doc for article in plain.articles]
    mine, other = as_json(found), as_json(plain)
    folds = mine.pop("cross_validation")
    assert mine == other
    assert [fold["trained_on"] for fold in folds] == [18, 18, 18, 18]
    assert {doc for fold in folds for doc in fold["articles"]} == {article.document.id for article in ARTICLES}
    first = evaluate([a for a in ARTICLES if a.document.id in FOLDS["fold1"]], made, resamples=1)
    assert folds[0]["macro_f1"] == pytest.approx(first.figures["stance.macro_f1"].value, abs=1e-6)
    assert "Fold by fold" in "\n".join(line for _, line in text_report(found))
    assert "Fold by fold" not in "\n".join(line for _, line in text_report(plain))


def test_the_number_of_jobs_changes_no_figure() -> None:
    """Two processes give what one gives."""
    fit = learner(ARTICLES[:8], lambda _: 0.7)
    folds = stratified_folds(ARTICLES[:8], 2)
    one, two = (cross_validate(ARTICLES[:8], folds, fit, model=ID, resamples=20, jobs=jobs) for jobs in (1, 2))
    assert as_json(one) == as_json(two)


def test_a_label_that_training_would_lack_is_named() -> None:
    """Where all accusations lie in one fold, it is refused before any training, with the fold and the label."""
    held = set(FOLDS["fold2"])
    articles = [article if article.document.id in held else unlabelled(article, "accusation") for article in ARTICLES]
    with pytest.raises(InputError, match="without fold2: the 18 articles left to train on hold no accusation"):
        cross_validate(articles, FOLDS, lambda _: pytest.fail("nothing is trained"), model=ID)


def test_what_training_refuses_names_the_fold() -> None:
    """An error of training says in which fold it was; what a check refuses is said before any training."""

    def refuse(_: Sequence[AnnotatedArticle]) -> System:
        raise InputError("too little", expected="more")

    with pytest.raises(InputError, match="without fold1: too little; expected more"):
        cross_validate(ARTICLES, FOLDS, refuse, model=ID)
    with pytest.raises(InputError, match="without fold1: too little"):
        cross_validate(ARTICLES, FOLDS, lambda _: pytest.fail("trained"), model=ID, check=refuse)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("folds", "words"),
    [
        ({"a": [article.document.id for article in ARTICLES]}, "1 fold of 24"),
        ({"a": FOLDS["fold1"], "b": FOLDS["fold2"]}, "is not in exactly one fold"),
        ({**FOLDS, "twice": FOLDS["fold1"]}, "is not in exactly one fold"),
        ({**FOLDS, "other": ["nobody"]}, "'nobody' is not in exactly one fold"),
    ],
)
def test_folds_that_are_none(folds: dict[str, Sequence[str]], words: str) -> None:
    """Each article is in one fold, and there are two or more."""
    with pytest.raises(UsageError, match=words):
        cross_validate(ARTICLES, folds, lambda _: pytest.fail("trained"), model=ID)


def test_an_empty_fold_and_a_text_twice() -> None:
    """Neither a fold without articles nor an article under two ids goes through."""
    with pytest.raises(InputError, match="fold 'none' has no article"):
        cross_validate(ARTICLES, {**FOLDS, "none": []}, lambda _: pytest.fail("trained"), model=ID)
    with pytest.raises(InputError, match="the same text"):
        cross_validate([*ARTICLES, replace(ARTICLES[0])], FOLDS, lambda _: pytest.fail("trained"), model=ID)


# ---- from the shell


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Training on eight own articles that takes no time; the sizes of what it was given."""
    sizes: list[int] = []

    def fitted(articles: Sequence[AnnotatedArticle], recipe: object) -> System:
        del recipe
        sizes.append(len(articles))
        return skilled(own_articles(), 0.75)

    monkeypatch.setattr("argmap.cli.fitting._fitted", fitted)
    return sizes


def cross(*arguments: str) -> int:
    return main(["evaluate", *FILES, "--cross-validate", "--resamples", "20", *arguments])


def test_three_folds_from_the_shell(quick: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tables of `evaluate` and one of folds; --report writes what --format json prints, by the schema."""
    assert cross("--folds", "3", "--report", str(tmp_path / "r.json")) == 0
    out = capsys.readouterr().out
    assert out.startswith("fast tier, 3-fold cross-validation on hand-cut sentences: 8 articles")
    assert "\nFold by fold" in out
    assert "\nCross-validation: each of 3 folds" in out
    assert sorted(quick) == [5, 5, 6]
    assert cross("--folds", "3", "--format", "json") == 0
    printed = capsys.readouterr().out
    assert printed == (tmp_path / "r.json").read_text(encoding="utf-8")
    value = json.loads(printed)
    valid(value, schema("argmap-report-2.schema.json"), schema("argmap-report-2.schema.json"))
    assert [len(fold["articles"]) for fold in value["cross_validation"]] == [3, 3, 2]


@pytest.mark.usefixtures("quick")
def test_frozen_folds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`annotations folds` deals once, --split takes its folds; with --fold one fold's articles are dealt anew."""
    frozen = str(tmp_path / "folds.json")
    assert main(["annotations", "folds", *FILES, "-k", "3", "--seed", "4", "-o", frozen]) == 0
    assert cross("--split", frozen, "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)["cross_validation"]
    file = json.loads(Path(frozen).read_text(encoding="utf-8"))
    assert {fold["name"]: fold["articles"] for fold in shown} == {name: file[name] for name in file if name != "note"}
    ids = [article.document.id for article in own_articles()]
    Path(frozen).write_text(json.dumps({"train": ids[:7], "test": ids[7:]}), encoding="utf-8")
    assert cross("--split", frozen, "--fold", "train", "--folds", "3", "--format", "json") == 3
    assert "4 labelled articles; expected at least 5" in capsys.readouterr().err
    odd = {"\ud800\u202e": ids[:3], "b\n": ids[3:6], "c": [*ids[6:], "gone"]}
    Path(frozen).write_text(json.dumps(odd), encoding="utf-8")
    assert cross("--split", frozen, "--format", "json") == 0
    captured = capsys.readouterr()
    assert "1 article of its folds not among these annotations" in captured.err
    shown = json.loads(captured.out)["cross_validation"]
    assert [fold["name"] for fold in shown] == ["\\ud800\\u202e", "b\\n", "c"]
    Path(frozen).write_text(json.dumps({"a": ids[:4], "b": ids[3:]}), encoding="utf-8")
    assert cross("--split", frozen) == 3
    assert f"{ids[3]} is in the folds a and b" in capsys.readouterr().err
    Path(frozen).write_text(json.dumps({"a": ids, "b": ["other"]}), encoding="utf-8")
    assert cross("--split", frozen) == 3
    assert "fewer than two folds have any of these articles" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_a_gate_on_cross_validation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gate holds the pooled figures, with a baseline by cross-validation; its files are those of any gate."""
    gate = tmp_path / "gate.toml"
    gate.write_text(
        "resamples = 500\n[floors]\nstance.macro_f1 = 0.2\n[drops]\nstance.macro_f1 = 0.1\n", encoding="utf-8"
    )
    assert cross("--folds", "3", "--report", str(tmp_path / "base.json")) == 0
    options = ["--folds", "3", "--gate", str(gate), "--baseline", str(tmp_path / "base.json")]
    assert cross(*options, "--report", str(tmp_path / "out")) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("PASS: ")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.json", "gate.json", "junit.xml", "summary.md", "metrics.txt"} <= names
    gate.write_text("resamples = 500\n[floors]\nstance.macro_f1 = 0.99\n", encoding="utf-8")
    assert cross("--folds", "3", "--gate", str(gate)) == 1


@pytest.mark.usefixtures("quick")
def test_a_leak_between_folds_is_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a gate or without, an article that stands nearly the same in two folds is refused by file and line."""
    folder = tmp_path / "labels"
    folder.mkdir()
    for article in (*many_articles(8), many_articles(9)[8]):
        write_article(article, folder / f"{article.document.id}.jsonl")
    gate = tmp_path / "gate.toml"
    gate.write_text("[floors]\nstance.macro_f1 = 0.2\n", encoding="utf-8")
    copies = {f"{NAMES[0]}-0", f"{NAMES[0]}-1"}
    ids = [article.document.id for article in read_articles([folder])]
    split = tmp_path / "folds.json"
    halves = {"a": [*[i for i in ids if i not in copies][:4], f"{NAMES[0]}-0"]}
    halves["b"] = [i for i in ids if i not in halves["a"]]
    split.write_text(json.dumps(halves), encoding="utf-8")
    for options in (["--cross-validate", "--gate", str(gate)], ["--cross-validate"], ["--learning-curve"]):
        assert main(["evaluate", str(folder), "--split", str(split), "--resamples", "20", *options]) == 3
        error = capsys.readouterr().err
        assert "the same article as at" in error
        assert f"{NAMES[0]}-1.jsonl:1" in error


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--folds", "9"], 2, "9 folds of 8 articles; expected from 2 to as many as articles"),
        (["--folds", "1"], 2, "should be greater than or equal to 2"),
        (["--folds", "2"], 3, "without fold1: 4 labelled articles; expected at least 5"),
        (["--model", "fast"], 2, "--cross-validate with --model"),
        (["--swap-names"], 2, "--cross-validate with --swap-names"),
        (["--into-card", "x"], 2, "--cross-validate with --into-card"),
        (["--allow-training-articles"], 2, "--cross-validate with --allow-training-articles"),
        (["--learning-curve"], 2, "both --cross-validate and --learning-curve"),
        (["--fold", "test"], 2, "--fold test without --split"),
        (["--split", str(ROOT / "annotations" / "splits.json"), "--folds", "3"], 2, "--folds with --split"),
        (["--split", "none.json"], 3, "none.json: no such file"),
        (["--seed", str(2**32)], 2, "--seed 4294967296"),
        (["--baseline", "b.json"], 2, "a baseline without --gate"),
    ],
)
def test_wrong_calls(
    arguments: list[str], code: int, words: str, quick: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, nothing on stdout, and nothing was trained."""
    assert cross(*arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert words in line
    assert quick == []


@pytest.mark.parametrize("option", [["--folds", "3"], ["--encoder", "x"], ["--jobs", "2"]])
def test_options_of_training_need_training(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without --cross-validate or --learning-curve nothing is trained, and what is about training is refused."""
    assert main(["evaluate", *FILES, *option]) == 2
    assert f"{option[0]} without --cross-validate or --learning-curve" in capsys.readouterr().err


def test_an_encoder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """An encoder is handed to training, whose refusal (bad input, or no PyTorch) comes through as one line."""
    assert cross("--folds", "3", "--encoder", "no/such/encoder") in {3, 4}
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_with_real_training(capsys: pytest.CaptureFixture[str]) -> None:
    """The fast tier is trained three times on five or six articles, and gives the same bytes again."""
    assert cross("--folds", "3", "--format", "json") == 0
    value = json.loads(capsys.readouterr().out)
    assert 0 < value["metrics"]["stance.macro_f1"]["value"] < 1
    assert np.array(value["confusion"]["counts"]).sum() == value["support"]["sentences"]
