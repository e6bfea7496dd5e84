"""Of the digits, the class that `make demo` grades: prints the paths of its notebooks.

Right in two spellings, wrong in what this assignment is about, learned by heart, half done, empty.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
CLASS = (
    "solution", "functional",
    "no-convolution", "learned-by-heart", "blank-data", "template",
)  # fmt: skip

if __name__ == "__main__":
    expected = json.loads((HERE / "expected.json").read_text())
    folder = HERE.relative_to(Path.cwd()) if HERE.is_relative_to(Path.cwd()) else HERE
    print(*(folder / expected[name]["notebook"] for name in CLASS))
