"""An argument map keeps its invariants, and shows itself as a networkx graph."""

from dataclasses import replace
from types import MappingProxyType

import networkx as nx
import pytest
from argument_maps import maps
from hypothesis import given, settings

from argmap.document import Document, Relation, Span, Unit
from argmap.errors import EXIT_BAD_INPUT, MapError
from argmap.graph import ArgumentMap
from argmap.invariants import breaches
from argmap.labels import RelationKind, UnitKind

TEXT = "A pier. It rots. They know. Shame! Read on."
SPANS = ((0, 7), (8, 16), (17, 27), (28, 34), (35, 43))


def article(*ids: str) -> Document:
    """Units with these ids; the fifth is boilerplate."""
    kinds = [UnitKind.TEXT] * 4 + [UnitKind.BOILERPLATE]
    return Document("d", TEXT, units=tuple(Unit(i, Span(*s), k) for i, s, k in zip(ids, SPANS, kinds, strict=False)))


ARTICLE = article("u1", "u2", "u3", "u4", "u5")


def support(name: str, sources: str, target: str) -> Relation:
    return Relation(name, RelationKind.SUPPORT, tuple(sources.split()), target, 0.5)


def attack(name: str, sources: str, target: str) -> Relation:
    return Relation(name, RelationKind.ATTACK, tuple(sources.split()), target, 0.25)


@pytest.mark.parametrize(
    ("relations", "id_in_message", "rule"),
    [
        ([support("r1", "u1", "u2"), support("r1", "u3", "u2")], "r1", "stands twice"),
        ([support("u1", "u1", "u2")], "u1", "stands twice"),
        ([support("r1", "", "u2")], "r1", "no source"),
        ([support("r1", "u1 u1", "u2")], "r1", "a source twice"),
        ([support("r1", "u1", "u1")], "r1", "to itself"),
        ([support("r1", "u1 u2", "u2")], "r1", "to itself"),
        ([support("r1", "u1", "r1")], "r1", "to itself"),
        ([support("r1", "u1", "u9")], "u9", "not in the map"),
        ([support("r1", "u9", "u1")], "u9", "not in the map"),
        ([support("r1", "u1", "u2"), attack("r2", "r1", "u3")], "r1", "not in the map"),  # a relation is no grounds
        ([support("r1", "u1", "u5")], "u5", "boilerplate, not text"),
        ([support("r1", "u5", "u1")], "u5", "boilerplate, not text"),
        ([support("r1", "u1", "u2"), support("r2", "u2", "u1")], "u1", "cycle"),
        ([support("r1", "u1", "u2"), attack("r2", "u2", "r1")], "r1", "cycle"),
        ([support("r1", "u1", "r2"), support("r2", "u2", "r1")], "r2", "cycle"),
        ([support("r1", "u1 u2", "u3"), support("r2", "u3 u4", "u2")], "u2", "cycle"),
    ],
)
def test_a_broken_rule_is_named(relations: list[Relation], id_in_message: str, rule: str) -> None:
    """A map that breaks an invariant is refused, with the id and the rule."""
    with pytest.raises(MapError) as caught:
        ArgumentMap(ARTICLE, tuple(relations))
    assert repr(id_in_message) in str(caught.value) or f"{id_in_message} ->" in str(caught.value)
    assert rule in str(caught.value)
    assert caught.value.exit_code == EXIT_BAD_INPUT


def test_a_unit_twice_is_refused() -> None:
    """Units are addressed by their ids, so these are unique."""
    with pytest.raises(MapError, match="unit id 'u1' stands twice"):
        ArgumentMap(article("u1", "u2", "u1"))


@pytest.mark.parametrize(("thesis", "rule"), [("u9", "not a unit"), ("r1", "not a unit"), ("u5", "not text")])
def test_the_thesis_is_a_text_unit(thesis: str, rule: str) -> None:
    """Neither a relation nor what surrounds the text can be what the article argues for."""
    with pytest.raises(MapError, match=f"'{thesis}' is .*{rule}"):
        ArgumentMap(ARTICLE, (support("r1", "u1", "u2"),), thesis)


def test_the_view_has_every_text_unit_and_every_source() -> None:
    """The networkx view: a node a text unit, an edge a source, keyed by the relation, with kind and score."""
    view = ArgumentMap(ARTICLE, (support("r1", "u2 u3", "u1"), attack("r2", "u4", "u1")), "u1").graph
    assert set(view) == {"u1", "u2", "u3", "u4"}
    assert set(view.edges(keys=True)) == {("u2", "u1", "r1"), ("u3", "u1", "r1"), ("u4", "u1", "r2")}
    assert view.edges["u4", "u1", "r2"]["kind"] is RelationKind.ATTACK
    assert view.edges["u3", "u1", "r1"]["score"] == 0.5


def test_parallel_relations_stay_apart() -> None:
    """Two relations between the same units are two edges."""
    view = ArgumentMap(ARTICLE, (support("r1", "u2", "u1"), attack("r2", "u2", "u1"))).graph
    assert view.number_of_edges("u2", "u1") == 2


def test_an_undercut_points_to_the_first_source_of_what_it_undercuts() -> None:
    """An attack on a relation shows as an edge to the grounds whose step it denies, however deep."""
    relations = (support("r1", "u2", "u1"), attack("r2", "u3", "r1"), attack("r3", "u4", "r2"))
    view = ArgumentMap(ARTICLE, relations).graph
    assert set(view.edges(keys=True)) == {("u2", "u1", "r1"), ("u3", "u2", "r2"), ("u4", "u3", "r3")}


def test_an_undercut_of_ones_own_step_is_no_loop() -> None:
    """Who denies the step that one's own grounds take is drawn to the next premise, or to what the step leads to."""
    alone = ArgumentMap(ARTICLE, (support("r1", "u2", "u1"), attack("r2", "u2", "r1"))).graph
    assert set(alone.edges(keys=True)) == {("u2", "u1", "r1"), ("u2", "u1", "r2")}
    linked = ArgumentMap(ARTICLE, (support("r1", "u2 u3", "u1"), attack("r2", "u2 u4", "r1"))).graph
    assert {(source, target) for source, target, key in linked.edges(keys=True) if key == "r2"} == {
        ("u2", "u3"),
        ("u4", "u2"),
    }


@settings(max_examples=100, deadline=None)
@given(maps())
def test_the_views_of_any_map(argument_map: ArgumentMap) -> None:
    """No unit has a loop; the view with relations as nodes loses nothing and has no cycle."""
    assert nx.number_of_selfloops(argument_map.graph) == 0
    assert nx.is_directed_acyclic_graph(argument_map.incidence)
    for relation in argument_map.relations:
        assert set(argument_map.incidence.pred[relation.id]) >= set(relation.sources)
        assert list(argument_map.incidence.succ[relation.id]) == [relation.target]
        assert argument_map.incidence.nodes[relation.id]["origin"] is relation.origin


def test_rebuttal_and_undercut() -> None:
    """An attack on a unit is a rebuttal, one on a relation an undercut; support for a relation is neither."""
    relations = (
        support("r1", "u2", "u1"),
        attack("r2", "u3", "u1"),
        attack("r3", "u3", "r1"),
        support("r4", "u4", "r1"),
    )
    argument_map = ArgumentMap(ARTICLE, relations)
    assert [argument_map.is_undercut(relation) for relation in relations] == [False, False, True, False]


@pytest.mark.parametrize("score", [5, -0.01, float("nan"), float("inf")])
def test_a_score_is_a_probability(score: float) -> None:
    """Of a relation, a unit or the thesis: what is no number from 0 to 1 is refused, with the id."""
    link = Relation("r1", RelationKind.SUPPORT, ("u1",), "u2", score)
    scored = article("u1", "u2", "u3", "u4")
    unit = replace(scored.units[0], evidence_score=score)
    for parts in ((ARTICLE, (link,)), (scored.with_units((unit, *scored.units[1:])),), (ARTICLE, (), "u1", {}, score)):
        with pytest.raises(MapError, match="not a finite number from 0 to 1") as caught:
            ArgumentMap(*parts)
        assert caught.value.rule == "score-range"
        assert caught.value.id in ("r1", "u1", "thesis")


def test_an_error_carries_id_and_rule() -> None:
    """A program need not take the message apart."""
    with pytest.raises(MapError) as caught:
        ArgumentMap(ARTICLE, (support("r1", "u1", "u9"),))
    assert (caught.value.id, caught.value.rule) == ("r1", "dangling-id")
    assert str(caught.value).endswith("(rule dangling-id)")


def test_all_breaches_are_found_at_once() -> None:
    """Whoever mends a file sees everything that is broken in it, each knot of links once."""
    relations = [
        support("r1", "u1", "u9"),
        support("r1", "u1", "u2"),
        support("r2", "u2", "u3"),
        support("r3", "u3", "u2"),
        attack("r4", "u5", "u4"),
    ]
    found = [(breach.id, str(breach.rule)) for breach in breaches(ARTICLE, relations, "u8", None)]
    assert found == [
        ("r1", "duplicate-id"),
        ("r1", "dangling-id"),
        ("r4", "not-text"),
        ("u8", "dangling-id"),
        ("r2", "cycle"),
    ]


def test_the_view_cannot_be_changed() -> None:
    """The map is a value; its graph is for reading."""
    view = ArgumentMap(ARTICLE, (support("r1", "u2", "u1"),)).graph
    with pytest.raises(nx.NetworkXError):
        view.add_edge("u3", "u1")


def test_participants_and_incoming() -> None:
    """Those who take part are ends of relations and the thesis, in text order; incoming relations filter by kind."""
    relations = (attack("r2", "u4", "u3"), support("r1", "u2", "u3"))
    argument_map = ArgumentMap(ARTICLE, relations, "u1")
    assert [unit.id for unit in argument_map.participants()] == ["u1", "u2", "u3", "u4"]
    assert [unit.id for unit in ArgumentMap(ARTICLE, relations).participants()] == ["u2", "u3", "u4"]
    assert [relation.id for relation in argument_map.incoming("u3")] == ["r2", "r1"]
    assert [relation.id for relation in argument_map.incoming("u3", RelationKind.SUPPORT)] == ["r1"]
    assert argument_map.incoming("u1") == ()


def test_a_long_chain_is_no_cycle() -> None:
    """Checking a long chain takes no recursion and no quadratic time."""
    number = 20_000
    units = tuple(Unit(f"u{i}", Span(i, i + 1)) for i in range(number))
    chain = tuple(support(f"r{i}", f"u{i}", f"u{i + 1}") for i in range(number - 1))
    argument_map = ArgumentMap(Document("d", "x" * number, units=units), chain, models=MappingProxyType({}))
    assert argument_map.graph.number_of_edges() == number - 1
