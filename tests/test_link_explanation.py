"""What moved the score of a link: groups of features that cover all of them, and facts that are true."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from small_models import HOSTILE, document, essay

from argmap.document import Relation
from argmap.explaining import Explained, explain_document
from argmap.explanation import LinkReasons
from argmap.labels import RelationKind
from argmap.linking import explanation as groups_of
from argmap.linking.explanation import LinkExplainer, feature_groups
from argmap.linking.features import pair_features
from argmap.linking.view import ArticleView, view_of
from argmap.models import Model, load_model
from argmap.pipeline import read_article
from argmap.stance.classifier import score

EXAMPLE = Path(__file__).parent.parent / "examples" / "carradine-island.txt"
ROWS = (np.array([3, 1, 6, 2]), np.array([0, 5, 2, 7]))
THESIS = np.linspace(0.01, 0.3, 9)


@cache
def fast() -> Model:
    return load_model("fast")


def viewed(text: str) -> ArticleView:
    doc = document(text, title="Repair bridge 2")
    model = fast()
    return view_of(doc, model.stance.features_, score(doc, model.stance, model.evidence))


@cache
def explained() -> Explained:
    """An article with links of both kinds."""
    result = explain_document(read_article(EXAMPLE), fast())
    assert {link.kind for link in result.explanation.links} == set(RelationKind)
    return result


@pytest.mark.parametrize("roles", [0, 3])
def test_the_groups_are_a_partition_of_the_features(roles: int) -> None:
    """No feature is forgotten or counted twice, with an encoder or without."""
    view = viewed(essay(9))
    view = replace(view, roles=np.ones((9, roles)), meaning=np.ones((9, roles)))
    width = pair_features(view, THESIS, *ROWS).shape[1]
    columns = np.concatenate(list(feature_groups(roles).values()))
    assert sorted(columns.tolist()) == list(range(width))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"names": (frozenset({"Bo"}),) * 9}, {groups_of.NAMES}),
        ({"section": np.arange(9)}, {groups_of.PARAGRAPHS}),
        ({"depth": np.linspace(1, 0, 9)}, {groups_of.PLACE}),
        ({"title": np.full((9, 3), 0.7)}, {groups_of.TITLE}),
        ({"vectors": np.eye(9, 100)}, {groups_of.LIKENESS}),
        ({"evidence": np.full((9, 4), 0.9)}, {groups_of.EVIDENCE}),
        ({"cues": np.full((9, 33), 9.0)}, {groups_of.CONNECTIVES, groups_of.WORDING}),
        ({"paragraph": np.arange(9)}, {groups_of.PARAGRAPHS, groups_of.PLACE}),
        ({"stances": np.full((9, 3), 0.9)}, {groups_of.CLAIMS, groups_of.BETWEEN}),
        ({"roles": np.full((9, 3), 2.0)}, {groups_of.ROLES}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_group_holds_what_its_name_says(changes: dict[str, object], expected: set[str]) -> None:
    """What is known of an article moves the features of the groups that are named after it, and no others."""
    view = viewed(essay(9))
    view = replace(view, roles=np.zeros((9, 3)), meaning=np.eye(9, 4))
    before = pair_features(view, THESIS, *ROWS)
    after = pair_features(replace(view, **changes), THESIS, *ROWS)  # type: ignore[arg-type]
    changed = set(np.flatnonzero((before != after).any(axis=0)).tolist())
    assert {name for name, columns in feature_groups(3).items() if changed & set(columns.tolist())} == expected


def test_the_thesis_moves_its_own_group() -> None:
    """How like a thesis the two sentences score is told apart from how like claims they score."""
    view = viewed(essay(9))
    before, after = (pair_features(view, thesis, *ROWS) for thesis in (THESIS, THESIS[::-1].copy()))
    changed = set(np.flatnonzero((before != after).any(axis=0)).tolist())
    assert changed <= set(feature_groups(0)[groups_of.THESIS].tolist())
    assert changed


def test_every_link_of_the_map_is_explained_with_its_own_score() -> None:
    """Score and threshold are the map's, and every group says something."""
    result = explained()
    links = result.explanation.links
    assert links
    by_id = {relation.id: relation for relation in result.argument_map.relations}
    assert [link.relation for link in links] == list(by_id)
    for link in links:
        relation = by_id[link.relation]
        assert (link.kind, link.source, link.target) == (relation.kind, relation.sources[0], relation.target)
        assert link.score == pytest.approx(relation.score, abs=1e-4)
        assert link.score >= link.threshold == fast().links.threshold
        assert {part.name for part in link.parts} == feature_groups(0).keys()
        assert [abs(part.effect) for part in link.parts] == sorted((abs(p.effect) for p in link.parts), reverse=True)
        assert all(np.isfinite(part.effect) for part in (*link.parts, *link.kind_parts))
        if link.runner_up is not None:
            assert link.runner_up[0] not in (link.source, link.target)
            assert 0 <= link.runner_up[1] <= 1


def test_effects_on_the_kind_add_up_to_its_odds() -> None:
    """The scorer of kinds is linear: from its bias the groups lead to the odds, for an attack or against one."""
    result = explained()
    doc = result.argument_map.document
    model = fast()
    view = view_of(doc, model.stance.features_, score(doc, model.stance, model.evidence))
    thesis = model.links.thesis_probability(view)
    row = {unit: number for number, unit in enumerate(view.ids)}
    for link in result.explanation.links:
        features = pair_features(view, thesis, np.array([row[link.source]]), np.array([row[link.target]]))
        sign = 1 if link.kind is RelationKind.ATTACK else -1
        odds = model.links.attack.decision(features)[0] - model.links.attack.bias
        assert sum(part.effect for part in link.kind_parts) == pytest.approx(sign * odds, abs=1e-6)


def fact_of(link: LinkReasons, name: str) -> str:
    return next(part.fact for part in link.parts if part.name == name)


def test_facts_are_those_of_the_article() -> None:
    """Distance, paragraphs, words and names are what a reader finds in the two sentences."""
    text = "Anna Vale hid the survey. It rained.\n\nThe council must publish Anna Vale’s survey."
    view = viewed(text)
    model = fast()
    explainer = LinkExplainer(view, model.links, ("Anna", "It", "The").__getitem__)
    far = explainer.explain(Relation("r0", RelationKind.SUPPORT, (view.ids[0],), view.ids[2]))
    near = explainer.explain(Relation("r1", RelationKind.SUPPORT, (view.ids[0],), view.ids[1]))
    assert fact_of(far, groups_of.DISTANCE) == "2 sentences"
    assert fact_of(far, groups_of.PARAGRAPHS) == "1 paragraph"
    assert fact_of(near, groups_of.DISTANCE) == "next to each other"
    assert fact_of(near, groups_of.PARAGRAPHS) == "the same paragraph"
    assert "Vale" in fact_of(far, groups_of.NAMES)
    assert fact_of(near, groups_of.NAMES) == "none"
    assert "“Anna …”, “The …”" in fact_of(far, groups_of.CONNECTIVES)


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_articles_are_explained(name: str) -> None:
    """Whatever stands in an article, its explanation is finite numbers and short facts."""
    result = explain_document(document(HOSTILE[name], title=HOSTILE[name][:50]), fast())
    for link in result.explanation.links:
        assert all(np.isfinite(part.effect) and len(part.fact) < 300 for part in link.parts)
