"""The style sheet: contrast in light and dark, nothing told by colour alone, print."""

from __future__ import annotations

import re

import pytest

from grader.report.templates import environment, templates_folder
from grader.report.words import STATUS_WORDS

CSS = (templates_folder() / "report.css").read_text()
TEXT, GRAPHIC = 4.5, 3.0
"""WCAG 2.2, success criteria 1.4.3 and 1.4.11."""
ON_CARDS = ["ink", "quiet", "accent", "passed", "partial", "failed", "skipped", "error"]
PAIRS = [
    *[(name, ground, TEXT) for name in ON_CARDS for ground in ("card", "paper")],
    *[(name, "soft", TEXT) for name in ("ink", "quiet", "accent")],
    *[("ink", ground, TEXT) for ground in ("cold", "warm", "ground")],
    *[("quiet", "ground", TEXT), ("on", "failed", TEXT)],
    *[("cold-ink", "cold", TEXT), ("warm-ink", "warm", TEXT), ("warm-ink", "card", TEXT)],
    *[("failed", "cold", GRAPHIC), ("failed", "warm", GRAPHIC), ("failed", "ground", GRAPHIC)],
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


LIGHT = colours(CSS.split("@media")[0])
DARK = colours(CSS.split("prefers-color-scheme: dark")[1].split("* {")[0])


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    """Black on white is 21, a colour on itself 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_everything_can_be_read(theme: str, text: str, ground: str, least: float) -> None:
    """Text stands out from its ground by 4.5, edges that mean something by 3, in both themes."""
    shown = LIGHT if theme == "light" else DARK
    assert contrast(shown[text], shown[ground]) >= least


def test_both_themes_have_every_colour() -> None:
    """No colour is forgotten in the dark."""
    assert set(LIGHT) == set(DARK)
    assert set(re.findall(r"var\(--([a-z-]+)\)", CSS)) <= set(LIGHT)


def test_every_status_has_a_word_and_a_sign_of_its_own() -> None:
    """Statuses differ in word and in shape, not only in colour."""
    assert len(set(STATUS_WORDS.values())) == len(STATUS_WORDS)
    template = environment("html").get_template("parts.html.j2")
    icon = template.make_module({"css": "", "css_hash": ""}).icon
    shapes = {re.sub(r'class="[^"]*"', "", str(icon(status))) for status in STATUS_WORDS}
    assert len(shapes) == len(STATUS_WORDS)


def test_paper_shows_what_is_folded() -> None:
    """In print every fold is open, and the dark theme is for screens only."""
    paper = CSS.split("@media print")[1]
    assert "details::details-content { content-visibility: visible" in paper
    assert "@media screen and (prefers-color-scheme: dark)" in CSS
