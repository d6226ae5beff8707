"""One offline page: the article on one side, its map on the other, each showing the other's place.

Everything is in the one file, and its content-security policy lets nothing be fetched and no script run but its own.
"""

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from markupsafe import Markup

from argmap.document import Party, Unit
from argmap.explanation import Explanation, Method
from argmap.graph import ArgumentMap
from argmap.rendering import style as look
from argmap.rendering.article import article_parts
from argmap.rendering.outline import outline_rows
from argmap.rendering.reasons import UnitView, unit_views
from argmap.rendering.scene import title_of, unit_numbers
from argmap.rendering.svg import SVG, svg_tree
from argmap.rendering.templating import environment, policy, resource
from argmap.rendering.text import cleaned

_XLINK_A = f"{{{SVG}}}a"


@dataclass(frozen=True)
class Page:
    """The page's bytes and the engine that drew its map."""

    data: bytes
    engine: str


def build_page(
    argument_map: ArgumentMap, *, time_limit: float, explanation: Explanation | None = None, blame: bool = False
) -> Page:
    """Return `argument_map` with its article as one HTML page; raises what `engines.draw` raises.

    With an `explanation` the article's words are marked by their effects, and each sentence says what moved its scores.
    `blame`: the map's boxes say who is blamed, as the panel does anyway.
    """
    root, engine = svg_tree(argument_map, time_limit=time_limit, headline=False, blame=blame)
    numbers = unit_numbers(argument_map)
    views = _views(argument_map, explanation, numbers)
    style, script = resource("page.css") + (resource("why.css") if views else ""), resource("page.js")
    text = (
        environment()
        .get_template("page.html.j2")
        .render(
            title=title_of(argument_map),
            source=cleaned(argument_map.document.source or ""),
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            svg=Markup(_inline(root)),  # noqa: S704 - serialised by ElementTree, which escapes
            data=Markup(_facts(argument_map, numbers)),  # noqa: S704 - JSON with every < escaped
            parts=article_parts(
                argument_map, numbers, {view.unit: view.labels[0].pieces for view in views if view.labels}
            ),
            why=views,
            left_out=explanation is not None and explanation.method is Method.OCCLUSION,
            outline=outline_rows(argument_map, numbers),
            counts=_counts(argument_map),
            linked=bool(argument_map.relations),
            scored=any(relation.score is not None for relation in argument_map.relations),
            limits=(look.FIRM.least, look.LIKELY.least),
        )
    )
    return Page(text.encode("utf-8"), engine)


def _views(argument_map: ArgumentMap, explanation: Explanation | None, numbers: dict[str, str]) -> tuple[UnitView, ...]:
    if explanation is None:
        return ()
    return unit_views(argument_map, explanation, name=numbers.__getitem__, clean=cleaned)


def _inline(root: ET.Element) -> str:
    """The drawing for the inside of the page: units can be reached by key, and Graphviz' link elements are gone."""
    for parent in list(root.iter(f"{{{SVG}}}g")):
        for child in list(parent):
            link = child.find(_XLINK_A)
            if link is not None and (child.get("id") or "").startswith("a_"):
                position = list(parent).index(child)
                parent[position : position + 1] = list(link)
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("data-unit"):
            group.set("tabindex", "0")
            group.set("role", "button")
    root.set("role", "group")
    return ET.tostring(root, encoding="unicode")


def _facts(argument_map: ArgumentMap, numbers: dict[str, str]) -> str:
    """What the page says about each unit, and how units hang together, as JSON that cannot end its script element."""
    by_id = {relation.id: relation for relation in argument_map.relations}
    units = {
        numbers[unit.id]: {
            "stances": [stance.value for stance in unit.stances],
            "scores": {stance.value: round(score, 3) for stance, score in unit.scores.items()},
            "evidence": unit.evidence.value if unit.evidence else None,
            **_quoted(unit),
            **_blamed(argument_map, unit),
        }
        for unit in argument_map.document.text_units()
    }
    links = []
    for relation in argument_map.relations:
        target = relation.target
        while target in by_id:
            target = by_id[target].sources[0]
        links.append(
            {
                "kind": relation.kind.value,
                "sources": [numbers[source] for source in relation.sources],
                "target": numbers[target],
                "undercut": relation.target in by_id,
                "score": None if relation.score is None else round(relation.score, 3),
            }
        )
    thesis = None if argument_map.thesis is None else numbers[argument_map.thesis]
    text = json.dumps({"units": units, "links": links, "thesis": thesis}, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _blamed(argument_map: ArgumentMap, unit: Unit) -> dict[str, object]:
    """Whom a sentence blames, for what, whom it calls on, by whose mouth; nothing for one that does neither."""
    blame = unit.blame
    if blame is None:
        return {}

    def named(parties: tuple[Party, ...]) -> list[list[object]]:
        return [[cleaned(party.name), party.confidence] for party in parties]

    return {
        "accused": named(blame.accused),
        "addressees": named(blame.addressees),
        "charge": None if blame.charge is None else cleaned(blame.charge.of(argument_map.document.text)),
        "accuser": None if blame.by is None else cleaned(blame.by.name),
        "unnamed": blame.reason.value if blame.reason else None,
    }


def _quoted(unit: Unit) -> dict[str, object]:
    """Who is quoted, and how sure that is; nothing for a sentence that quotes nobody."""
    if unit.attribution is None:
        return {}
    name = unit.attribution.name
    return {
        "source": None if name is None else cleaned(name),
        "sure": None if name is None else unit.attribution.confidence,
        "why": unit.attribution.reason.value if unit.attribution.reason else None,
    }


def _counts(argument_map: ArgumentMap) -> list[tuple[str, int]]:
    units = list(argument_map.document.text_units())
    counts = [("sentence" if len(units) == 1 else "sentences", len(units))]
    for stance in ("accusation", "quotation", "recommendation"):
        number = sum(stance in unit.stances for unit in units)
        counts.append((stance if number == 1 else f"{stance}s", number))
    links = len(argument_map.relations)
    return [*counts, ("link" if links == 1 else "links", links)]
