"""`out/` → Evidence: the trust boundary. Every byte in there may be an enemy's.

Nothing in it can raise: what cannot be read is left out and said in `Evidence.problems`, and checks
that ask for it get MissingEvidence. Only faults of ours (damaged assets) raise.
"""

import re
from pathlib import Path
from typing import Any, get_args

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.evidence.files import Folder, names, opened, read
from grader.evidence.graph.parse import MAX_GRAPH_BYTES, parse
from grader.evidence.graph.places import annotate
from grader.evidence.graph.pretrained import fingerprints, reference_graph
from grader.evidence.strict_json import parse_json
from grader.evidence.weights import weight_arrays
from grader.records import (
    Answer,
    AnswerStatus,
    Evidence,
    GraderError,
    Graph,
    Run,
    Submission,
    WeightArray,
)

ANSWERS = "answers.json"
MAX_ANSWERS_BYTES = 8 * 1024 * 1024
MAX_ERROR = 300
MAX_MODELS = 8
GRAPH = re.compile(r"graph_([a-z][a-z0-9]{0,19})\.json")
WEIGHTS = re.compile(r"weights_([a-z][a-z0-9]{0,19})\.json")
STATUSES = get_args(AnswerStatus)
ANSWER_KEYS = {"status", "value", "error"}


def collect_evidence(
    folder: Path,
    *,
    assignment: Assignment,
    submission: Submission,
    run: Run,
    assets: AssetStore,
    asked: Any,
) -> Evidence:
    """The evidence in `folder/out/`: answers, graphs, weights. AssetError for damaged assets."""
    problems: list[str] = []
    left: dict[str, Any] = {}
    with opened(folder / "out") as out:
        if out is None:
            problems.append("The run left nothing to look at.")
        else:
            there = names(out)
            left["answers"] = _answers(out, there, assignment.functions, problems)
            left["graphs"] = graphs = _graphs(out, there, assets, problems)
            left["weights"] = _weights(out, there, graphs, assets, problems)
    return Evidence(
        assignment=assignment.slug,
        submission=submission,
        run=run,
        asked=asked,
        problems=tuple(problems),
        assets=assets.record,
        **left,
    )


def _answers(
    out: Folder, there: tuple[str, ...], functions: tuple[str, ...], problems: list[str]
) -> dict[str, Answer]:
    """Answers of graded functions; one in a wrong form is "refused"."""
    if ANSWERS not in there:
        problems.append("The functions could not be asked: the run ended before.")
        return {}
    try:
        value = parse_json(read(out, ANSWERS, MAX_ANSWERS_BYTES), max_bytes=MAX_ANSWERS_BYTES)
        if not isinstance(value, dict):
            raise ValueError("not a table of answers")
    except ValueError as problem:
        problems.append(f"The answers of the functions were refused: {problem}.")
        return dict.fromkeys(functions, Answer(status="refused", error=str(problem)))
    return {name: _answer(value[name]) for name in functions if name in value}


def _answer(value: Any) -> Answer:
    fields = value if isinstance(value, dict) else {}
    status, error = fields.get("status"), fields.get("error", "")
    if status not in STATUSES or not isinstance(error, str) or fields.keys() - ANSWER_KEYS:
        return Answer(status="refused", error="not in the form of an answer")
    # the student's own words: one line, printable, capped
    shown = "".join(letter if letter.isprintable() else " " for letter in error[:MAX_ERROR])
    return Answer(status=status, value=fields.get("value"), error=shown)


def _graphs(
    out: Folder, there: tuple[str, ...], assets: AssetStore, problems: list[str]
) -> dict[str, Graph]:
    graphs = {}
    for name in _wanted(GRAPH, there):
        try:
            built = parse(read(out, f"graph_{name}.json", MAX_GRAPH_BYTES))
            graphs[name] = annotate(built, reference_graph(assets))
        except ValueError as problem:
            problems.append(f"The graph of the model `{name}` was refused: {problem}.")
    return graphs


def _weights(
    out: Folder,
    there: tuple[str, ...],
    graphs: dict[str, Graph],
    assets: AssetStore,
    problems: list[str],
) -> dict[str, tuple[WeightArray, ...]]:
    weights = {}
    for name in _wanted(WEIGHTS, there):
        try:
            weights[name] = weight_arrays(out, name, graphs.get(name), fingerprints(assets))
        except ValueError as problem:
            problems.append(f"The weights of the model `{name}` were refused: {problem}.")
        except OSError as problem:
            raise GraderError(f"The weights could not be read: {problem.strerror}.") from problem
    return weights


def _wanted(pattern: re.Pattern[str], there: tuple[str, ...]) -> tuple[str, ...]:
    models = [match[1] for name in there if (match := pattern.fullmatch(name))]
    return tuple(models[:MAX_MODELS])
