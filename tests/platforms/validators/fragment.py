"""A fragment of HTML that a platform puts into its own page."""

from __future__ import annotations

from html.parser import HTMLParser

from validators.shape import Look

VOID = {"br", "hr", "wbr"}
TAGS = {"p", "h3", "h4", "strong", "em", "code", "a", "ul", "ol", "li", "pre", "table", "tr", "td",
        "th", "tbody", "thead", "span", "div", *VOID}  # fmt: skip
ATTRIBUTES = {"href", "rel", "title", "style"}


class Tags(HTMLParser):
    """Balanced, and nothing in it that acts."""

    def __init__(self, look: Look, where: str) -> None:
        super().__init__()
        self.look, self.where, self.open = look, where, list[str]()

    def run(self, text: str) -> None:
        """Read all of it."""
        self.feed(text)
        self.close()
        if self.open:
            self.look.say(self.where, f"<{self.open[-1]}> is never closed")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An opening tag and its attributes."""
        if tag not in TAGS:
            self.look.say(self.where, f"<{tag}> has no place in feedback")
        for name, value in attrs:
            unsafe = name == "href" and not (value or "").startswith("https://")
            if name not in ATTRIBUTES or unsafe:
                self.look.say(self.where, f"the attribute {name} of <{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A closing tag: of the tag that was opened last."""
        if not self.open or self.open.pop() != tag:
            self.look.say(self.where, f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        """Comments have no place here either."""
        self.look.say(self.where, "has a comment")

    def handle_decl(self, decl: str) -> None:
        """Platforms put the fragment into a page of their own."""
        self.look.say(self.where, "has a declaration")
