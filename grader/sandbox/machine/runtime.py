"""What of this machine's Python a sandbox must be able to read, and what of it never.

The virtual environment and the interpreter it stands on may be anywhere (pyenv, uv, conda, the
system). The grader's own package may lie among its libraries, with rubrics in it: hidden.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path

INSIDE = Path(__file__).resolve().parents[2] / "inside"
GUARD = Path(__file__).resolve().parents[1] / "guard"
NAME = "grader_inside"
"""What the package is called in a sandbox."""
PACKAGE = INSIDE.parent
PACKAGES = "PYTHONPATH"

SYSTEM = tuple(Path(p) for p in ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32"))
CONFIGURATION = tuple(
    Path("/etc") / name
    for name in (
        *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "fonts"),
        *("mime.types", "protocols", "services", "nsswitch.conf"),
    )
)


@lru_cache(maxsize=1)
def prefixes() -> dict[Path, Path]:
    """Path as Python names it → folder that is there really; only what is outside of `SYSTEM`."""
    named = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), *elsewhere()]
    named += [path.resolve() for path in named]
    return {
        path: path.resolve()
        for path in named
        if path.is_dir() and not any(within(path, folder) for folder in SYSTEM)
    }


@lru_cache(maxsize=1)
def elsewhere() -> tuple[Path, ...]:
    """Folders of installed packages outside of the environment: where `pip install --user` puts
    them, or a `.pth` file or PYTHONPATH names them. A run finds them by its own PYTHONPATH."""
    roots = (*SYSTEM, Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix))
    folders = (Path(entry) for entry in sys.path)
    outside = (path for path in folders if not any(within(path, root) for root in roots))
    return tuple(path for path in outside if path.is_absolute() and any(path.glob("*.dist-info")))


def programs(*, measures: bool) -> dict[str, Path]:
    """Path below the folder `{inside}` → what stands there: the package, part by part."""
    left_out = {"__pycache__"} if measures else {"__pycache__", "measuring"}
    folders = {path.name for path in INSIDE.iterdir() if path.is_dir()} - left_out
    return {f"{NAME}/{part}": INSIDE / part for part in ("__init__.py", *sorted(folders))}


@lru_cache(maxsize=1)
def links() -> dict[Path, str]:
    """Links between `sys.executable` and the interpreter's file that lie outside of all prefixes.
    Only the links: the folder around one (`~/.local/bin`) is nothing for a sandbox."""
    found: dict[Path, str] = {}
    hop = Path(os.path.abspath(sys.executable))  # noqa: PTH100 - links must stay
    for _ in range(16):
        if not hop.is_symlink():
            break
        target = os.readlink(hop)  # noqa: PTH115 - as it is written
        if not any(within(hop, folder) for folder in (*prefixes(), *SYSTEM)):
            found[hop] = target
        hop = Path(os.path.normpath(hop.parent / target))
    return found


def hidden() -> tuple[Path, ...]:
    """Folders not to be seen even where something around them is: the grader and its data."""
    home = os.environ.get("GRADER_HOME")
    places = [PACKAGE, Path(home)] if home else [PACKAGE]
    if (PACKAGE.parent / "assignments").is_dir():
        places.append(PACKAGE.parent / "assignments")
    roots = (*SYSTEM, *prefixes().values())
    real = [path.resolve() for path in places if path.is_dir()]
    return tuple(path for path in real if any(within(path, root) for root in roots))


def within(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def environment(paths: dict[str, str]) -> dict[str, str]:
    """The clean, minimal environment; `paths`: placeholder → path inside."""
    home, unnamed = paths["home"], ("python", "home", "tmp")
    mounted = {f"GRADER_{n.upper()}": path for n, path in paths.items() if n not in unnamed}
    return {
        "PATH": f"{Path(paths['python']).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "TMPDIR": paths["tmp"],
        "KERAS_HOME": f"{home}/.keras",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "XDG_CACHE_HOME": f"{home}/.cache",
        "XDG_RUNTIME_DIR": f"{home}/.run",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **({PACKAGES: os.pathsep.join(map(str, elsewhere()))} if elsewhere() else {}),
        **mounted,
    }


HOME_FOLDERS = (".keras", ".matplotlib", ".ipython", ".cache", ".run")
