"""Graphviz' SVG made fit for people: whole texts as titles, a role and a description, nothing that links or scripts."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from argmap.errors import EngineError
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind
from argmap.rendering.dot import to_dot
from argmap.rendering.engines import Drawing, draw
from argmap.rendering.picture import Picture, compose
from argmap.rendering.scene import unit_numbers
from argmap.rendering.text import cleaned

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)
_TIP = f"{{{XLINK}}}title"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")


def draw_svg(argument_map: ArgumentMap, *, time_limit: float, blame: bool = False) -> Drawing:
    """Draw `argument_map` as a stand-alone SVG; raises what `engines.draw` raises."""
    root, engine = svg_tree(argument_map, time_limit=time_limit, blame=blame)
    return Drawing((_HEAD + ET.tostring(root, encoding="unicode") + "\n").encode("utf-8"), engine)


def svg_tree(
    argument_map: ArgumentMap, *, time_limit: float, headline: bool = True, blame: bool = False
) -> tuple[ET.Element, str]:
    """The drawing as an element tree, and the engine's name; `headline`: with the title and the legend."""
    picture = compose(argument_map, headline=headline, blame=blame)
    drawing = draw(to_dot(argument_map, picture), "svg", time_limit=time_limit)
    try:
        root = ET.fromstring(_DOCTYPE.sub(b"", drawing.data, count=1))  # noqa: S314 - our own engine's output, no DTD left
    except ET.ParseError as error:
        raise EngineError(f"wrote an SVG that is not XML ({error})", where=drawing.engine) from error
    _name_groups(root, argument_map, picture)
    _describe(root, argument_map, picture)
    return root, drawing.engine


def spoken(argument_map: ArgumentMap, unit_id: str, numbers: Mapping[str, str]) -> str:
    """A unit as one would read it out: number, role, stances, evidence, text."""
    unit = argument_map.units[unit_id]
    role = "thesis, " if unit_id == argument_map.thesis else ""
    words = [stance.value for stance in unit.stances] or ["no stance"]
    evidence = f", {unit.evidence.value}" if unit.evidence else ""
    return cleaned(f"{numbers[unit_id]} ({role}{', '.join(words)}{evidence}): {argument_map.text_of(unit_id)}")


def _name_groups(root: ET.Element, argument_map: ArgumentMap, picture: Picture) -> None:
    """Put what a group is into its title, in place of Graphviz' names; drop the titles of mere decoration."""
    numbers = unit_numbers(argument_map)
    units = {f"n{index}": unit_id for index, unit_id in enumerate(picture.placement.places)}
    wires = {f"e{index}": wire.relation for index, wire in enumerate(picture.routes.wires)}
    ends = {relation.id: relation for relation in argument_map.relations}
    for group in root.iter(f"{{{SVG}}}g"):
        title = group.find(f"{{{SVG}}}title")
        if title is None:
            continue
        kinds = (group.get("class") or "").split()
        link = group.find(f".//{{{SVG}}}a")
        tip = link.get(_TIP) if link is not None else None
        if "unit" in kinds and title.text in units:
            unit_id = units[title.text]
            title.text = spoken(argument_map, unit_id, numbers)
            if link is not None:
                link.set(_TIP, cleaned(argument_map.text_of(unit_id)))  # whole, where the DOT holds 16 KB
            group.set("data-unit", numbers[unit_id])
        elif tip:
            title.text = tip
            relation = wires.get(group.get("id") or "")
            if relation is not None:
                group.set("data-sources", " ".join(numbers[source] for source in relation.sources))
                target = relation.target
                while target in ends:
                    target = ends[target].sources[0]
                group.set("data-target", numbers[target])
        else:
            group.remove(title)


def _describe(root: ET.Element, argument_map: ArgumentMap, picture: Picture) -> None:
    supports = sum(relation.kind is RelationKind.SUPPORT for relation in argument_map.relations)
    attacks = len(argument_map.relations) - supports
    title = ET.Element(f"{{{SVG}}}title", {"id": "argmap-title"})
    title.text = f"Argument map: {picture.scene.title}"
    description = ET.Element(f"{{{SVG}}}desc", {"id": "argmap-desc"})
    thesis = "" if argument_map.thesis is None else f" Thesis: {argument_map.text_of(argument_map.thesis)}"
    description.text = cleaned(
        f"{len(picture.placement.places)} sentences, {supports} supports, {attacks} attacks.{thesis}"
    )
    root.insert(0, title)
    root.insert(1, description)
    root.set("role", "img")
    root.set("aria-labelledby", "argmap-title argmap-desc")
