"""Where people's decisions lie: a TOML or CSV file for a class, a trail for each submission.

They are found without being named, so every re-grade keeps them. The class's file
(`decisions.toml` or `decisions.csv` beside the submissions' folders) comes first, then the trail
of the submission, then what is named on the command line: the last word counts.

The trail is JSON Lines in the *submission's* folder, above the attempts: a forced re-grade
throws an attempt away and must not lose what a person decided. Lines are only ever added.
"""

import csv
import io
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.judge.decisions.apply import LatePolicy, Override, apply, parse_moment
from grader.records import AssignmentError, Grade, GraderError, Record

FILES = ("decisions.toml", "decisions.csv")
TRAIL = "overrides.jsonl"
COLUMNS = ("submission", "kind", "criterion", "value", "why", "by")
VALUE_OF = {
    "override": "points",
    "total": "points",
    "extension": "hours",
    "submitted": "moment",
    "withdraw": "what",
    "comment": "why",
}
"""Which field the `value` of a CSV row fills."""
KIND_OF = {
    "total": "total",
    "comment": "comment",
    "extension_hours": "extension",
    "submitted_at": "submitted",
}
"""Which decision a key of a `[[submission]]` with a value is."""
FORMS = "docs/platforms/README.md shows such a file, as TOML and as CSV."
FLAGS = ("exempt", "release")
ENTRY_KEYS = {"id", "by", "why", "override", *KIND_OF, *FLAGS}


class Decisions(Record):
    """A class's file: the policy on lateness and all decisions."""

    policy: LatePolicy = LatePolicy()
    overrides: tuple[Override, ...] = ()


def standing(class_folder: Path) -> Decisions:
    """The class's own file, or no decisions. Raises AssignmentError when it cannot be read."""
    paths = [path for name in FILES if (path := class_folder / name).is_file()]
    if len(paths) > 1:
        raise AssignmentError(
            f"{class_folder} holds {' and '.join(FILES)}.", what_to_do="Keep one of them."
        )
    return read(paths[0]) if paths else Decisions()


def decided(judged: Grade, folder: Path, more: Decisions | None = None) -> Grade:
    """The grade with every decision that is kept in its submission's `folder` and above it.

    `more` comes after those; its policy on lateness, where it has a due time, stands in for
    that of the class.
    Raises AssignmentError or GraderError for a file that is damaged.
    """
    kept = standing(folder.parent)
    policy = more.policy if more and more.policy.due else kept.policy
    named = [made for made in (more.overrides if more else ()) if made not in kept.overrides]
    return apply(judged, (*kept.overrides, *trail(folder), *named), policy)


def read(path: Path) -> Decisions:
    """A `.toml` or `.csv` file. Raises AssignmentError that names the file and the place."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is not UTF-8"
        raise AssignmentError(f"{path.name} cannot be read: {why}.", what_to_do=FORMS) from problem
    try:
        return _from_toml(text) if path.suffix == ".toml" else _from_csv(text)
    except (ValueError, TypeError) as problem:
        raise AssignmentError(f"{path.name}: {_words(problem)}", what_to_do=FORMS) from problem


def trail(submission_folder: Path) -> tuple[Override, ...]:
    """All decisions kept for one submission, oldest first. Raises GraderError when damaged:
    leaving a person's decision out in silence would send a wrong grade."""
    path = submission_folder / TRAIL
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        return tuple(Override.model_validate_json(line) for line in lines if line.strip())
    except ValidationError as problem:
        raise GraderError(
            f"{path} has a line that is no decision: {_words(problem)}",
            what_to_do="Mend or remove that line.",
        ) from problem


def record(submission_folder: Path, decision: Override) -> None:
    """Add one line to the trail. A line is written in one call: two people do not mix."""
    line = decision.model_dump_json(exclude_defaults=True) + "\n"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    handle = os.open(submission_folder / TRAIL, flags, 0o644)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _from_toml(text: str) -> Decisions:
    parsed = tomllib.loads(text)
    unknown = set(parsed) - {"policy", "submission"}
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known: policy, submission")
    for key, kind in (("policy", dict), ("submission", list)):
        if not isinstance(parsed.get(key, kind()), kind):
            raise ValueError(f"{key} is written [policy], or [[submission]] for each")
    policy = LatePolicy.model_validate(_texts(parsed.get("policy", {})))
    if policy.due:
        parse_moment(policy.due)
    entries = [_texts(entry) for entry in parsed.get("submission", [])]
    overrides = tuple(override for entry in entries for override in _entry(entry))
    return Decisions(policy=policy, overrides=overrides)


def _texts(table: dict[str, Any]) -> dict[str, Any]:
    """TOML has moments of its own; ours are text."""
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in table.items()
    }


def _entry(entry: dict[str, Any]) -> list[Override]:
    unknown = set(entry) - ENTRY_KEYS
    if unknown or "id" not in entry:
        what = f"unknown key {sorted(unknown)[0]!r}" if unknown else "no id"
        raise ValueError(f"[[submission]] {entry.get('id', '')}: {what}")
    said = {"submission": entry["id"], "why": entry.get("why", ""), "by": entry.get("by", "")}
    overrides = [
        Override.model_validate({**said, "kind": "override", **table})
        for table in entry.get("override", [])
    ]
    decisions = [
        {"kind": kind, VALUE_OF[kind]: entry[key]} for key, kind in KIND_OF.items() if key in entry
    ]
    decisions += [{"kind": flag} for flag in FLAGS if entry.get(flag) is True]
    if "submitted_at" in entry:
        parse_moment(entry["submitted_at"])
    return overrides + [Override.model_validate(said | decision) for decision in decisions]


def _from_csv(text: str) -> Decisions:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    titles = tuple(reader.fieldnames or ())
    if not {"submission", "kind"} <= set(titles) or set(titles) - set(COLUMNS):
        raise ValueError(f"the first line must name columns of {', '.join(COLUMNS)}")
    overrides = []
    for row in reader:
        if None in row or not any(row.values()):
            raise ValueError(f"line {reader.line_num}: wrong number of cells")
        try:
            overrides.append(_row({key: (value or "").strip() for key, value in row.items()}))
        except ValueError as problem:
            raise ValueError(f"line {reader.line_num}: {_words(problem)}") from problem
    return Decisions(overrides=tuple(overrides))


def _row(row: dict[str, str]) -> Override:
    kind, value = row["kind"], row.pop("value", "")
    field = VALUE_OF.get(kind)
    if value and field:
        row[field] = value
    if kind in ("override", "total") and not value:
        raise ValueError(f"{kind} without a value")
    if kind == "submitted":
        parse_moment(value)
    return Override.model_validate({key: cell for key, cell in row.items() if cell})


def _words(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        first = problem.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(problem)
