"""Makes the picture of a report for the README: `python docs/pictures.py [GRADE_JSON]`.

Needs Chromium or Chrome and Pillow. Without an argument the grade of the golden reports is shown,
so the picture changes when the reports do.
"""

from __future__ import annotations

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
WIDTH, HEIGHT, MODEL_HEIGHT = 1000, 760, 700
COLOURS = 64
"""Enough for flat colours, and a third of the bytes."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
)
ONLY_MODEL = "<style>main > *:not(:has(#model)), header, footer { display: none }</style>"


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
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603
        with Image.open(shot) as image:
            return image.convert("RGB")


def main() -> None:
    """Glance and model of one report, one above the other."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("No Chromium or Chrome found: install one, then try again.")
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    page = render(Grade.model_validate_json(source.read_bytes()), "html")
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
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    whole.quantize(COLOURS).save(PICTURE, optimize=True)
    sys.stdout.write(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
