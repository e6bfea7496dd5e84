"""Attacks tried and stopped, for each tier: `python -m benchmarks.attacks [--without-tensorflow]`.

Runs the attack tests, or reads what was written of them before (`pytest --junitxml=FILE`, then
`--report FILE`), and counts what they say, group by group. Prints a Markdown table for
`docs/benchmarks.md`; the exit status is 1 when an attack that should be stopped was not.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
HERE = ROOT / "tests" / "attacks"
FILES = ("test_attacks.py", "test_tampering.py", "test_injection.py", "test_keras_attacks.py")
STOPPED = re.compile(
    r"(?:test_attack_is_contained|test_it_earns_nothing|test_it_is_shown_as_text)"
    r"\[(?P<words>[\w-]+)\]"
)
TIERS = ("bubblewrap", "warm", "landlock")
GROUPS = ("read", "write", "network", "exhaust", "escape", "tampering", "injection", "keras")


def ran(files: tuple[str, ...], report: Path) -> list[tuple[str, bool]]:
    """Run them; see `read`."""
    words = ["-q", "-p", "no:cacheprovider", "-k", "not control", f"--junitxml={report}"]
    command = [sys.executable, "-m", "pytest", *words, *(str(HERE / name) for name in files)]
    subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return read(report)


def read(report: Path) -> list[tuple[str, bool]]:
    """(name of the case, whether it passed) of every attack that was tried."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by pytest, here
        matched = STOPPED.match(case.get("name", ""))
        if matched and case.find("skipped") is None:
            wrong = case.find("failure") is not None or case.find("error") is not None
            found.append((f"{case.get('classname')}[{matched['words']}]", not wrong))
    return found


def group_of(case: str) -> tuple[str, str, str]:
    """(tier, group, attack) of a case."""
    module, _, words = case.partition("[")
    tier, _, name = words.removesuffix("]").partition("-")
    group, _, attack = name.partition("-")
    inside = module.rpartition("test_")[2].removesuffix("_attacks")
    return (tier, group, attack) if inside == "attacks" else (tier, inside, name)


def not_held(tier: str, group: str, attack: str) -> bool:
    """Whether the file says that this tier does not hold it (and the test showed so)."""
    for path in (HERE / kind / group / f"{attack}.py" for kind in ("programs", "cells")):
        if path.is_file():
            return bool(re.search(rf"^Not held: .*{tier}", path.read_text("utf-8"), re.MULTILINE))
    return False


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-tensorflow", action="store_true")
    parser.add_argument("--report", type=Path, help="of tests that were run before")
    given = parser.parse_args()
    files = FILES[:-1] if given.without_tensorflow else FILES
    with tempfile.TemporaryDirectory() as folder:
        cases = read(given.report) if given.report else ran(files, Path(folder) / "report.xml")
    tried: Counter[tuple[str, str]] = Counter()
    stopped: Counter[tuple[str, str]] = Counter()
    wrong = []
    for case, passed in cases:
        tier, group, attack = group_of(case)
        tried[tier, group] += 1
        stopped[tier, group] += passed and not not_held(tier, group, attack)
        wrong += [] if passed else [case]
    heads = " | ".join(f"{tier}: tried, stopped" for tier in TIERS)
    print(f"| group | {heads} |")
    print("|---" * (len(TIERS) + 1) + "|")
    for group in GROUPS:
        cells = [f"{tried[tier, group]}, {stopped[tier, group]}" for tier in TIERS]
        print(f"| {group} | {' | '.join(cells)} |")
    sums = [
        f"{sum(n for (t, _), n in tried.items() if t == tier)}, "
        f"{sum(n for (t, _), n in stopped.items() if t == tier)}"
        for tier in TIERS
    ]
    print(f"| all | {' | '.join(sums)} |")
    print("\n".join(["", *wrong]))
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
