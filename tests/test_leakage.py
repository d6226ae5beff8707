"""Texts on both sides of a split, contradicting labels, label drift, and folds."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.annotations import AnnotatedArticle, Link, write_article
from argmap.cli import main
from argmap.document import Document, Span, Unit
from argmap.errors import InputError, UsageError
from argmap.evaluation.drift import Turn, drift
from argmap.evaluation.folds import stratified_folds
from argmap.evaluation.leakage import SENTENCE_THRESHOLD, LeakKind, contradictions, find_leaks, refuse_leaks
from argmap.labels import RelationKind, Stance, UnitKind

A, Q, R = Stance.ACCUSATION, Stance.QUOTATION, Stance.RECOMMENDATION
Labelled = str | tuple[str, Stance]
PIER = "The harbour board signed the lease for the old pier without asking a single fisherman."
GRAIN = "Every sack of grain that left the valley that winter was weighed twice and paid once."
LAMPS = "Nobody has told the night nurses why the lamps on the east stair stay dark after ten."
BUSES = "Two buses a day would bring the pupils of nine villages to school without a private car."


def article(
    name: str, *sentences: Labelled, links: tuple[Link, ...] = (), thesis: str | None = None
) -> AnnotatedArticle:
    """An article of these sentences, with the stance of each that has one."""
    pairs = [(entry, ()) if isinstance(entry, str) else (entry[0], (entry[1],)) for entry in sentences]
    text = " ".join(sentence for sentence, _ in pairs)
    units, start = [], 0
    for number, (sentence, stances) in enumerate(pairs, 1):
        units.append(Unit(f"u{number}", Span(start, start + len(sentence)), UnitKind.TEXT, stances))
        start += len(sentence) + 1
    document = Document(name, text, units=tuple(units))
    return AnnotatedArticle(document, links, thesis, "a", "CC0-1.0", "en", "1.2", None, inline=True)


def test_a_near_duplicate_sentence_names_both_lines() -> None:
    """One word replaced in a long sentence is a leak, with both places and how alike they are."""
    near = PIER.replace("single", "solitary")
    (leak,) = find_leaks([article("test", GRAIN, near)], [article("train", LAMPS, BUSES, PIER)])
    assert leak.kind is LeakKind.SENTENCE
    assert SENTENCE_THRESHOLD <= leak.similarity < 1
    assert str(leak).startswith("test:3: nearly the same sentence as at train:4 (0.8")


@pytest.mark.parametrize(
    "other",
    [
        PIER.upper(),
        PIER.replace(".", "!"),
        "“" + PIER + "”",
        PIER.replace("i", "i\u200b\u00ad"),
        PIER.replace("e", "é"),
        PIER.replace("e", "e\u0301"),
        PIER.replace(" ", "\u00a0"),
    ],
)
def test_case_punctuation_and_unseen_signs_do_not_hide_a_leak(other: str) -> None:
    """The same words are the same sentence."""
    (leak,) = find_leaks([article("test", other)], [article("train", GRAIN, LAMPS, PIER)])
    assert leak.similarity == 1 or leak.kind is LeakKind.ARTICLE


def test_an_article_that_was_cut_is_the_same_article() -> None:
    """Half of an article, printed elsewhere, is named once as an article and not sentence by sentence."""
    (leak,) = find_leaks([article("test", PIER, GRAIN)], [article("train", LAMPS, PIER, GRAIN, BUSES)])
    assert leak.kind is LeakKind.ARTICLE
    assert str(leak).startswith("test:1: the same article as at train:1 (1.00 alike)") or leak.similarity > 0.8


@pytest.mark.parametrize("sentence", ["We were told so.", "That is not good enough, and they know."])
def test_what_everybody_writes_is_no_leak(sentence: str) -> None:
    """Short sentences recur by themselves, and other sentences share small words."""
    assert find_leaks([article("test", sentence, PIER)], [article("train", "We were told so.", GRAIN)]) == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdefghijkl"), min_size=8, max_size=14), min_size=1, max_size=6),
    st.lists(st.lists(st.sampled_from("abcdefghijkl"), min_size=8, max_size=14), min_size=1, max_size=6),
)
def test_the_index_misses_nothing(first: list[list[str]], second: list[list[str]]) -> None:
    """The fast search finds exactly the sentences that comparing all with all finds."""

    def alike(left: Sequence[str], right: Sequence[str]) -> float:
        return len(set(left) & set(right)) / len(set(left) | set(right))

    tested = [article(f"t{number}", " ".join(words)) for number, words in enumerate(first)]
    others = [article(f"o{number}", " ".join(words)) for number, words in enumerate(second)]
    found = {leak.first.file for leak in find_leaks(tested, others)}
    wanted = {
        f"t{number}" for number, words in enumerate(first) if max(alike(words, o) for o in second) >= SENTENCE_THRESHOLD
    }
    shared = {leak.first.file for leak in find_leaks(tested, others) if leak.kind is LeakKind.ARTICLE}
    assert found - shared == wanted - shared


def test_a_leak_is_refused_with_what_to_do() -> None:
    """A gate names the first leak and how many more there are."""
    with pytest.raises(InputError, match="1 more") as caught:
        refuse_leaks([article("test", PIER, BUSES, GRAIN, LAMPS)], [article("x", PIER), article("y", GRAIN)])
    assert "put both articles into the same fold" in str(caught.value)
    refuse_leaks([article("test", PIER)], [article("x", GRAIN)])


def test_the_same_sentence_with_two_labels() -> None:
    """Equal words with other stances contradict each other, with both lines and labels; equal labels do not."""
    found = contradictions([article("x", (PIER, A), GRAIN), article("y", LAMPS, (PIER.lower(), Q), GRAIN)])
    (line,) = map(str, found)
    assert line.startswith("y:3: the same sentence is labelled otherwise at x:2 (quotation, no evidence here, acc")
    assert contradictions([article("x", (PIER, A)), article("y", (PIER, A))]) == ()


def test_drift_counts_what_was_given_and_taken() -> None:
    """Each label's changes are counted by article and span; articles come, go and are rewritten by name."""
    then = [
        article("kept", (PIER, A), GRAIN, links=(Link("u2", "u1", RelationKind.SUPPORT),), thesis="u1"),
        article("gone", LAMPS),
        article("edited", BUSES),
    ]
    now = [
        article("kept", (PIER, R), (GRAIN, R), links=(Link("u2", "u1", RelationKind.ATTACK),), thesis="u2"),
        article("new", GRAIN),
        article("edited", BUSES + " Now."),
    ]
    found = drift(then, now, resamples=10)
    assert (found.added, found.removed, found.rewritten, found.articles) == (("new",), ("gone",), ("edited",), 1)
    assert {label: turn for label, turn in found.turns.items() if turn != Turn(0, 0)} == {
        "stance accusation": Turn(0, 1),
        "stance recommendation": Turn(2, 0),
        "link support": Turn(0, 1),
        "link attack": Turn(1, 0),
        "thesis": Turn(1, 1),
    }
    assert found.relabelled == ("kept:2", "kept:3")
    assert found.agreement is not None
    assert drift([], now).agreement is None


def test_drift_of_two_annotators() -> None:
    """A text that two people label is compared person by person, with how far they agreed then and agree now."""

    def by(annotator: str, *sentences: Labelled) -> AnnotatedArticle:
        return replace(article("shared", *sentences), annotator=annotator)

    then = [by("a", (PIER, A), GRAIN, (LAMPS, R)), by("b", PIER, (GRAIN, A), (LAMPS, R))]
    now = [by("b", (PIER, A), GRAIN, (LAMPS, R)), by("a", (PIER, A), GRAIN, (LAMPS, R))]
    found = drift(then, now, resamples=10)
    assert (found.articles, found.added, found.removed) == (2, (), ())
    assert found.turns["stance accusation"] == Turn(1, 1)
    assert found.annotators_then["a", "b"].figures["kappa accusation"].value < 0
    assert found.annotators_now["a", "b"].figures["kappa accusation"].value == 1
    assert drift(now[:1], [replace(now[0], annotator="c")], resamples=10).articles == 1
    with pytest.raises(InputError, match="the same text by the same annotator as in shared"):
        drift(then, [*now, now[0]])


def many(number: int) -> list[AnnotatedArticle]:
    """Articles of which every third accuses, and each has sentences of its own."""
    return [
        article(f"d{n:02}", (f"{PIER} {n}", A) if n % 3 == 0 else f"{PIER} {n}", (f"{GRAIN} {n}", Q))
        for n in range(number)
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 7), st.integers(7, 30), st.integers(0, 5))
def test_folds_hold_each_article_once(number: int, articles: int, seed: int) -> None:
    """Every article is in one fold, sizes differ by one at most, and the order of the articles does not matter."""
    folds = stratified_folds(many(articles), number, seed=seed)
    assert sorted(name for ids in folds.values() for name in ids) == [f"d{n:02}" for n in range(articles)]
    assert max(map(len, folds.values())) - min(map(len, folds.values())) <= 1
    assert stratified_folds(many(articles)[::-1], number, seed=seed) == folds


def test_folds_have_like_shares() -> None:
    """A label that a third of the articles have is in each fold as often as whole articles allow."""
    folds = stratified_folds(many(30), 5)
    rare = {f"d{n:02}" for n in range(0, 30, 3)}
    assert [len(rare & set(ids)) for ids in folds.values()] == [2] * 5
    for bad in (1, 31):
        with pytest.raises(UsageError, match=f"{bad} folds of 30 articles"):
            stratified_folds(many(30), bad)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four labelled articles on disk, of which two share a sentence."""
    folder = tmp_path / "labels"
    folder.mkdir()
    texts = {"one": (PIER, GRAIN), "two": (BUSES, LAMPS), "three": (BUSES[:-1] + " at all.", PIER), "four": (LAMPS,)}
    for name, sentences in texts.items():
        write_article(
            article(name, *(f"{s} {name} {name}" if s != PIER else s for s in sentences)), folder / f"{name}.jsonl"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_leaks_are_listed_by_line(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 and a line a leak between folds; 0 where the folds share nothing; 3 where the split has one fold."""
    (work / "s.json").write_text(json.dumps({"train": ["one", "two"], "test": ["three"]}), encoding="utf-8")
    assert main(["annotations", "leaks", "labels", "--split", "s.json"]) == 1
    printed = capsys.readouterr()
    assert "labels/one.jsonl:2: the same sentence as at labels/three.jsonl:3 (1.00 alike): The harbour" in printed.out
    (work / "s.json").write_text(json.dumps({"train": ["one"], "test": ["two"]}), encoding="utf-8")
    assert main(["annotations", "leaks", "labels", "--split", "s.json"]) == 0
    assert main(["annotations", "leaks", "labels/one.jsonl", "--against", "labels/three.jsonl"]) == 1
    (work / "s.json").write_text(json.dumps({"train": ["one"], "test": []}), encoding="utf-8")
    assert main(["annotations", "leaks", "labels", "--split", "s.json"]) == 3


def test_folds_are_frozen(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file that is written is a split file; it is not dealt anew unasked, and again gives the same bytes."""
    command = ["annotations", "folds", "labels", "-k", "2", "-o", "folds.json"]
    assert main(command) == 0
    first = (work / "folds.json").read_bytes()
    assert {name for key, ids in json.loads(first).items() if key != "note" for name in ids} == {
        "one", "two", "three", "four",
    }  # fmt: skip
    assert main(command) == 3
    assert "is there already" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0
    assert (work / "folds.json").read_bytes() == first
    assert main(["annotations", "folds", "labels", "-k", "9", "-o", "more.json"]) == 2


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_stats_against_a_revision(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stood at a revision of git is compared with what stands now, without touching the checkout."""
    git(work, "init", "-q")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "labels")
    path = work / "labels" / "four.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"stances": []', '"stances": ["accusation"]'), encoding="utf-8"
    )
    before = path.read_bytes()
    assert main(["annotations", "stats", "labels", "--against", "HEAD"]) == 0
    printed = capsys.readouterr().out
    assert "  stance accusation" in printed
    assert "4 articles compared, 1 unit relabelled\n  labels/four.jsonl:2\n" in printed
    assert path.read_bytes() == before
    assert main(["annotations", "stats", "labels", "--against", "HEAD", "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["drift"]["labels"]["stance accusation"] == {"given": 1, "taken": 0}
    assert main(["annotations", "stats", "labels", "--against", "labels"]) == 0
    printed = capsys.readouterr().out
    assert "0 units relabelled" in printed
    assert "agreement of annotators" not in printed
    (work / "second").mkdir()
    (work / "second" / "four.jsonl").write_bytes(before.replace(b'"annotator": "a"', b'"annotator": "b"'))
    assert main(["annotations", "stats", "labels", "second", "--against", "labels"]) == 0
    assert "agreement of annotators a and b\n  kappa accusation" in capsys.readouterr().out


@pytest.mark.parametrize("revision", ["nonesuch", "--output=x", "HEAD:labels", "a\0b", ""])
def test_no_such_revision(revision: str, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is neither a path nor a revision is bad input in one line, whatever it looks like."""
    git(work, "init", "-q")
    assert main(["annotations", "stats", "labels", f"--against={revision}"]) in {2, 3}
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("argmap: error: ")
    assert sorted(path.name for path in work.iterdir()) == [".git", "labels"]
