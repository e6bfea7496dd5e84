"""Findings in a word, and how a check asks for evidence: what is missing is said in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict, TypeVar, Unpack

from grader.judge.checks import causes
from grader.records import STANDS_IN, Answer, Cause, Evidence, Finding, Graph, MissingEvidence

REASONS = {
    "timeout": "did not come back in time",
    "refused": "gave something that cannot be read",
}


class Said(TypedDict, total=False):
    """What may stand beside a message."""

    seen: str
    expected: str
    where: Sequence[str]
    """Ids of layers that the message is about."""
    shows: Sequence[str]
    """Ids of misconceptions: why it is not as asked for."""
    besides: Sequence[str]
    """Ids of misconceptions that cost nothing here."""
    hint: str
    """What helps with just this, where no misconception of the rubric says it."""
    cause: Cause | None
    """What took away that which the check looks at."""


def passed(message: str, **said: Unpack[Said]) -> Finding:
    """All as asked for."""
    return partial(1.0, message, **said)


def failed(message: str, **said: Unpack[Said]) -> Finding:
    """Nothing of it as asked for."""
    return partial(0.0, message, **said)


def partial(share: float, message: str, **said: Unpack[Said]) -> Finding:
    """A share (0…1) of it. Raises ValueError (pydantic's) for any other share, NaN included."""
    return Finding(
        share=share,
        message=message,
        seen=said.get("seen", ""),
        expected=said.get("expected", ""),
        where=tuple(said.get("where", ())),
        misconceptions=tuple(said.get("shows", ())),
        besides=tuple(said.get("besides", ())),
        hint=said.get("hint", ""),
        cause=said.get("cause"),
    )


def answer(evidence: Evidence, functions: Iterable[str]) -> Answer:
    """The answer of the one of `functions` that the notebook has. Raises MissingEvidence."""
    names = tuple(functions)
    given = [evidence.answers[name] for name in names if name in evidence.answers]
    there = [answer for answer in given if answer.status != "missing"]
    if there:
        return there[0]
    if names and names[0] in evidence.submission.functions:
        raise MissingEvidence(
            f"The notebook has a function `{names[0]}`, but running it to its end did not bring it "
            f"into being or left no answer. {how_it_ended(evidence)}",
            causes.not_run(evidence)
            or causes.nothing_usable(names[0], f"`{names[0]}` is not there after the run"),
        )
    meant = next((usual for name in names if (usual := _usual_name(evidence, name))), "")
    stands = tuple(STANDS_IN.format(name=name) for name in (*names, meant) if name)
    for note in evidence.submission.notes:
        if note.startswith(stands):
            title = note.partition(" (")[0]
            raise MissingEvidence(note, Cause(id=title, title=title))
    what = f"no `{meant}`" if meant else f"no function `{names[0]}`"
    raise MissingEvidence(
        f"There is {what} after the notebook has run. {how_it_ended(evidence)}",
        (causes.not_run(evidence) if meant or causes.unreadable_cell(evidence) else None)
        or causes.nothing_usable(names[0], f"There is {what} after the notebook has run"),
    )


def _usual_name(evidence: Evidence, function: str) -> str:
    """The name under which flat code keeps what `function` would return; "" for other code."""
    objects = evidence.asked.get("objects") if isinstance(evidence.asked, dict) else None
    names = objects.get(function) if isinstance(objects, dict) else None
    return str(names[0]) if names and not evidence.submission.functions else ""


def left_as(given: Answer) -> str:
    """The name of the object that stands for a function's answer, "" where it was called."""
    name = given.value.get("object") if isinstance(given.value, dict) else ""
    return name[:80] if isinstance(name, str) and name[:80].isidentifier() else ""


def how_it_ended(evidence: Evidence) -> str:
    """The first cell that stopped, with its error; else what the run says of itself."""
    broken = next((cell for cell in evidence.run.cells if cell.status != "ok"), None)
    if broken is None or not broken.error:
        return evidence.run.message[:200]
    return f"{broken.where} stopped with {broken.error}"


def ok_answer(evidence: Evidence, functions: Iterable[str]) -> Answer:
    """Like `answer`, but only of a function that came back. Raises MissingEvidence."""
    names = tuple(functions)
    given = answer(evidence, names)
    if given.status == "ok":
        return given
    name = next((name for name in names if evidence.answers.get(name) is given), names[0])
    if given.status == "raised":
        cause = causes.raised(evidence, name, given.error)
        raise MissingEvidence(f"`{name}` stopped with an error: {given.error}", cause)
    why = f": {given.error}" if given.error else ""
    how = f"`{name}` {REASONS[given.status]}"
    raise MissingEvidence(f"{how}{why}.", causes.nothing_usable(name, how))


def hidden_answer(evidence: Evidence, functions: Sequence[str]) -> dict[str, Any]:
    """What the data function gave when it was asked with hidden data; {} where that is no table."""
    value = ok_answer(evidence, functions).value
    hidden = value.get("hidden") if isinstance(value, dict) else None
    return hidden if isinstance(hidden, dict) else {}


def left_without(evidence: Evidence, functions: Sequence[str], what: str) -> MissingEvidence | None:
    """Why flat code has no data for that (`training`); None for code with a data function."""
    if not left_as(ok_answer(evidence, functions)):
        return None
    why = f"There are no data for {what} after the notebook has run"
    cause = causes.not_run(evidence) or causes.no_data(what, why)
    return MissingEvidence(f"{why}. {how_it_ended(evidence)}".strip(), cause)


Part = TypeVar("Part")


def those_there(read: Callable[[str], Part], splits: Iterable[str]) -> list[Part]:
    """What is read of every split of which something is there. MissingEvidence where none is."""
    there: list[Part] = []
    missing: list[MissingEvidence] = []
    for split in splits:
        try:
            there.append(read(split))
        except MissingEvidence as problem:
            missing.append(problem)
    if not there:
        raise missing[0]
    return there


def listed(part: Mapping[str, Any], key: str) -> list[Any]:
    """The list at that key; [] for anything else."""
    value = part.get(key)
    return value if isinstance(value, list) else []


def graph(evidence: Evidence, name: str, function: str) -> Graph:
    """A model of the submission, with its layers to be seen. Raises MissingEvidence.

    `function` is the one that makes it, so that the message can say why there is none.
    """
    given = ok_answer(evidence, (function,))
    value = given.value if isinstance(given.value, dict) else {}
    # without a model there is no graph of one, whoever wrote the file
    made = value.get("is_model") is True or value.get("is_tensor") is True
    model = evidence.graphs.get(name) if made else None
    if model is not None and model.style != "opaque" and model.layers:
        return model
    left = left_as(given)
    subject, verb = (left, "is") if left else (function, "returned")
    if model is not None:
        raise MissingEvidence(
            f"`{subject}` {verb} a {model.class_name or 'model'} whose layers cannot be seen; "
            "expected a Model made of Keras layers.",
            causes.nothing_usable(function, f"`{subject}` {verb} a model whose layers are hidden"),
        )
    kind = str(value.get("kind", ""))[:80]
    was = f"a {kind}" if kind not in ("", "NoneType") else ("None" if left else "nothing")
    if made:
        was = f"a {kind} that could not be read"
    wanted = "the output of a layer" if "is_tensor" in value else "a Keras Model"
    step = causes.NO_RETURN if kind == "NoneType" and not left else ""
    raise MissingEvidence(
        f"`{subject}` {verb} {was}; expected {wanted}.",
        causes.nothing_usable(
            function,
            f"`{subject}` {verb} no {wanted.split(maxsplit=1)[1]}",
            causes.defined_again(evidence, function) or step,
        ),
    )


def not_compiled(evidence: Evidence, function: str) -> tuple[str, Cause]:
    """Why no loss and no metric is on the final model: a sentence, and its cause.

    In flat code a cell that stopped may have taken `compile` with it; one that says itself that
    `compile` is missing has not.
    """
    given = evidence.answers.get(function)
    if given is None or not left_as(given):
        return f"{causes.NOT_COMPILED.title}.", causes.NOT_COMPILED
    own = causes.LEFT_UNCOMPILED
    stopped = causes.not_run(evidence)
    if stopped is None or any("compile" in cell.error for cell in evidence.run.cells):
        return f"{own.title}.", own
    return f"{own.title}. {how_it_ended(evidence)}", stopped


def handed(evidence: Evidence, model: Graph) -> set[str]:
    """Ids in the final model of what its function was handed: the pretrained network, and, where
    the student took another one or put something behind it, whatever leads to the given tensor."""
    given = evidence.graphs.get("cut")
    kinds = {layer.id: layer.kind for layer in given.layers} if given else {}
    return {
        layer.id for layer in model.layers if layer.reference or kinds.get(layer.id) == layer.kind
    }
