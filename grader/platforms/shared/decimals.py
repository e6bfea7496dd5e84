"""Numbers as people of any country write them: `1,000.00`, `1.000,00`, `1 000,5`, `1'000`."""

import re
from collections.abc import Iterable

MARKS = ".,"
SPACES = " '’\u00a0\u2009\u202f"
"""What stands between groups of three digits and never before decimals."""
_GROUPED = re.compile(rf"[1-9][0-9]{{0,2}}([{MARKS}{SPACES}])(?:[0-9]{{2,3}}\1)*[0-9]{{3}}")
"""Groups of two are how India writes them: 1,00,000."""
_UNCLEAR = re.compile(rf"[1-9][0-9]{{0,2}}[{MARKS}][0-9]{{3}}")
"""`1,000` is a thousand to some and one to others."""


def parse_number(text: str, decimal: str = "") -> float | None:
    """The number that a cell says; None where it says none, or two readings are possible.

    decimal: the mark before decimals where it is known, "." or ",": it decides a doubt.
    """
    text = text.strip()
    if _UNCLEAR.fullmatch(text):
        if not decimal:
            return None
        return float(text.replace(decimal, ".") if decimal in text else re.sub(r"\D", "", text))
    whole, mark, decimals = text, "", ""
    at = max(text.rfind(mark) for mark in MARKS)
    if at >= 0 and not _GROUPED.fullmatch(text):
        whole, mark, decimals = text[:at], text[at], text[at + 1 :]
        if not re.fullmatch("[0-9]+", decimals):
            return None
    if re.fullmatch("[0-9]+", whole):
        return float(f"{whole}.{decimals or 0}")
    if not _GROUPED.fullmatch(whole) or (mark and mark in whole):
        return None
    return float(f"{re.sub('[^0-9]', '', whole)}.{decimals or 0}")


def decimal_mark(texts: Iterable[str]) -> str:
    """The mark before decimals in numbers that leave no doubt; "" where they have none or two."""
    marks = set()
    for text in map(str.strip, texts):
        if parse_number(text) is None or _GROUPED.fullmatch(text):
            continue
        marks |= {text[at] for at in [max(text.rfind(mark) for mark in MARKS)] if at >= 0}
    return marks.pop() if len(marks) == 1 else ""
