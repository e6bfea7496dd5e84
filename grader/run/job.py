"""What a notebook's sandbox is told: mounts, links, environment, settings."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from grader.assignment import Assignment
from grader.intake import Notebook
from grader.records import AssetError, write_zip
from grader.run.places import led_place
from grader.run.preload import preload
from grader.run.setting import Setting, Work
from grader.sandbox import Job, Mount

PINNED = {
    # Numbers depend on these; a notebook may still set its own before it imports TensorFlow.
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTEROP_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TQDM_MININTERVAL": "1",  # progress bars are kept, and do not flood
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
MODULES = "modules"
"""Folder of `in/`, last on the search path of the notebook's Python."""
KERNEL = (
    "import sys; sys.path.append(sys.argv[1]); from grader_inside.asking.main import main; "
    "main(sys.argv[2])"
)
"""Our package comes last: whatever a notebook imports wins, and nothing else of ours is there."""
ARCHIVES = "{archives}"
SIGNS = (".zip", "gdown", "kaggle")
"""Code without any of them never opens an archive, so none is made for it. No points hang on it."""


def prepared(work: Work, *, seed: int) -> Job:
    """The job; writes `in/settings.json`, which says to the kernel what it needs to know."""
    setting, folder = work.setting, work.folder
    assignment = setting.assignment
    archives = wanted_archives(work.notebook, setting)
    places, roots = assignment.data.places, assignment.data.roots
    if not setting.sandbox.own_root:
        places = {led_place(place, roots): tree for place, tree in places.items()}
    there = {"data": setting.assets.student} | ({"archives": archives} if archives else {})
    settings = {
        "training": setting.training,
        "seed": seed,
        "keras": work.keras,
        "delivered": assignment.data.delivered,
        "archives": assignment.data.archives,
        "places": places,
    }
    for name, source in assignment.importable.items():
        module = folder / "in" / MODULES / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(source, encoding="utf-8")
    (folder / "in").mkdir(parents=True, exist_ok=True)
    (folder / "in" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    legacy = {"TF_USE_LEGACY_KERAS": "1"} if work.keras == "2" else {}
    env = {**PINNED, **_threads(setting.threads), **legacy}
    return Job.model_validate(
        {
            "argv": (sys.executable, "-P", "-s", "-c", KERNEL, "{inside}", "{in}/kernel.json"),
            "folder": folder,
            "mounts": tuple(Mount(name=name, source=source) for name, source in there.items()),
            "links": _links(assignment, archives),
            "roots": roots,
            "env": env,
            "preload": preload(work.notebook, env, assignment.data.network),
            "limits": assignment.limits,
        }
    )


def _links(assignment: Assignment, archives: Path | None) -> dict[str, str]:
    every = assignment.data.links.items()
    return {name: target for name, target in every if archives or ARCHIVES not in target}


def _threads(count: int) -> dict[str, str]:
    return {"TF_NUM_INTRAOP_THREADS": str(count), "OMP_NUM_THREADS": str(count)}


def wanted_archives(notebook: Notebook, setting: Setting) -> Path | None:
    """The folder with the assignment's archives; None for a notebook that cannot want one."""
    archives = setting.assignment.data.archives
    text = "\n".join(cell.source for cell in notebook.code)
    if not archives or not any(sign in text for sign in SIGNS):
        return None
    student = setting.assets.student
    own = student.parent == setting.assets.root
    key = {
        "assets": setting.assets.record.sha256,
        "from": "" if own else student.name,
        "archives": {name: dict(layout) for name, layout in archives.items()},
    }

    def make(folder: Path) -> None:
        for name, layout in archives.items():
            lacking = [path for path in layout if not (student / path).exists()]
            if lacking:
                raise AssetError(f"{name} cannot be packed: there is no {', '.join(lacking)}.")
            pack({inner: student / path for path, inner in layout.items()}, folder / name)

    return setting.cache.get_or_make("archives", key, make)[0]


def pack(layout: Mapping[str, Path], archive: Path) -> None:
    """Each folder or file at its path in the archive ("." is its top), as it is: images do not get
    smaller."""
    files: dict[str, bytes | Path] = {}
    for inner, tree in layout.items():
        top = PurePosixPath(inner)
        paths = sorted(tree.rglob("*")) if tree.is_dir() else ()
        for folder in top.parents if top.name else ():
            files |= {f"{folder}/": b""} if folder.name else {}
        if tree.is_dir() and top.name:
            files[f"{top}/"] = b""
        for path in paths:
            name = str(top / path.relative_to(tree).as_posix())
            files |= {f"{name}/": b""} if path.is_dir() else {name: path}
        if tree.is_file():
            files[str(top)] = tree
    write_zip(archive, files.items(), smaller=False)
