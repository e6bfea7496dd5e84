"""Reads a report page as strictly as no browser would: anything that could act is an error."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input"}
PASSIVE = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
    *("article", "nav", "div", "p", "span", "a", "b", "bdi", "strong", "code", "br", "blockquote"),
    *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "g", "rect", "circle", "path", "line", "polyline", "text"),
}


class Checked(HTMLParser):
    """Reads a page strictly: known elements, all closed, no handler, no style, safe links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.style = ""
        self.tiles: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in PASSIVE, tag
        given = dict(attrs)
        assert not [name for name in given if name.startswith("on") or name in {"style", "src"}]
        self.tags.append((tag, given))
        self.ids += [given["id"]] if given.get("id") else []  # type: ignore[list-item]
        if "href" in given:
            link = str(given["href"])
            assert re.match(r"https://www\.coursera\.org/|#|\./", link), link
            self.links.append(link)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text += data


def checked(page: str) -> Checked:
    """The page, read to its end; ids are unique and every link within it has its target."""
    reader = Checked()
    assert page.startswith("<!doctype html>")
    reader.feed(page)
    reader.close()
    assert not reader.open
    assert len(set(reader.ids)) == len(reader.ids)
    assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)
    reader.tiles = set(re.findall(r'class="tile"><b>(.*?)</b><span>(.*?)</span>', page))
    reader.text = " ".join(reader.text.split())
    return reader
