"""What a person has put into a map outlives a new reading by a model."""

from dataclasses import replace

import pytest
from argument_maps import maps
from hypothesis import assume, given, settings
from rendering_maps import build

from argmap.document import Relation
from argmap.errors import EXIT_BAD_INPUT, MapError
from argmap.graph import ArgumentMap
from argmap.labels import Origin, RelationKind
from argmap.merging import merged

ROWS = [("text", f"Sentence number {number}.", "accusation") for number in range(1, 6)]


def by_model(*links: tuple[str, str, str], thesis: str | None = "u1") -> ArgumentMap:
    return replace(build(ROWS, links, thesis), thesis_score=0.4 if thesis else None)


def by_hand(*relations: Relation, thesis: str | None = None) -> ArgumentMap:
    return replace(build(ROWS), relations=relations, thesis=thesis)


def hand(name: str, sources: str, target: str, kind: RelationKind = RelationKind.SUPPORT) -> Relation:
    return Relation(name, kind, tuple(sources.split()), target, origin=Origin.HUMAN)


def facts(argument_map: ArgumentMap) -> list[tuple[str, str, str, str, str]]:
    return [(r.id, " ".join(r.sources), r.kind.value, r.target, r.origin.value) for r in argument_map.relations]


def test_a_persons_link_replaces_the_models_of_that_sentence() -> None:
    """The model's other links join it, under ids that are free."""
    found = merged(by_hand(hand("r1", "u2", "u3")), by_model(("support", "u2", "u1"), ("attack", "u3", "u1")))
    assert facts(found) == [("r1", "u2", "support", "u3", "human"), ("r2", "u3", "attack", "u1", "model")]
    found = merged(by_hand(hand("r2", "u2", "u3")), by_model(("support", "u4", "u1"), ("attack", "u3", "u1")))
    assert facts(found) == [
        ("r2", "u2", "support", "u3", "human"),
        ("r1", "u4", "support", "u1", "model"),
        ("r0", "u3", "attack", "u1", "model"),
    ]


def test_a_models_link_never_closes_a_circle_with_a_persons() -> None:
    """Of the two the model's gives way, at any remove."""
    human = by_hand(hand("h1", "u1", "u2"), hand("h2", "u2", "u3"))
    assert facts(merged(human, by_model(("support", "u3", "u1"), ("support", "u4", "u1"), thesis=None))) == [
        ("h1", "u1", "support", "u2", "human"),
        ("h2", "u2", "support", "u3", "human"),
        ("r2", "u4", "support", "u1", "model"),
    ]


def test_what_a_persons_undercut_hits_is_kept() -> None:
    """A link of an old model stays if a person has aimed at it; the others go."""
    old = by_model(("support", "u2", "u1"), ("support", "u3", "u1"))
    human = replace(old, relations=(*old.relations, hand("h", "u4", "r1", RelationKind.ATTACK)))
    assert facts(merged(human, by_model(("support", "u2", "u1"), ("support", "u5", "u1")))) == [
        ("r1", "u2", "support", "u1", "model"),
        ("h", "u4", "attack", "r1", "human"),
        ("r2", "u5", "support", "u1", "model"),
    ]


def test_an_undercut_of_the_model_goes_with_what_it_hits() -> None:
    """And is led to the new id of what it hits, if that has one."""
    model = by_model(("attack", "u5", "r2"), ("support", "u2", "u1"), ("attack", "u4", "r2"))
    assert facts(merged(by_hand(hand("h", "u2", "u3")), model)) == [("h", "u2", "support", "u3", "human")]
    assert facts(merged(by_hand(hand("r2", "u3", "u1")), model)) == [
        ("r2", "u3", "support", "u1", "human"),
        ("r0", "u2", "support", "u1", "model"),
        ("r1", "u5", "attack", "r0", "model"),
        ("r3", "u4", "attack", "r0", "model"),
    ]


def test_a_thesis_without_a_score_is_a_persons() -> None:
    """It stays, and no link of the model leads away from it; one with a score is a model's, and goes."""
    model = by_model(("support", "u2", "u1"), ("support", "u3", "u2"))
    found = merged(by_hand(thesis="u2"), model)
    assert (found.thesis, found.thesis_score, facts(found)) == ("u2", None, [("r2", "u3", "support", "u2", "model")])
    found = merged(replace(by_hand(thesis="u2"), thesis_score=0.9), model)
    assert (found.thesis, found.thesis_score) == ("u1", 0.4)


def test_sentences_are_found_by_their_place() -> None:
    """Ids may have changed since; a sentence that is cut otherwise now is named."""
    human = by_hand(hand("h", "u2", "u1"))
    renamed = tuple(replace(unit, id=f"s{unit.id}") for unit in human.document.units)
    new = ArgumentMap(human.document.with_units(renamed))
    assert facts(merged(human, new)) == [("h", "su2", "support", "su1", "human")]
    with pytest.raises(MapError, match="'u2', which a person has linked, is no sentence of the new map") as caught:
        merged(human, ArgumentMap(human.document.with_units(renamed[:1])))
    assert caught.value.exit_code == EXIT_BAD_INPUT


def test_another_text_is_refused() -> None:
    """Links of one article say nothing about another."""
    with pytest.raises(MapError, match="is a map of another text"):
        merged(by_hand(hand("h", "u2", "u1")), build([("text", "Other.")]))


@settings(max_examples=100, deadline=None)
@given(maps(), maps())
def test_nothing_of_a_persons_is_lost(human: ArgumentMap, model: ArgumentMap) -> None:
    """Whatever the two maps hold: the result is a map, with each of the person's links as it was."""
    fewer = min(len(human.units), len(model.units))
    assume(fewer > 1)
    document = (human if len(human.units) >= len(model.units) else model).document
    human, model = replace(human, document=document), replace(model, document=document)
    found = merged(human, model)
    theirs = [relation for relation in human.relations if relation.origin is Origin.HUMAN]
    assert [relation for relation in found.relations if relation in theirs] == theirs
    if human.thesis is not None and human.thesis_score is None:
        assert found.thesis == human.thesis
    if not theirs and (human.thesis is None or human.thesis_score is not None):
        assert found == model
