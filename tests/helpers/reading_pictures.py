"""Pictures read back as trees of known, passive elements; models to draw."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from grader.records import Block, Diagram
from grader.report.pictures import model as picture_model

SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "g", "rect", "circle", "path", "line", "polyline", "text"}


def parsed(svg: str) -> ET.Element:
    """The picture as a tree of known, passive elements; it has a role and a name."""
    tree = ET.fromstring(svg)  # noqa: S314 - our own text
    for node in tree.iter():
        assert node.tag.removeprefix(SVG) in HARMLESS
        assert not [name for name in node.attrib if name.startswith(("on", "style", "href"))]
    assert tree.get("role") == "img"
    assert tree.get("aria-label")
    return tree


def words(svg: str) -> str:
    return " | ".join(node.text or "" for node in parsed(svg).iter(f"{SVG}text"))


def draw(shown: Diagram, notes: dict[str, tuple[int, ...]] | None = None) -> str:
    rows = picture_model.rows(shown, notes or {})
    return picture_model.model(rows, picture_model.edges(shown, rows), described="d")


def chain(count: int, **given: object) -> Diagram:
    """`count` Dense layers in a row."""
    blocks = [
        Block.model_validate(
            {
                "id": f"n{at}", "title": f"n{at}", "part": "head", "kind": "Dense",
                "layers": (f"n{at}",), "state": "trainable",
                "inputs": (f"n{at - 1}",) if at else (), **given,
            }
        )
        for at in range(count)
    ]  # fmt: skip
    return Diagram(blocks=tuple(blocks), parameters=0, trainable_parameters=0)
