"""Makes text that student code may have written harmless: page, Markdown, terminal, sheet.

Everything a report shows goes through here. The order is always: `clean` first (what the text
*is*), then the escaping of the place it goes to (what the text *means* there).
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

LIMIT = 600
"""Characters of one text that a reader is shown, unless said otherwise."""
MAX_LIMIT = 20_000
REPLACED = "\ufffd"
"""Stands for a character that would act: control characters, bidirectional overrides …"""
ELLIPSIS = "…"
MAX_COMBINING = 4
"""Marks stacked on one character; more of them paint over the neighbouring lines."""
MAX_URL = 500

# ECMA-48 escape sequences: CSI; strings (OSC, DCS, SOS, PM, APC) with their terminator; the rest.
_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
# Unicode Standard Annex 9: characters that reorder what stands around them (CVE-2021-42574).
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
# Unicode Standard 23.7: no characters, XML cannot hold them; in each plane the last two as well.
_NONCHARACTERS = range(0xFDD0, 0xFDF0)
_PLANE_END = 0xFFFE
# Variation selectors 17–256 carry hidden text and no emoji needs them.
_SELECTORS = range(0xE0100, 0xE01F0)
# What `_shown` leaves alone and most texts of ours are made of: printable ASCII, Latin letters and
# signs, punctuation, arrows.
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02af\u2010-\u2027\u2030-\u205e\u2190-\u21ff]*")
_SPACES = re.compile(r"[ ]+")
_JOINER_RUN = re.compile("[\u200c\u200d]{2,}")


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """What stands for one character: itself, a space, the replacement, or nothing."""
    code, category = ord(char), unicodedata.category(char)
    if category in {"Zl", "Zp", "Zs"} or char in "\n\r\v\f\x85\t":
        return " "
    no_character = code in _NONCHARACTERS or code & _PLANE_END == _PLANE_END
    if category in {"Cc", "Cs", "Co"} or char in _BIDI or no_character:
        return REPLACED
    hidden = category == "Cf" and char not in _JOINERS
    return "" if hidden or code in _SELECTORS else char


def _unstack(text: str) -> str:
    """Drop combining marks beyond MAX_COMBINING in a row."""
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if run <= MAX_COMBINING:
            kept.append(char)
    return "".join(kept)


def _one_space(text: str) -> str:
    return (_SPACES.sub(" ", text) if "  " in text else text).strip()


def clean(text: str, *, limit: int = LIMIT) -> str:
    """Text that only shows: no escape sequence, control, override or hidden character.

    One line, spaces collapsed, of at most `limit` characters; what is longer ends in "…". Cleaning
    twice changes nothing.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    if len(text) <= limit and _PLAIN.fullmatch(text):
        return _one_space(text)
    # Cut before the work, so that a huge text costs no more than a long one.
    text = _ANSI.sub("", text[: 4 * limit + 1000])
    text = "".join(map(_shown, text))
    if not text.isascii():
        text = _unstack(_JOINER_RUN.sub("", text))
    text = _one_space(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


# ---------------------------------------------------------------- prose with code in it

_CODE = re.compile(r"`([^`\s](?:[^`\n]{0,298}[^`\s])?)`")


def pieces(text: str, *, limit: int = LIMIT) -> list[tuple[bool, str]]:
    """Split cleaned text at `code` between single backticks: (is code, text), in order."""
    parts = _CODE.split(clean(text, limit=limit))
    return [(index % 2 == 1, part) for index, part in enumerate(parts) if part]


# ---------------------------------------------------------------- Markdown

_ACTIVE = re.compile(r"[\\`*\[\]|~${}]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_AT_START = re.compile(r"^(?=[#+\-=:>])|^(\d{1,9})(?=[.)])")
# Zero-width spaces keep GitHub and other renderers from making links, mentions and references.
_BREAK = "&#8203;"
_LINKING = re.compile(r"@|://|#(?=\d)|(?i:(?<=www)\.)|(?i:(?<=gh)-(?=\d))")


def _unlink(match: re.Match[str]) -> str:
    linking = match.group()
    return f":{_BREAK}//" if linking == "://" else f"{linking}{_BREAK}"


def markdown(text: str, *, limit: int = LIMIT) -> str:
    """One line of Markdown that shows `text` as it is: no markup, HTML, link, mention, formula."""
    text = clean(text, limit=limit)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _ACTIVE.sub(lambda match: "\\" + match.group(), text)
    text = _AT_START.sub(lambda match: f"{match.group(1) or ''}\\", text)
    return _LINKING.sub(_unlink, text)


def code_span(text: str, *, limit: int = LIMIT) -> str:
    """A Markdown code span around any text, fit for a table cell too; "" for an empty one.

    The fence is longer than every run of backticks within (CommonMark 0.31, section 6.1).
    """
    text = clean(text, limit=limit)
    if not text:
        return ""
    # GitHub splits table rows before it looks at code, so a bar would end the cell.
    text = text.replace("|", "¦")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def markdown_prose(text: str, *, limit: int = LIMIT) -> str:
    """`markdown`, but what stands between backticks becomes a code span."""
    return "".join(
        code_span(part, limit=limit) if is_code else _inline(part, limit)
        for is_code, part in pieces(text, limit=limit)
    )


def _inline(part: str, limit: int) -> str:
    """Escape a piece and keep the spaces that part it from its neighbours."""
    before = " " if part[:1] == " " else ""
    after = " " if part[-1:] == " " and part.strip() else ""
    return f"{before}{markdown(part, limit=limit)}{after}"


# ---------------------------------------------------------------- spreadsheets and links

# OWASP "CSV injection": these start a formula; the wide forms are folded to them by some programs.
_FORMULA = frozenset("=+-@|%＝＋－＠\t\r\n")


def sheet_cell(text: str, *, limit: int = LIMIT) -> str:
    """A cell that no spreadsheet takes for a formula: a leading apostrophe where it might."""
    text = clean(text, limit=limit - 1)
    first = text.lstrip(" '\"" + REPLACED)[:1]
    return f"'{text}" if first in _FORMULA and first else text


def safe_url(url: str) -> str:
    """The address if it is a plain https one, else "" (no user part, no odd characters)."""
    if len(url) > MAX_URL or not re.fullmatch(r"https://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+", url):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    named = bool(re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", parts.hostname or ""))
    return url if named and "@" not in parts.netloc and port in {None, 443} else ""
