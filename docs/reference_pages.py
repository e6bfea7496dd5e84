"""What mkdocs adds to the pages: the reference of commands and the schema, made from the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mkdocs.structure.files import File, Files
from typer.main import get_command

from grader.cli.app import FOR, app
from grader.records import Grade

BOLD = re.compile(r"\[bold\](.*?)\[/\]", re.DOTALL)
"""What is to be typed, in docstrings."""


def on_files(files: Files, config: Any) -> Files:
    """mkdocs calls this: two pages and a file that no folder has."""
    made = {
        "reference/commands.md": commands_page(),
        "reference/schema.md": schema_page(),
        "reference/grade.schema.json": json.dumps(Grade.model_json_schema(), indent=1),
    }
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    return files


def commands_page() -> str:
    """Every command with its arguments and options, by who uses it."""
    program: Any = get_command(app)
    parts = ["# Commands", "Made from the program itself; `grader COMMAND --help` prints the same."]
    listed: set[str] = set()
    for reader, functions in FOR.items():
        parts.append(f"## {reader}")
        names = [function.__name__ for function in functions]
        listed |= set(names)
        parts += [part for name in names for part in command_parts(name, program.commands[name])]
    for name in sorted(set(program.commands) - listed):
        command = program.commands[name]
        parts += [f"## {name}", typed(command.help)]
        for inner, below in getattr(command, "commands", {}).items():
            parts += command_parts(f"{name} {inner}", below)
    return "\n\n".join(parts) + "\n"


def command_parts(name: str, command: Any) -> Iterator[str]:
    """Usage, what it does, and a table of its words."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join(["grader", name, *((each.name or "").upper() for each in arguments)])
    yield f"### `grader {name}`"
    yield f"```text\n{usage} [OPTIONS]\n```"
    yield typed(command.help)
    rows = [row(each) for each in command.params if each.name != "help"]
    if rows:
        yield "\n".join(["| word | default | is |", "|---|---|---|", *rows])


def typed(words: str | None) -> str:
    """Rich's markup as Markdown."""
    return BOLD.sub(lambda found: f"`{' '.join(found[1].split())}`", words or "")


def row(parameter: Any) -> str:
    words = ", ".join(f"`{word}`" for word in (*parameter.opts, *parameter.secondary_opts))
    given = parameter.default
    default = "" if callable(given) or given in (None, "", False, True) else f"`{given}`"
    about = (getattr(parameter, "help", "") or "").replace("|", "\\|")
    return f"| {words} | {default} | {typed(about)} |"


def schema_page() -> str:
    """The fields of `grade.json`, table by table."""
    schema = Grade.model_json_schema()
    parts = [
        "# JSON Schema of a grade",
        "One `grade.json` a submission; `grader schema` prints the schema "
        "([grade.schema.json](grade.schema.json)).",
    ]
    for name, table in {"Grade": schema, **schema["$defs"]}.items():
        if "properties" not in table:
            continue
        parts += [f"## {name}", " ".join(table.get("description", "").split())]
        rows = [
            f"| `{key}` | {kind(value)} | {'yes' if key in table.get('required', ()) else ''} |"
            for key, value in table["properties"].items()
        ]
        parts.append("\n".join(["| key | type | always there |", "|---|---|---|", *rows]))
    return "\n\n".join(part for part in parts if part) + "\n"


def kind(value: dict[str, Any]) -> str:
    """A type in words, with a link to the table that it names."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(kind(each) for each in value["anyOf"])
    if "enum" in value:
        return " or ".join(f'"{word}"' for word in value["enum"])
    if value.get("type") == "array":
        return f"list of {kind(value['items'])}" if "items" in value else "list"
    return str(value.get("const", value.get("type", "anything")))
