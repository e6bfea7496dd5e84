"""Stands for `wget`, `curl`, `gdown`, `kaggle`, `unzip`, `pip`, `apt` … in the notebook's shell.

Started as a program by a stub of that name that comes first on the PATH. Only what notebooks do
with them is understood: which file, and where to. What is not about downloading is left to the
real program, where there is one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .delivery import Delivery, NotDelivered, refusal

TAKES_A_VALUE = {
    "wget": ("-O", "-o", "-P", "-t", "-T", "-U", "--output-document", "--directory-prefix",
             "--tries", "--timeout", "--user-agent", "--header", "--load-cookies"),
    "curl": ("-o", "-H", "-A", "-d", "-X", "-u", "-b", "-c", "-m", "--output", "--header",
             "--output-dir", "--user-agent", "--retry", "--max-time", "--create-dirs-mode"),
    "gdown": ("-O", "--output", "--id"),
    "unzip": ("-d", "-x"),
    "kaggle": ("-d", "-c", "-p", "-f", "--dataset", "--path", "--file"),
}  # fmt: skip
ANSWERED = {
    "pip": "Nothing is installed while a notebook is graded: the course's packages are here.",
    "apt": "Nothing is installed while a notebook is graded.",
    "tensorboard": "Nobody looks at TensorBoard while a notebook is graded.",
    "grader": "The self-check is left out while the notebook is graded; it costs nothing.",
}
SAME = {"pip3": "pip", "conda": "pip", "mamba": "pip", "apt-get": "apt", "sudo": "sudo",
        "add-apt-repository": "apt", "aria2c": "wget"}  # fmt: skip
PROGRAMS = ("wget", "curl", "gdown", "kaggle", "unzip", *ANSWERED, *SAME)


def main(name: str, arguments: list[str]) -> int:
    """Exit status of the program `name`."""
    name = SAME.get(name, name)
    if name in ANSWERED:
        print(ANSWERED[name])
        return 0
    if name == "sudo":
        return main(arguments[0], arguments[1:]) if arguments else 0
    options, words = _parsed(name, arguments)
    try:
        return {"unzip": _unzip, "kaggle": _kaggle}.get(name, _fetch)(name, options, words)
    except NotDelivered as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return 4
    except OSError as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return 1


def _parsed(name: str, arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """({option: value}, other words)."""
    taking = TAKES_A_VALUE[name]
    options: dict[str, str] = {}
    words: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word in taking:
            options[word] = waiting.pop(0) if waiting else ""
        elif word.startswith("--"):
            option, _, value = word.partition("=")
            options[option] = value
        elif word.startswith("-") and len(word) > 1:
            _short(word, taking, options, waiting)
        else:
            words.append(word)
    return options, words


def _short(word: str, taking: tuple[str, ...], options: dict[str, str], waiting: list[str]) -> None:
    """`-qO-`, `-LO`, `-Ofile`: several letters, the value of the last one glued to it or next."""
    for index, letter in enumerate(word[1:], start=1):
        option = f"-{letter}"
        if option in taking:
            options[option] = word[index + 1 :] or (waiting.pop(0) if waiting else "")
            return
        options[option] = ""


def _first(options: dict[str, str], *names: str) -> str:
    return next((options[name] for name in names if options.get(name)), "")


def _fetch(name: str, options: dict[str, str], words: list[str]) -> int:
    """wget, curl, gdown: deliver each address."""
    addresses = [options["--id"]] if options.get("--id") else words
    if not addresses:
        print(f"usage: {name} [options] ADDRESS")
        return 2
    naming = ("-o",) if name == "curl" else ("-O", "--output-document")
    target = _first(options, *naming, "--output")
    folder = _first(options, "-P", "--directory-prefix", "--output-dir")
    delivery = Delivery()
    for address in addresses:
        source = delivery.find(address) or delivery.find(target)
        named = target or {"-O", "--remote-name", "-J"} & set(options)
        if target == "-" or (name == "curl" and not named):
            if source is None:
                raise NotDelivered(refusal(address))
            with Path(source).open("rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
            continue
        path = target or (Path(source).name if source else "")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            path = str(Path(folder, path))
        print(f"{delivery.deliver(address, path)}: delivered")
    return 0


def _kaggle(name: str, options: dict[str, str], words: list[str]) -> int:
    """`kaggle datasets download -d OWNER/NAME [-p FOLDER] [--unzip]`."""
    asked = _first(options, "-d", "--dataset", "-c", "-f", "--file") or (words or [""])[-1]
    slug = asked.rpartition("/")[2]
    delivery = Delivery()
    source = delivery.find(slug)
    if "download" not in words or source is None:
        raise NotDelivered(refusal(slug or "this"))
    folder = Path(_first(options, "-p", "--path") or ".")
    folder.mkdir(parents=True, exist_ok=True)
    if "--unzip" in options and delivery.unpack(source, folder):
        return 0
    path = folder / f"{slug.removesuffix('.zip')}.zip"
    print(f"{delivery.deliver(source, str(path))}: delivered")
    return 0


def _unzip(name: str, options: dict[str, str], words: list[str]) -> int:
    """Known archives become links to their trees; any other is left to the real program."""
    archive = words[0] if words else ""
    delivery = Delivery()
    if archive and not Path(archive).exists() and delivery.find(archive):
        delivery.deliver(archive, archive)
    lists = {"-l", "-t", "-v", "-Z", "-p"} & set(options)
    whole = len(words) == 1 and not lists and "-x" not in options
    if whole and delivery.unpack(archive, options.get("-d") or "."):
        return 0
    return _really_unzip(options, words)


def _really_unzip(options: dict[str, str], words: list[str]) -> int:
    """The program of that name further down the PATH; Python's own where none is."""
    own = Path(sys.argv[0]).resolve().parent
    folders = [
        path for path in os.environ.get("PATH", "").split(":") if Path(path).resolve() != own
    ]
    if program := shutil.which("unzip", path=":".join(folders)):
        return subprocess.run([program, *sys.argv[1:]], check=False).returncode  # noqa: S603
    import zipfile

    with zipfile.ZipFile(
        words[0] if words else ""
    ) as opened:  # OSError: `main` says what is missing
        opened.extractall(options.get("-d") or ".")
    return 0


def write_stubs(folder: str | Path, python: str, library: str | Path) -> None:
    """Small programs of these names in `folder`; `grader_inside` stands in `library`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in PROGRAMS:
        # with its mode from the start: a tier may only pretend to change modes
        with open(folder / name, "w", encoding="utf-8", opener=_executable) as stub:
            stub.write(
                f"#!{python} -IS\nimport sys\nsys.path.append({str(library)!r})\n"
                "from grader_inside.shims.programs import main\n"
                f"sys.exit(main({name!r}, sys.argv[1:]))\n"
            )


def _executable(path: str, flags: int) -> int:
    return os.open(path, flags, 0o755)
