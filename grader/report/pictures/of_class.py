"""Pictures of a whole class: how the totals are spread, how each criterion went."""

from collections.abc import Mapping, Sequence

from grader.report.pictures.svg import element, figure, rect, text

BINS = 10
WIDTH, HEIGHT = 400.0, 200.0
"""Narrow, so that the words can still be read where a phone shows the whole of it."""
LEFT, TOP, FLOOR = 18.0, 26.0, HEIGHT - 34.0
ORDER = ("passed", "partial", "failed", "skipped", "error")


def spread(shares: Sequence[float]) -> tuple[int, ...]:
    """How many shares (0…1) fall into each tenth; 1.0 belongs to the last."""
    counts = [0] * BINS
    for share in shares:
        counts[min(int(min(max(share, 0.0), 1.0) * BINS + 1e-9), BINS - 1)] += 1
    return tuple(counts)


def distribution(shares: Sequence[float]) -> str:
    """Histogram of the totals in tenths, each column with its count."""
    counts = spread(shares)
    most = max(counts) or 1
    wide = (WIDTH - 2 * LEFT) / BINS
    parts = [element("line", x1=LEFT, x2=WIDTH - LEFT, y1=FLOOR, y2=FLOOR, class_="grid")]
    for index, count in enumerate(counts):
        if count:
            x, tall = LEFT + wide * index, (FLOOR - TOP) * count / most
            top = FLOOR - tall
            parts.append(rect("column", x + 3, top, wide - 6, tall, rx=3))
            over = text(x + wide / 2, top - 6, str(count), class_="label", text_anchor="middle")
            parts.append(over)
    for edge in range(0, BINS + 1, 2):
        words, x = f"{edge * 10} %", LEFT + wide * edge
        parts.append(text(x, HEIGHT - 12, words, class_="tick", text_anchor="middle"))
    described = "; ".join(
        f"{at * 10} % and above: {count}" for at, count in enumerate(counts) if count
    )
    return figure(
        *parts,
        width=WIDTH,
        height=HEIGHT,
        title=f"Totals of {len(shares)} submissions in tenths of the points",
        described=described,
        class_="distribution",
    )


def outcome_bar(counts: Mapping[str, int], *, title: str) -> str:
    """One stacked bar, 200 × 12, in the order of ORDER; its numbers stand beside it as text."""
    whole = sum(counts.get(status, 0) for status in ORDER)
    parts = [rect("bar-whole", 0, 0, 200, 12, rx=3)]
    at = 0.0
    for status in ORDER:
        wide = 200 * counts.get(status, 0) / whole if whole else 0.0
        if wide:
            parts.append(rect(f"bar-part s-{status}", at, 0, max(wide - 1, 1), 12))
        at += wide
    described = ", ".join(f"{status} {counts.get(status, 0)}" for status in ORDER)
    return figure(
        *parts,
        width=200,
        height=12,
        title=title,
        described=described,
        class_="outcomes",
        stretch=True,
    )
