"""Makes the pictures of the pages: `python docs/pictures.py [RUNS]`, after `make demo`.

The plot of docs/benchmarks.md from its table, a report from the grade of the golden reports, and
the page of a class that was graded into RUNS (`make demo`'s without an argument). The last two need
Chromium or Chrome, and Pillow.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from grader.records import Grade
from grader.report.write import render

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden" / "grade.json"
PICTURE = ROOT / "docs" / "images" / "report.png"
WIDTH, HEIGHT, MODEL_HEIGHT = 1000, 750, 250
COLOURS = 64
"""Enough for flat colours, and a third of the bytes."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
)
ONLY_MODEL = "<style>main > *:not(:has(#model)), header, footer { display: none }</style>"


BENCHMARKS = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "images" / "class-of-100.svg"
CLASS = ROOT / "docs" / "images" / "class.png"
CLASS_PAGE = Path("horses-vs-humans") / "batch.html"
BAR = re.compile(r"^\| ((?:grader|nbclient), [^|]+) \| ([\d.]+) s \|", re.MULTILINE)


def plot(page: str) -> str:
    """Bars of processor seconds a notebook, from the first table of the page."""
    rows = [(name, float(seconds)) for name, seconds in BAR.findall(page)]
    longest = max(seconds for _, seconds in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {30 * len(rows) + 30}" '
        'font-family="sans-serif" font-size="14">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="10" y="20" font-weight="bold">Processor seconds a notebook</text>',
    ]
    for number, (name, seconds) in enumerate(rows):
        top = 32 + 30 * number
        colour = "#3949ab" if name.startswith("grader") else "#9e9e9e"
        width = max(2, 400 * seconds / longest)
        parts += [
            f'<text x="230" y="{top + 15}" text-anchor="end">{name}</text>',
            f'<rect x="240" y="{top}" width="{width:.0f}" height="20" fill="{colour}"/>',
            f'<text x="{246 + width:.0f}" y="{top + 15}">{seconds:g}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def photograph(page: str, size: tuple[int, int], browser: str) -> Image.Image:
    """The top of a page as the browser shows it. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "shot.png"
        source.write_text(page, encoding="utf-8")
        command = [
            browser,
            *FLAGS.split(),
            f"--user-data-dir={folder}/profile",
            f"--window-size={size[0]},{size[1]}",
            f"--screenshot={shot}",
            source.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        with Image.open(shot) as image:
            return image.convert("RGB")


def main() -> None:
    """The plot; glance and model of one report, one above the other; the page of a class."""
    PLOT.write_text(plot(BENCHMARKS.read_text(encoding="utf-8")), encoding="utf-8")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("No Chromium or Chrome found: install one, then try again.")
    page = render(Grade.model_validate_json(GOLDEN.read_bytes()), "html")
    # The page's own policy refuses other styles: for the picture it is taken away.
    start = page.index("<meta http-equiv")
    loose = page[:start] + ONLY_MODEL + page[page.index(">", start) + 1 :]
    parts = [
        photograph(page, (WIDTH, HEIGHT), browser),
        photograph(loose, (WIDTH, MODEL_HEIGHT), browser),
    ]
    whole = Image.new("RGB", (WIDTH, HEIGHT + MODEL_HEIGHT))
    whole.paste(parts[0], (0, 0))
    whole.paste(parts[1], (0, HEIGHT))
    keep(whole, PICTURE)
    runs = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "runs"
    if not (runs / CLASS_PAGE).is_file():
        sys.exit(f"{runs / CLASS_PAGE} is not there: `make demo` grades a class.")
    graded = (runs / CLASS_PAGE).read_text(encoding="utf-8")
    keep(photograph(graded, (WIDTH, HEIGHT + MODEL_HEIGHT), browser), CLASS)


def keep(picture: Image.Image, path: Path) -> None:
    """Write it with few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS).save(path, optimize=True)
    sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
