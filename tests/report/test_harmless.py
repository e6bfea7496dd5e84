"""Text that student code wrote shows and does nothing else, wherever it is put."""

from __future__ import annotations

import csv
import io
import time
import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.report import harmless as plain

NASTY = st.sampled_from(
    "\x00\x07\x08\x1b\x7f\x9b\u200b\u202e\u2066\u200d\ufeff\ufffe\ud800\U000e0041\u0300\u2028\r\n\t"
    "`*_[]()<>#+-=|~$&!\\:@.{}%1a é"
)
TEXT = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text(NASTY, max_size=60),
    st.lists(
        st.sampled_from(["\x1b[31m", "\x1b]0;t\x07", "http://e.example", "www.", "``", "a", " ",
                         "#1", "<b>", "](", "@x", "\n- ", "\n# ", "1. ", "\u0301", "__", "**"]),
        max_size=12,
    ).map("".join),
)  # fmt: skip
CALM = settings(deadline=None, max_examples=80)
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@given(TEXT, st.integers(1, 80))
@CALM
def test_clean_text_only_shows(text: str, limit: int) -> None:
    """No control, override, surrogate or hidden character is left, at any length."""
    cleaned = plain.clean(text, limit=limit)
    assert len(cleaned) <= limit
    cleaned.encode("utf-8")
    for char in cleaned:
        allowed = char in "\u200c\u200d"
        assert allowed or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(TEXT, st.integers(1, 80))
@CALM
def test_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    """What the first pass takes away cannot put a new escape sequence together."""
    once = plain.clean(text, limit=limit)
    assert plain.clean(once, limit=limit) == once


@pytest.mark.parametrize(
    "text",
    [
        "create_final_model returned a list",
        "größer – 150 × 150",
        "馬と人",
        "👩‍🚀 ok",
        "حصان",
        "नमस्ते",
    ],
)
def test_honest_text_stays(text: str) -> None:
    """Every script and emoji is shown as it was written."""
    assert plain.clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;http://e.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP+q544e\x1b\\rest", "rest"),
        ("\x1b(0lqk", "lqk"),
        ("a\x1b\x1b[0m[31mb", "a\ufffd[31mb"),
        ("\x1b]never ended", "never ended"),
        ("one\rtwo\nthree\tfour", "one two three four"),
        ("a\r\nb\u2028c  d \n", "a b c d"),
        ("a\u202eb\u2066c", "a\ufffdb\ufffdc"),
        ("pass\u200bword\ufeff\u00ad", "password"),
        ("hid\U000e0041\U000e0042den\U000e0101", "hidden"),
        ("\x00nul\ud800", "\ufffdnul\ufffd"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 4),
    ],
)
def test_what_acts_is_taken_out(text: str, shown: str) -> None:
    """Escape sequences vanish, other acting characters leave a visible trace."""
    assert plain.clean(text) == shown


def test_long_text_is_cut_and_says_so() -> None:
    """A text over the limit ends in an ellipsis and costs no more than a long one."""
    started = time.perf_counter()
    for text in (
        "a" * 10**7,
        "\x1b]" * 10**6,
        "\x1b[" + "1" * 10**7,
        "\u0301" * 10**6,
        "`" * 10**6,
    ):
        shown = plain.clean(text, limit=100)
        assert len(shown) <= 100
        plain.markdown(text)
        plain.code_span(text)
        plain.markdown_prose(text)
    assert plain.clean("a" * 101, limit=100) == "a" * 99 + "…"
    assert time.perf_counter() - started < 2


def rendered(markdown: str) -> list[Token]:
    """The inline tokens of a paragraph, which must be the only block."""
    blocks = RENDERER.parse(markdown)
    assert [token.type for token in blocks] in (
        [], ["paragraph_open", "inline", "paragraph_close"]
    ), markdown  # fmt: skip
    return list(blocks[1].children or []) if blocks else []


@given(TEXT)
@CALM
def test_markdown_shows_the_text_itself(text: str) -> None:
    """A renderer turns it back into the very text: no markup, HTML, link or block comes of it."""
    tokens = rendered(plain.markdown(text))
    assert {token.type for token in tokens} <= {"text", "text_special"}
    shown = "".join(token.content for token in tokens).replace("\u200b", "")
    assert shown == plain.clean(text)


@given(TEXT)
@CALM
def test_a_code_span_holds_any_text(text: str) -> None:
    """One code span with the very text (but for bars, which end table cells), or nothing."""
    tokens = rendered(plain.code_span(text))
    cleaned = plain.clean(text).replace("|", "¦")
    assert [(token.type, token.content) for token in tokens] == (
        [("code_inline", cleaned)] if cleaned else []
    )


@given(TEXT)
@CALM
def test_prose_has_code_and_nothing_else(text: str) -> None:
    """Backticks in a message make code spans; all else is shown as it is."""
    tokens = rendered(plain.markdown_prose(text))
    assert {token.type for token in tokens} <= {"text", "text_special", "code_inline"}


def test_prose_keeps_its_spaces() -> None:
    """Code in the middle of a sentence stays apart from its words."""
    assert plain.markdown_prose("so `a*b` is *it*") == r"so `a*b` is \*it\*"


@pytest.mark.parametrize(
    "text",
    [
        *("http://e.example", "https://e.example", "WWW.e.example", "ftp://e.example"),
        *("@all", "a@e.example", "see #12", "GH-12"),
    ],
)
def test_nothing_links_itself(text: str) -> None:
    """GitHub finds links, mentions and references in the rendered text: they are broken up."""
    shown = "".join(token.content for token in rendered(plain.markdown(text)))
    assert "\u200b" in shown
    assert shown.replace("\u200b", "") == text


@given(TEXT)
@CALM
def test_no_cell_is_a_formula(text: str) -> None:
    """A spreadsheet sees text: no cell starts with what starts a formula, quoted or not."""
    cell = plain.sheet_cell(text)
    assert cell.lstrip(' "\ufffd')[:1] not in {"=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"}
    out = io.StringIO()
    csv.writer(out).writerow([cell, "end"])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == [cell, "end"]


@pytest.mark.parametrize(
    "text", ["=1+1", " =1", "\t=1", "@SUM(A1)", "-1+1", "+1", "＝1", '"=1', "'=1"]
)
def test_formulas_get_an_apostrophe(text: str) -> None:
    """The apostrophe is what spreadsheets take for "this is text"."""
    assert plain.sheet_cell(text).startswith("'")


def test_ordinary_cells_stay() -> None:
    """Names and ids are not touched."""
    assert plain.sheet_cell("anna-b_2") == "anna-b_2"
    assert plain.sheet_cell("") == ""


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "http://e.example/", "//e.example/", "data:text/html,x", "/path", "",
        "https://user@e.example/", "https://e.example:99999/", "https://e.example:8443/",
        "https://e.example/\" onclick=x", "https://e.example/<b>", "https://e.example/ x",
        "https://localhost/", "https://[::1]/", "https://e.example\\@x", "HTTPS://e.example/",
        "https://e.example/\n", "https://xn--\u0430.example/", f"https://e.example/{'a' * 600}",
    ],
)  # fmt: skip
def test_unsafe_addresses_are_none(url: str) -> None:
    """Only plain https addresses become links."""
    assert plain.safe_url(url) == ""


@given(st.one_of(TEXT, TEXT.map("https://e.example/{}".format), TEXT.map("https://{}".format)))
@CALM
def test_a_safe_address_is_https(url: str) -> None:
    """Whatever comes in, what goes out is "" or https without a user part or a quote."""
    safe = plain.safe_url(url)
    assert safe in ("", url)
    if safe:
        parts = urlsplit(safe)
        assert parts.scheme == "https"
        assert not parts.username
        assert not set(safe) & set("\"'<>`\\ \n")


def test_lesson_addresses_pass() -> None:
    """The course's own links are kept."""
    url = "https://www.coursera.org/learn/convolutional-neural-networks-tensorflow/lecture/QaiFL/x"
    assert plain.safe_url(url) == url
