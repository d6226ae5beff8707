"""The public linking benchmark: conversion to trees, scores, decoding, and the protocol. The texts here are our own."""

import itertools
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.benchmarks.decoding import TreeScores, decode_tree
from argmap.benchmarks.features import TextView, connectives, pair_indices, tokens
from argmap.benchmarks.linker import TreeLinker
from argmap.benchmarks.microtexts import Microtext, Tree, microtext_from_xml, read_folds, read_microtexts
from argmap.benchmarks.protocol import run_splits
from argmap.benchmarks.scorers import Rows
from argmap.benchmarks.scoring import PRECEDING, scores, summary, views
from argmap.cli import main
from argmap.errors import InputError

SHARED = Path(os.environ.get("ARGMAP_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "benchmarks" / "arg-microtexts"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="arg-microtexts is not here (ARGMAP_SHARED)")

FERRY = (
    "The night ferry should keep running.",
    "Nurses on the island take it home after their shift.",
    "Admittedly it loses money every winter.",
    "But the loss is smaller than the price of a second clinic,",
    "and the harbour fees already cover half of it.",
)
FERRY_EDGES = "r1:sup:a2>a1 r2:reb:a3>a1 r3:und:a4>r2 r4:add:a5>r3"
TEXTS = {
    "made_1": (FERRY, FERRY_EDGES),
    "made_2": (
        ("Of course a new bridge is expensive.", "But the old one is closed half the year.", "So we must build it."),
        "r1:reb:a1>a3 r2:und:a2>r1",
    ),
    "made_3": (
        ("The library should open on Sundays.", "Many families have no other free day.", "For example bakers do not."),
        "r1:sup:a2>a1 r2:exa:a3>a2",
    ),
    "made_4": (
        ("It is true that dogs need space.", "Yet the meadow is large enough,", "therefore the ban must go."),
        "r1:reb:a1>a3 r2:reb:a2>a1",
    ),
    "made_5": (
        ("We need the tram.", "Because the buses are full,", "and since the road cannot be widened."),
        "r1:sup:a2>a1 r2:add:a3>r1",
    ),
    "made_6": (
        ("Some say wolves are a threat.", "But hardly a sheep was lost.", "They should stay.", "They thin the deer."),
        "r1:reb:a1>a3 r2:und:a2>r1 r3:sup:a4>a3",
    ),
}


def graph(name: str, segments: Sequence[str], edges: str) -> str:
    """An `arggraph` in the format of the corpus; edges as `id:type:source>target`."""
    numbers = range(1, len(segments) + 1)
    rows = [f'<edu id="e{i}"><![CDATA[{text}]]></edu>' for i, text in zip(numbers, segments, strict=True)]
    rows += [f'<adu id="a{i}" type="pro"/>' for i in numbers]
    rows += [f'<edge id="s{i}" src="e{i}" trg="a{i}" type="seg"/>' for i in numbers]
    for edge in edges.split():
        own, kind, ends = edge.split(":")
        source, target = ends.split(">")
        rows.append(f'<edge id="{own}" src="{source}" trg="{target}" type="{kind}"/>')
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<arggraph id="{name}">{"".join(rows)}</arggraph>'


def made(name: str = "made_1") -> Microtext:
    return microtext_from_xml(graph(name, *TEXTS[name]).encode(), where="made.xml")


def folder(place: Path) -> Path:
    """The texts as a corpus with two splits."""
    inner = place / "corpus" / "en"
    inner.mkdir(parents=True)
    for name, (segments, edges) in TEXTS.items():
        (inner / f"{name}.xml").write_text(graph(name, segments, edges), encoding="utf-8")
    (place / "folds.json").write_text(json.dumps([["made_2", "made_1"], ["made_3"]]), encoding="utf-8")
    return place


def test_undercut_and_addition_become_heads() -> None:
    """An undercut hangs on the first source of what it attacks, and a further source on the first one."""
    text = made()
    assert text.segments == FERRY
    assert text.tree == Tree((0, 1, 1, 3, 4), ("root", "sup", "reb", "und", "link"))
    assert text.tree.simplified().labels == ("root", "sup", "att", "att", "sup")


def test_first_source_is_the_lowest_numbered() -> None:
    """Which source is written as the relation's own does not matter."""
    segments = ("They rain in.", "They creak.", "The huts must be mended.")
    text = microtext_from_xml(graph("x", segments, "r1:sup:a2>a3 r2:add:a1>r1").encode(), where="x")
    assert text.tree == Tree((3, 1, 0), ("sup", "link", "root"))


def test_roles_follow_the_attacks() -> None:
    """An attack on the opponent is the author's own, and support stays on its side."""
    assert made().tree.opposed == (False, False, True, False, False)
    assert Tree((0, 1, 2), ("root", "att", "sup")).opposed == (False, True, True)


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("<arggraph id='x'><edu", "is not well-formed XML"),
        ("", "is not well-formed XML"),
        ("<html/>", "is no argument graph"),
        ("<arggraph/>", "is no argument graph"),
        ("<arggraph id='x'/>", "has no segment"),
        ("<arggraph id='x'><edu id='e1'> </edu></arggraph>", "has no segment, or an empty one"),
        ("<arggraph id='x'><edu>Yes.</edu></arggraph>", "line 1: edu without id"),
        ("<arggraph id='x'><edu id='e1'>Yes.</edu></arggraph>", "segments and units do not pair up"),
        (graph("x", FERRY, "r1:sup:a2>a1"), "has 4 central claims"),
        (graph("x", FERRY[:2], "r1:sup:a2>a1 r2:sup:a1>a2"), "has 0 central claims"),
        (graph("x", FERRY[:3], "r1:sup:a2>a3 r2:sup:a3>a2"), "segment 2 serves itself by a detour"),
        (graph("x", FERRY[:2], "r1:sup:a2>a9"), "r1 has no target: a9"),
        (graph("x", FERRY[:2], "r1:likes:a2>a1"), "r1 (likes) leads from a2 to a1"),
        (graph("x", FERRY[:2], "r1:add:a2>a1"), "r1 (add) leads from a2 to a1"),
        (graph("x", FERRY[:3], "r1:sup:a2>a1 r2:sup:a2>a3"), "segment 2 serves two relations"),
        (graph("x", ("Yes.",) * 21, "r1:sup:a2>a1"), "has 21 segments"),
        (graph("x", FERRY[:2], "r1:seg:e1>a2"), "r1 ties e1 to a2"),
    ],
)
def test_what_is_no_tree_is_refused_in_words(xml: str, words: str) -> None:
    """A file that does not fit is named with what is wrong with it."""
    with pytest.raises(InputError) as caught:
        microtext_from_xml(xml.encode(), where="broken.xml")
    assert str(caught.value).startswith(f"broken.xml: {words}")


@given(st.binary(max_size=200))
@settings(max_examples=60)
def test_any_bytes_end_in_a_refusal(data: bytes) -> None:
    """Hostile files are refused like others."""
    with pytest.raises(InputError):
        microtext_from_xml(data, where="x")


def test_entities_are_not_read_from_elsewhere(tmp_path: Path) -> None:
    """A text cannot pull in a file of the reader's."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden", encoding="utf-8")
    xml = graph("x", ("Keep it.", "See &s;"), "r1:sup:a2>a1").replace("<![CDATA[", "").replace("]]>", "")
    xml = xml.replace("<arggraph", f'<!DOCTYPE arggraph [<!ENTITY s SYSTEM "{secret}">]><arggraph', 1)
    assert "hidden" not in " ".join(microtext_from_xml(xml.encode(), where="x").segments)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[", "is not JSON"),
        ("{}", "holds something else"),
        ("[]", "holds something else"),
        ("[[]]", "holds something else"),
        ("[[1]]", "holds something else"),
        ('[["made_1"], ["nobody"]]', "split 1 names nobody, which the corpus does not hold"),
        ('[["made_1", "made_1"]]', "split 0 names a text twice"),
    ],
)
def test_broken_folds_are_refused_in_words(tmp_path: Path, content: str, words: str) -> None:
    """A folds file that does not fit is named with what is wrong with it."""
    path = tmp_path / "folds.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_folds(path, list(TEXTS))
    assert str(caught.value).startswith(f"{path}: {words}")


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    """Otherwise one text would be trained on and tested."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_text(graph("made_1", FERRY, FERRY_EDGES), encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.xml: has the id made_1 of a\.xml"):
        read_microtexts(tmp_path)


def test_scores_of_a_case_counted_by_hand() -> None:
    """Each measure is what one gets on paper, and gold against itself is 1."""
    gold = Tree((0, 1, 1), ("root", "sup", "reb"))
    found = Tree((0, 1, 2), ("root", "sup", "sup"))
    assert scores([(gold, gold)]) == dict.fromkeys(("cc", "ro", "fu", "at", "LAS"), 1.0)
    got = scores([(gold, found)])
    assert got["cc"] == 1
    assert got["ro"] == pytest.approx((0.8 + 0) / 2)  # pro: precision 2/3, recall 1; opp never found
    assert got["fu"] == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert got["at"] == pytest.approx((0.5 + 0.75) / 2)  # of 6 pairs 2 attach; one of them found, one found wrongly
    assert got["LAS"] == pytest.approx(2 / 3)
    assert len(views(gold)["at"]) == 6


def brute_force(given_scores: TreeScores) -> float:
    """The value of the best tree and roles, by trying all."""
    n = len(given_scores.root)
    return max(
        value_of(given_scores, Tree(heads, ()), opposed)
        for heads in itertools.product(range(n + 1), repeat=n)
        if is_tree(heads)
        for opposed in itertools.product((False, True), repeat=n)
        if not opposed[heads.index(0)]
    )


def value_of(given_scores: TreeScores, tree: Tree, opposed: Sequence[bool]) -> float:
    total = 0.0
    for i, head in enumerate(tree.heads):
        if head == 0:
            total += given_scores.root[i]
        else:
            edges = given_scores.attack if opposed[i] != opposed[head - 1] else given_scores.support
            total += edges[i, head - 1]
        total += given_scores.opposed[i] * opposed[i]
        total += given_scores.change[i] if i and opposed[i] != opposed[i - 1] else 0
    return total


def is_tree(heads: Sequence[int]) -> bool:
    if list(heads).count(0) != 1:
        return False
    for start in range(1, len(heads) + 1):
        node = start
        for _ in heads:
            node = heads[node - 1] if node else 0
        if node:
            return False
    return True


def random_scores(n: int, seed: int) -> TreeScores:
    random = np.random.default_rng(seed)
    return TreeScores(*(random.normal(0, 2, shape) for shape in (n, n, n, (n, n), (n, n))))


@given(st.integers(1, 8), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_what_is_decoded_is_a_tree(n: int, seed: int) -> None:
    """Whatever the scores, there is one central claim, no circle, and a label that fits each head."""
    tree = decode_tree(random_scores(n, seed))
    assert is_tree(tree.heads)
    assert [label == "root" for label in tree.labels] == [head == 0 for head in tree.heads]


def test_decoding_finds_the_best_tree_and_roles() -> None:
    """On small texts, trying everything finds a better answer at most now and then, and never one by far."""
    exact = 0
    for seed in range(40):
        given_scores = random_scores(4, seed)
        tree = decode_tree(given_scores)
        best, found = brute_force(given_scores), value_of(given_scores, tree, tree.opposed)
        assert found <= best + 1e-9
        exact += found > best - 1e-9
    assert exact >= 36


def test_connectives_are_classes_with_a_place() -> None:
    """A phrase counts for its class, and whether it opens the segment is known."""
    from argmap.benchmarks.features import CLASSES

    counts, early = connectives(["the", "tram", "is", "slow", "of", "course"])
    concession = CLASSES.index("concession")
    assert (counts[concession], early[concession]) == (1, 0)
    assert connectives(["of", "course"])[1][concession] == 1
    assert tokens("It’s late, isn't it?") == ["it's", "late", ",", "isn't", "it", "?"]


def test_features_have_a_row_a_segment_and_a_pair() -> None:
    """Texts of any length, one segment included, give matrices of one width and no odd numbers."""
    views = [TextView.of(made(name).segments) for name in TEXTS] + [TextView.of(["One."]), TextView.of(["…", "\u202e"])]
    for view in views:
        n = len(view)
        assert view.segments.shape == (n, views[0].segments.shape[1])
        assert view.pairs.shape == (n * (n - 1), views[0].pairs.shape[1])
        assert np.isfinite(view.segments).all()
        assert np.isfinite(view.pairs).all()
        assert len(pair_indices(n)[0]) == n * (n - 1)


def test_words_of_test_texts_are_not_in_the_vocabulary() -> None:
    """A word that no two training rows have weighs nothing."""
    rows = Rows([frozenset({"ferry", "late"}), frozenset({"ferry"})], np.zeros((2, 1), np.float32))
    linear, _ = rows.matrices([frozenset({"ferry"}), frozenset({"late", "tram"})], np.zeros((2, 1), np.float32))
    assert linear.toarray().tolist() == [[1, 0], [0, 0]]
    assert linear.indices.dtype == np.int32


def test_gold_of_test_texts_does_not_matter() -> None:
    """Trees are predicted without a look at what is right: other gold for the test texts, the same predictions."""
    texts = [made(name) for name in TEXTS]
    other = [
        replace(text, tree=Tree((0, 1, 2), ("root", "reb", "reb"))) if text.id == "made_2" else text for text in texts
    ]
    one, two = (list(run_splits(corpus, [["made_2"]])) for corpus in (texts, other))
    assert [split.trees for split in one] == [split.trees for split in two]
    assert one[0].scores != two[0].scores


def test_a_text_alone_and_among_others_gets_the_same_tree() -> None:
    """Texts do not rub off on each other; one segment alone is its own central claim."""
    linker = TreeLinker().fit([made(name) for name in TEXTS if name != "made_1"])
    texts = [FERRY, ("Keep the kiosk.",), TEXTS["made_2"][0]]
    together = linker.predict(texts)
    assert together == tuple(linker.predict([text])[0] for text in texts)
    assert together[1] == Tree((0,), ("root",))


def test_the_command_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table stands on stdout beside the peer's row, and each predicted tree in the file, scored as anyone would."""
    place, target = folder(tmp_path), tmp_path / "trees.jsonl"
    assert main(["bench", "microtexts", str(place), "--predictions", str(target), "--jobs", "1"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "6 texts, 21 segments: 4 sup, 1 exa, 2 link, 5 reb, 3 und, 6 root"
    assert lines[2].split() == ["cc", "ro", "fu", "at", "LAS"]
    assert lines[4].split()[-5:] == ["0.868", "0.755", "0.751", "0.717", "0.519"]
    own = [float(value) for value in lines[5].split()[-5:]]
    assert "2 splits in" in captured.err
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [(row["split"], row["text"]) for row in rows] == [(0, "made_2"), (0, "made_1"), (1, "made_3")]
    assert all(set(row) == {"split", "text", "heads", "labels"} and is_tree(row["heads"]) for row in rows)
    by_split = [
        [(made(r["text"]).tree, Tree(tuple(r["heads"]), tuple(r["labels"]))) for r in rows if r["split"] == k]
        for k in (0, 1)
    ]
    again = summary([scores(pairs) for pairs in by_split])
    assert own == pytest.approx([again[name][0] for name in ("cc", "ro", "fu", "at", "LAS")], abs=6e-4)


def test_bad_input_is_refused_before_the_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing folder, folds or place to write to, and broken XML are one line each and exit code 3."""
    place = folder(tmp_path / "corpus-folder")
    broken = folder(tmp_path / "broken")
    (broken / "corpus" / "en" / "made_3.xml").write_text("<arggraph", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for arguments, words in (
        ([str(tmp_path / "nowhere")], "nowhere: no such folder; expected the arg-microtexts corpus"),
        ([str(empty)], "empty: holds no text; expected corpus/en/*.xml"),
        ([str(broken)], "made_3.xml: is not well-formed XML"),
        ([str(place), "--folds", str(empty / "folds.json")], "folds.json: no such file; expected the published splits"),
        ([str(place), "--predictions", str(empty / "x" / "y.jsonl")], "the folder does not exist"),
    ):
        assert main(["bench", "microtexts", *arguments]) == 3
        captured = capsys.readouterr()
        assert captured.out == ""
        (line,) = captured.err.splitlines()
        assert words in line


def test_splits_that_leave_nothing_to_learn_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Testing on every text is refused in words."""
    place = folder(tmp_path)
    (place / "folds.json").write_text(json.dumps([list(TEXTS)]), encoding="utf-8")
    assert main(["bench", "microtexts", str(place), "--jobs", "1"]) == 3
    assert "is left to learn from" in capsys.readouterr().err


@needs_corpus
def test_the_corpus_converts_to_the_published_counts() -> None:
    """112 trees over 576 segments, with as many of each label as the published conversion has."""
    texts = read_microtexts(CORPUS)
    assert (len(texts), sum(map(len, texts))) == (112, 576)
    labels = Counter(label for text in texts for label in text.tree.labels)
    assert labels == {"sup": 263, "exa": 9, "link": 21, "reb": 108, "und": 63, "root": 112}


@needs_corpus
def test_attaching_to_the_preceding_scores_as_published() -> None:
    """Our measures give the known figures for a known baseline on the 50 published splits."""
    texts = {text.id: text for text in read_microtexts(CORPUS)}
    folds = read_folds(CORPUS / "folds.json", list(texts))
    assert len(folds) == 50
    chains = {name: Tree(tuple(range(len(text))), ("root", *["sup"] * (len(text) - 1))) for name, text in texts.items()}
    found = summary([scores((texts[name].tree, chains[name]) for name in fold) for fold in folds])
    assert [round(mean, 3) for mean, _ in found.values()] == list(PRECEDING[1])
