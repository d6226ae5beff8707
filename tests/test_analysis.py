"""The questions asked of a map: verdicts against Dung's definition, the rest against the map itself, and by eye."""

import json
import time
from pathlib import Path

import networkx as nx
import pytest
from argument_maps import map_from_text, maps
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering_maps import build, chain

from argmap.analysis import (
    Side,
    Standing,
    analyse,
    chains,
    circular_support,
    compare,
    contested,
    lint,
    load_bearing,
    own_claims,
    sides,
    sourcing,
    without_evidence,
)
from argmap.analysis.lint import LintRule
from argmap.analysis.markdown import analysis_markdown, comparison_markdown
from argmap.analysis.report import Cited, first_words, sections
from argmap.analysis.report_json import dump_analyses
from argmap.cli.analysis_text import AnalysisWriter
from argmap.document import Attribution, Document, Span, Unit
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind, Stance

GOLDEN = sorted((Path(__file__).parent / "golden" / "analysis").glob("*.txt"))

Framework = dict[object, set[object]]  # each argument with its attackers


def framework(argument_map: ArgumentMap) -> Framework:
    """The map as attacks alone: what an argument needs is an attacker that the needed one attacks."""
    attackers: Framework = {name: set() for name in argument_map.incidence}
    for relation in argument_map.relations:
        for source in relation.sources:
            attackers["without", source] = {source}
            attackers[relation.id].add(("without", source))
        if relation.kind is RelationKind.ATTACK:
            attackers[relation.target].add(relation.id)
        else:
            attackers.setdefault(("groundless", relation.target), set()).add(relation.id)
            attackers[relation.target].add(("groundless", relation.target))
    return attackers


def grounded(attackers: Framework) -> set[object]:
    """Dung (1995): the least fixed point of what is acceptable with respect to a set."""
    extension: set[object] = set()
    while True:
        acceptable = {
            argument
            for argument, against in attackers.items()
            if all(attackers[attacker] & extension for attacker in against)
        }
        if acceptable == extension:
            return extension
        extension = acceptable


@settings(max_examples=100, deadline=None)
@given(maps())
def test_what_stands_is_the_grounded_extension(argument_map: ArgumentMap) -> None:
    """The one sweep finds Dung's grounded extension of the framework that the module's docstring describes."""
    extension = grounded(framework(argument_map))
    stands = Standing(argument_map).stands
    assert {name for name, verdict in stands.items() if verdict} == extension & argument_map.incidence.nodes


@settings(max_examples=60, deadline=None)
@given(maps())
def test_what_falls_with_a_unit_is_what_the_framework_loses(argument_map: ArgumentMap) -> None:
    """Refuting a sentence is adding an attacker that nothing attacks, and weighing everything again."""
    standing = Standing(argument_map)
    before = grounded(framework(argument_map))
    for name in argument_map.units:
        refuted = framework(argument_map)
        refuted["refutation"] = set()
        refuted[name].add("refutation")
        lost = (before - grounded(refuted)) & argument_map.units.keys() - {name}
        assert standing.falling_with(name)[0] == (lost if name in before else set())


@settings(max_examples=60, deadline=None)
@given(maps())
def test_the_answers_fit_the_map(argument_map: ArgumentMap) -> None:
    """Each answer agrees with a plain, slow way of asking."""
    analysis = analyse(argument_map)
    support = nx.DiGraph(argument_map.incidence)
    support.remove_nodes_from([r.id for r in argument_map.relations if r.kind is RelationKind.ATTACK])
    for unit in argument_map.document.units:
        below = nx.ancestors(support, unit.id) & argument_map.units.keys()
        evidence = [
            n for n in below if argument_map.units[n].evidence or Stance.QUOTATION in argument_map.units[n].stances
        ]
        blames = any(s in unit.stances for s in (Stance.ACCUSATION, Stance.RECOMMENDATION))
        found = [entry for entry in analysis.without_evidence if entry.unit == unit.id]
        assert bool(found) == (blames and not evidence)
        if found:
            assert found[0].unsupported == (not argument_map.incoming(unit.id, RelationKind.SUPPORT))
    for load in analysis.load_bearing.loads:
        assert load.rests == len(nx.descendants(support, load.unit) & set(analysis.claims)) > 0
        assert set(load.falls) <= set(analysis.claims)
    for entry in analysis.contested:
        assert entry.attacks
        if any(not attack.is_undercut and attack.holds for attack in entry.attacks):
            assert not Standing(argument_map).stands[entry.unit]
    for way in analysis.chains:
        goal = argument_map.thesis
        reachable = goal is not None and nx.has_path(argument_map.incidence, way.leaf, goal)
        assert way.reaches_thesis == reachable
        assert way.steps


@settings(max_examples=20, deadline=None)
@given(st.lists(maps(), min_size=1, max_size=2))
def test_every_answer_can_be_written(argument_maps: list[ArgumentMap]) -> None:
    """Text, Markdown and JSON of any map; text and Markdown name every sentence that they speak of."""
    analyses = [analyse(argument_map) for argument_map in argument_maps]
    loaded = json.loads(dump_analyses(analyses, compare(argument_maps)))
    assert (loaded["format"], loaded["version"]) == ("argmap-analysis", 1)
    writer = AnalysisWriter(colour=False, width=60)
    for analysis in analyses:
        writer.analysis(analysis)
        cited = [p for s in sections(analysis) for line in s.lines for p in line.parts if isinstance(p, Cited)]
        markdown = analysis_markdown(analysis)
        assert all(part.unit in analysis.argument_map.units and part.words for part in cited)
        assert all(f"**{part.unit}**" in markdown for part in cited)
    writer.comparison(compare(argument_maps))
    assert comparison_markdown(compare(argument_maps)).count("\n|") == len(argument_maps) + 3
    assert all(len(line) <= 120 for line in writer.text().splitlines())


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    """Small arguments with the analysis that a reader expects of them, above and below the line."""
    source, _, expected = path.read_text(encoding="utf-8").partition("---\n")
    argument_map = map_from_text(source)
    writer = AnalysisWriter(colour=False, width=None)
    writer.analysis(analyse(argument_map))
    faults = "".join(f"{fault.id} {fault.rule}: {fault.what}\n" for fault in lint(argument_map))
    assert f"{writer.text()}---\n{faults}" == expected


def test_grounds_of_an_answered_objection_fall_with_it() -> None:
    """A supported attack is as strong as its source: once that is answered, its grounds attack nothing."""
    rows = [("text", f"Sentence {number}.", "accusation") for number in range(4)]
    links = [("attack", "u2", "u1"), ("support", "u3", "u2")]
    assert Standing(build(rows, links)).stands["u1"] is False
    answered = Standing(build(rows, [*links, ("attack", "u4", "u2")])).stands
    assert (answered["u1"], answered["u3"]) == (True, True)
    shaken = Standing(build(rows, [*links, ("attack", "u4", "u3")])).stands
    assert (shaken["u2"], shaken["u1"]) == (False, True), "an attack whose only grounds fall does not hold"


def test_linked_premises_are_needed_together_and_others_are_not() -> None:
    """A claim with two separate grounds survives the loss of one; linked premises fall as one."""
    rows = [("text", "Claim.", "accusation"), ("text", "One.", "", "event"), ("text", "Two.", "", "event")]
    apart = build(rows, [("support", "u2", "u1"), ("support", "u3", "u1")])
    linked = build(rows, [("support", "u2 u3", "u1")])
    assert [load.falls for load in load_bearing(apart, Standing(apart)).loads] == [(), ()]
    assert [load.falls for load in load_bearing(linked, Standing(linked)).loads] == [("u1",), ("u1",)]


def test_an_attacked_quotation_is_no_claim_to_defend() -> None:
    """What the author quotes in order to argue against it is not the author's own claim."""
    rows = [("text", "It is safe, he says.", "quotation"), ("text", "It burnt down.", "", "event")]
    argument_map = build(rows, [("attack", "u2", "u1")])
    assert own_claims(argument_map) == ()
    assert contested(argument_map, Standing(argument_map)) == ()


def test_sides_flip_with_each_attack() -> None:
    """Against the thesis, for it by attacking what is against it, and the same for the steps between."""
    rows = [("text", f"Sentence {number}.", "quotation") for number in range(1, 7)]
    links = [("attack", "u2", "u1"), ("attack", "u3", "u2"), ("support", "u4", "u2"), ("attack", "u5", "r1")]
    found = sides(build(rows, links, "u1"))
    assert [found[f"u{n}"] for n in range(1, 7)] == [
        Side.FOR, Side.AGAINST, Side.FOR, Side.AGAINST, Side.FOR, Side.NONE,
    ]  # fmt: skip


def quoting(*sources: str | None) -> ArgumentMap:
    """A thesis, and a quotation of each source that supports it."""
    text, units, links = "Mend the weir.", [Unit("u1", Span(0, 14), stances=(Stance.RECOMMENDATION,))], []
    for number, source in enumerate(sources, start=2):
        start = len(text) + 1
        text += f" {source or 'Somebody'} says so."
        span = Span(start, len(text))
        known = Attribution(span, Span(start, start + len(source))) if source else None
        units.append(Unit(f"u{number}", span, stances=(Stance.QUOTATION,), attribution=known))
        links.append(("support", f"u{number}", "u1"))
    plain = build([("text", "x")] * len(units), links, "u1")
    return ArgumentMap(Document("weir", text, units=tuple(units)), plain.relations, "u1")


def test_voices_are_counted_by_name_and_side() -> None:
    """The most quoted first, what has no source last; case and line breaks make no new voice."""
    found = sourcing(quoting("Anna\nVale", None, "The mayor", "anna vale", "the mayor", "Anna Vale"))
    assert [(voice.name, len(voice.units)) for voice in found.voices] == [
        ("Anna Vale", 3),
        ("The mayor", 2),
        ("unknown", 1),
    ]
    assert found.one_sided is Side.FOR
    assert found.on(Side.FOR) == ("u2", "u5", "u7", "u4", "u6", "u3")


def test_two_quotations_are_too_few_to_be_one_sided() -> None:
    """One-sidedness takes three quotations that lead somewhere."""
    assert sourcing(quoting("A", "B")).one_sided is None
    assert sourcing(quoting()).one_sided is None


def test_a_claim_that_rests_on_itself_is_found() -> None:
    """Grounds that only say again what they support are circular, directly or at some remove; others are not."""
    rows = [
        ("text", "The ministry hid the flood figures."),
        ("text", "Nobody could read them."),
        ("text", "The flood figures: the ministry hid them!"),
        ("text", "The ministry hid the drought figures."),
    ]
    found = circular_support(build(rows, [("support", "u2", "u1"), ("support", "u3", "u2"), ("support", "u4", "u1")]))
    assert [(circle.claim, circle.ground, circle.between) for circle in found] == [("u1", "u3", ("u2",))]
    assert circular_support(build(rows, [("attack", "u3", "u1")])) == ()


@pytest.mark.parametrize("other", ["The mayor never read the long report.", "The mayor read the long report in 2019."])
def test_a_denial_or_a_number_makes_another_sentence(other: str) -> None:
    """Sentences of nearly the same words that deny or count differently are not the same."""
    rows = [("text", "The mayor read the long report."), ("text", other)]
    assert circular_support(build(rows, [("support", "u2", "u1")])) == ()


def test_a_chain_follows_a_shortest_way() -> None:
    """Of several ways to the thesis the shortest is shown; an undercut leads to where the step would have led."""
    rows = [("text", f"Sentence {number}.") for number in range(1, 6)]
    links = [("support", "u2", "u1"), ("support", "u3", "u2"), ("support", "u3", "u1"), ("attack", "u4", "r1")]
    argument_map = build(rows, links, "u1")
    assert [(way.leaf, [step.unit for step in way.steps]) for way in chains(argument_map)] == [
        ("u3", ["u1"]),
        ("u4", ["u1"]),
    ]
    assert [step.is_undercut for way in chains(argument_map) for step in way.steps] == [False, True]


@pytest.mark.parametrize(
    ("links", "thesis", "rule", "name"),
    [
        ([], None, LintRule.NO_THESIS, "map"),
        ([], "u1", LintRule.UNSUPPORTED_THESIS, "u1"),
        ([("support", "u1", "u2")], "u1", LintRule.THESIS_SERVES, "u1"),
        ([("support", "u3", "u1"), ("support", "u4", "u2")], "u1", LintRule.SECOND_THESIS, "u2"),
        ([("support", "u2", "u1")], "u1", LintRule.UNSUPPORTED_ACCUSATION, "u2"),
        ([("support", "u3", "u1")], "u1", LintRule.ISOLATED_CLAIM, "u2"),
        ([("support", "u3", "u2")], "u2", LintRule.UNSUPPORTED_RECOMMENDATION, "u1"),
        ([("support", "u3", "u2")], "u2", LintRule.UNUSED_EVIDENCE, "u4"),
        ([("support", "u2 u3", "u1"), ("support", "u3 u2", "u1")], "u1", LintRule.REPEATED_LINK, "r2"),
        ([("support", "u2 u3", "u1"), ("attack", "u3", "u1")], "u1", LintRule.FOR_AND_AGAINST, "r2"),
        ([("support", "u2 u3", "u1"), ("attack", "u3", "r1")], "u1", LintRule.OWN_UNDERCUT, "r2"),
        ([("support", "u5", "u3"), ("support", "u3", "u1")], "u1", LintRule.CIRCULAR_SUPPORT, "u5"),
    ],
)
def test_lint_finds(links: list[tuple[str, str, str]], thesis: str | None, rule: LintRule, name: str) -> None:
    """Each fault is found where it is, under its rule."""
    rows = [
        ("text", "The council must drain the marsh.", "recommendation"),
        ("text", "The council neglected the marsh.", "accusation"),
        ("text", "Forty sluices have been broken since autumn.", "", "statistic"),
        ("text", "A survey exists.", "", "document"),
        ("text", "Since autumn forty sluices have been broken.", "", "statistic"),
    ]
    assert (name, rule) in {(fault.id, fault.rule) for fault in lint(build(rows, links, thesis))}


def test_a_sound_map_has_no_faults() -> None:
    """A thesis with a supported accusation under it, all evidence used."""
    rows = [
        ("text", "Drain the marsh.", "recommendation"),
        ("text", "The council neglected it.", "accusation"),
        ("text", "Forty sluices broke.", "", "statistic"),
    ]
    assert lint(build(rows, [("support", "u2", "u1"), ("support", "u3", "u2")], "u1")) == ()
    assert lint(build([])) == ()


def test_figures_of_articles() -> None:
    """Counts by stance, and the share of accusations that nothing supports; no share where there is none."""
    rows = [
        ("text", "A.", "accusation quotation"),
        ("text", "B.", "recommendation accusation"),
        ("text", "C.", "accusation"),
        ("text", "D."),
        ("text", "E.", "", "event"),
    ]
    first, second = compare([build(rows, [("support", "u4", "u2"), ("support", "u5", "u3")]), build([])])
    assert dict(first.stances) == {Stance.ACCUSATION: 3, Stance.QUOTATION: 1, Stance.RECOMMENDATION: 1}
    assert (first.unsupported_accusations, first.accusations_without_evidence) == (1, 2)
    assert first.unsupported_share == pytest.approx(1 / 3)
    assert second.unsupported_share is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Short one.", "Short one."),
        ("Broken\n  over\tlines.", "Broken over lines."),
        ("word " * 30, "word word word word word…"),
        ("w" * 100, "w" * 26 + "…"),
        ("a\x00b\u202ec\ud800", "a\\x00b\\u202ec\\ud800"),
        ("", ""),
    ],
)
def test_first_words(text: str, words: str) -> None:
    """The beginning of a sentence: one line, whole words, nothing that a terminal would obey."""
    assert first_words(text, 26) == words


def many(count: int, target: str) -> list[tuple[str, str, str]]:
    """A tall tangle: each sentence supports or attacks what `target` says."""
    links = []
    for number in range(2, count + 1):
        goal = {"chain": number - 1, "fan": 1, "tree": number // 2}[target]
        links.append(("attack" if number % 7 == 0 else "support", f"u{number}", f"u{goal}"))
    return links


@pytest.mark.parametrize("shape", ["chain", "fan", "tree"])
def test_two_thousand_sentences_take_bounded_time(shape: str) -> None:
    """However the links of a long article run, and if all its sentences are the same."""
    rows = [("text", "The council ignored every report.", "accusation", "event")] * 2000
    argument_map = build(rows, many(2000, shape), "u1")
    start = time.process_time()
    dump_analyses([analyse(argument_map)], ())
    lint(argument_map)
    assert time.process_time() - start < 5


def test_a_tangle_is_cut_short_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where asking every piece of evidence would take too long, how many were not asked is part of the answer."""
    monkeypatch.setattr("argmap.analysis.evidence._MOST_VERDICTS", 3)
    found = load_bearing(chain(2), Standing(chain(2)))
    assert found.not_asked == 0
    rows = [("text", "Claim.", "accusation")] + [("text", "Fact.", "", "event")] * 5
    argument_map = build(rows, [("support", f"u{n}", "u1") for n in range(2, 7)], "u1")
    found = load_bearing(argument_map, Standing(argument_map))
    assert found.not_asked > 0
    assert len(found.loads) + found.not_asked == 5
    writer = AnalysisWriter(colour=False, width=None)
    writer.analysis(analyse(argument_map))
    assert "were not asked" in writer.text()


def test_nothing_argued_is_said() -> None:
    """An article without a claim gets an honest line, and no list of empty answers."""
    writer = AnalysisWriter(colour=False, width=None)
    writer.analysis(analyse(build([("text", "The bridge opened in 1962.")])))
    assert writer.text().splitlines() == ["test: A title", "1 sentence; no links; no claims found"]
    assert without_evidence(build([])) == ()
