"""The image without a container engine: the Containerfile's steps in a Debian made by debootstrap.

`make container` runs it: ten minutes, and the package registries. Then the image's own words are
tried: the health check, a notebook that is graded, compose.yaml's scheduler, workers and client.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
DEBIAN = "docker.io/library/debian:bookworm-slim"
TOOLS = ("debootstrap", "bwrap", "setpriv")
GRADED = ROOT / "reference" / "digits-cnn" / "solution.ipynb"
AUTHORITIES = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
"""Whom this machine trusts on the way to the registries."""


def why_not() -> str:
    """Why the steps cannot be run here; "" when they can."""
    if not os.environ.get("GRADER_CONTAINER"):
        return "ten minutes of installing: `make container` runs it"
    if os.geteuid():
        return "only root can fill the root folder of another Debian"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"{', '.join(missing)} is not installed" if missing else ""


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.timeout(3600),
]


@dataclass
class Image:
    """A root folder, and what the last words of a stage say about it."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    folder: str = "/"
    words: dict[str, list[str]] = field(default_factory=dict)
    """ENTRYPOINT, CMD, HEALTHCHECK."""

    def command(self, *words: str) -> list[str]:
        """The words, run in this root by the image's user."""
        binds = ["--bind", self.root, "/", "--dev", "/dev", "--proc", "/proc"]
        binds += ["--perms", "1777", "--tmpfs", "/dev/shm"]
        binds += ["--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf"]
        machine = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        if AUTHORITIES:
            binds += ["--ro-bind", AUTHORITIES, "/authorities.crt"]
            machine |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE"), "/authorities.crt")
        home = "/root" if self.user == "root" else f"/home/{self.user}"
        variables = {"PATH": os.environ["PATH"], "HOME": home, **machine, **self.variables}
        settings = [part for item in variables.items() for part in ("--setenv", *item)]
        becomes = (
            ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups"]
            if self.user != "root"
            else []
        )
        return [str(part) for part in (
            "bwrap", *binds, "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent",
            "--hostname", "container", "--cap-add", "ALL", "--chdir", self.folder, "--clearenv",
            *settings, *becomes, *words,
        )]  # fmt: skip

    def run(self, *words: str, seconds: float = 1200) -> str:
        """What they printed; a failure says what was said."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, check=False, timeout=seconds
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def grader(self, *words: str) -> str:
        return self.run(*self.words["ENTRYPOINT"], *words)

    def follow(self, word: str, rest: str) -> None:
        """An instruction that looks at no other image."""
        match word:
            case "RUN":
                self.run("sh", "-euc", rest)
            case "ENV":
                self.variables |= dict(part.split("=", 1) for part in shlex.split(rest))
            case "USER":
                self.user = rest
            case "WORKDIR":
                self.folder = rest
            case "VOLUME":
                assert all((self.root / path[1:]).is_dir() for path in json.loads(rest))
            case "HEALTHCHECK" | "ENTRYPOINT" | "CMD":
                self.words[word] = json.loads(rest[rest.index("[") :])
            case _:
                raise AssertionError(f"{word} is not known here")


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each of a Containerfile: its word and the rest."""
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").split("\n"):
        if line.strip():
            word, rest = line.split(None, 1)
            yield word, rest


def built(folder: Path, debian: Path) -> Image:
    """The last stage."""
    stages: dict[str, Image] = {}
    image = Image(debian)
    for word, rest in instructions((ROOT / "Containerfile").read_text()):
        parts = shlex.split(rest)
        if word == "FROM":
            assert parts[0] == DEBIAN
            image = Image(folder / f"stage{len(stages)}")
            subprocess.run(["cp", "-a", str(debian), str(image.root)], check=True)
            stages[parts[2] if len(parts) > 1 else ""] = image
        elif word == "COPY":
            _copy(parts, stages, image)
        else:
            image.follow(word, rest)
    return image


def _copy(parts: list[str], stages: dict[str, Image], image: Image) -> None:
    source, target = parts[-2], image.root / parts[-1].lstrip("/")
    if parts[0].startswith("--from="):
        taken = stages[parts[0].removeprefix("--from=")].root / source.lstrip("/")
        shutil.copytree(taken, target)
    elif source == ".":  # what a clone has
        target.mkdir()
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, target / name)
    else:
        shutil.copyfile(ROOT / source, target)


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """Built beside the clone: below /tmp no sandbox would see its Python."""
    with tempfile.TemporaryDirectory(prefix="grader-image-", dir=ROOT.parent) as made:
        folder = Path(made)
        folder.chmod(0o755)
        debian = folder / "debian"
        subprocess.run(
            ["debootstrap", "--variant=minbase", "bookworm", str(debian)],
            check=True, capture_output=True, timeout=900,
        )  # fmt: skip
        yield built(folder, debian)


def test_the_image_grades(image: Image) -> None:
    """As its own user: help, data, health, a right notebook."""
    assert "grade" in image.grader(*image.words["CMD"])
    image.grader("assets", "make", "-a", "digits-cnn")
    health = image.run(*image.words["HEALTHCHECK"])
    assert "Can this machine grade? Yes." in health
    shutil.copyfile(GRADED, image.root / "runs" / "ada.ipynb")
    (image.root / "runs" / "ada.ipynb").chmod(0o644)
    assert "100 of 100" in image.grader("grade", "/runs/ada.ipynb", "--out", "/runs/out")


def test_the_services_grade_a_class(image: Image) -> None:
    """compose.yaml's words for scheduler, workers and client, each a process of this image."""
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    image.variables |= services["worker"]["environment"]
    hosts = image.root / "etc" / "hosts"
    hosts.write_text("127.0.0.1 localhost container scheduler\n")
    submissions = image.root / "submissions"
    submissions.mkdir()
    for name in ("ada", "bob"):
        (submissions / f"{name}.ipynb").write_text(f"{GRADED.read_text()}\n")
    keys = image.root / "certificates"
    keys.mkdir()
    shutil.chown(keys, 1000, 1000)
    image.grader("cluster", "certificates", "/certificates")
    started = []
    try:
        for name, count in (("scheduler", 1), ("worker", services["worker"]["deploy"]["replicas"])):
            words = [*image.words["ENTRYPOINT"], *services[name]["command"]]
            for _ in range(count):
                started.append(subprocess.Popen(image.command(*words), start_new_session=True))
            time.sleep(3)
        printed = image.grader(*services["client"]["command"])
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert printed.count("100 of 100") >= 2
