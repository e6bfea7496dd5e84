"""Small pieces of SVG as text: escaped, without styles, so that the page's classes colour them.

Nothing here knows of students or grades. Text goes through `clean` and is escaped, numbers are
printed with one decimal. Attributes are written by us: names with "_" for "-".
"""

import html
import math

from markupsafe import Markup

from grader.report.harmless import clean

Attribute = str | int | float


def number(value: float) -> str:
    """A coordinate: one decimal, never NaN or infinite."""
    return f"{value if math.isfinite(value) else 0.0:.1f}".removesuffix(".0")


def element(name: str, *inner: str, **attributes: Attribute) -> str:
    """One element; `class_` is `class`, `stroke_width` is `stroke-width`, `viewBox` stays."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{shown}>{''.join(inner)}</{name}>" if inner else f"<{name}{shown}/>"


def _value(value: Attribute) -> str:
    return html.escape(value) if isinstance(value, str) else number(value)


def text(x: float, y: float, words: str, *, limit: int = 60, **attributes: Attribute) -> str:
    """Words at a place, at most `limit` characters."""
    return element("text", html.escape(clean(words, limit=limit)) or " ", x=x, y=y, **attributes)


def rect(
    class_: str, x: float, y: float, width: float, height: float, **attributes: Attribute
) -> str:
    """A rectangle by its upper left corner."""
    sides = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", **sides, **attributes, class_=class_)


def circle(class_: str, x: float, y: float, r: float, **attributes: Attribute) -> str:
    """A circle by its middle."""
    return element("circle", cx=x, cy=y, r=r, class_=class_, **attributes)


def group(*inner: str, class_: str = "") -> str:
    """Elements that share a class; "" when there are none."""
    if not any(inner):
        return ""
    return element("g", *inner, class_=class_) if class_ else element("g", *inner)


def figure(
    *inner: str,
    width: float,
    height: float,
    title: str,
    described: str = "",
    class_: str,
    stretch: bool = False,
) -> Markup:
    """A whole picture: `role="img"`, named and described for readers who do not see it.

    With `stretch` it fills its place whatever the place's proportions are.
    """
    fit = ' preserveAspectRatio="none"' if stretch else ""
    named = html.escape(clean(f"{title}. {described}" if described else title, limit=2000))
    return Markup(  # noqa: S704 - every text and attribute is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="{html.escape(class_)}" '
        f'viewBox="0 0 {number(width)} {number(height)}"{fit} aria-label="{named}">'
        f"<title>{html.escape(clean(title))}</title>{''.join(inner)}</svg>"
    )


# ---------------------------------------------------------------- glances
# A class has the same ones again and again, so they are kept.


def ring(share: float) -> Markup:
    """The share of the points as a ring, 120 × 120."""
    around = 2 * math.pi * 50
    share = min(max(share, 0.0), 1.0)
    arc = circle(
        "ring-part",
        60,
        60,
        50,
        stroke_dasharray=f"{number(around * share)} {number(around)}",
        transform="rotate(-90 60 60)",
    )
    return figure(
        circle("ring-whole", 60, 60, 50),
        arc if share > 0 else "",
        width=120,
        height=120,
        title=f"{share:.0%} of the points",
        class_="ring",
    )


def bar(share: float, *, title: str, kind: str) -> Markup:
    """A thin bar filled to `share`, 100 × 8; `kind` is one of our status words."""
    share = min(max(share, 0.0), 1.0)
    return figure(
        rect("bar-whole", 0, 0, 100, 8),
        rect(f"bar-part s-{kind}", 0, 0, 100 * share, 8) if share > 0 else "",
        width=100,
        height=8,
        title=title,
        class_="bar",
        stretch=True,
    )


def interval(share: float, low: float, high: float) -> Markup:
    """A share of images with its interval on a line from 0 to 100 %, 340 × 46."""
    left, wide = 18.0, 300.0
    low, share, high = (min(max(value, 0.0), 1.0) for value in (low, share, high))
    ticks = [
        text(left + wide * at / 4, 42, f"{at * 25} %", class_="tick", text_anchor="middle")
        for at in range(5)
    ]
    return figure(
        rect("bar-whole", left, 12, wide, 8, rx=4),
        rect("band", left + wide * low, 9, max(wide * (high - low), 2), 14, rx=4),
        circle("dot", left + wide * share, 16, 5),
        *ticks,
        width=340,
        height=46,
        title=f"{share:.1%} of the hidden images were recognised",
        described=f"The interval reaches from {low:.1%} to {high:.1%}",
        class_="interval",
    )
