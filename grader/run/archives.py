"""The zip files that notebooks of earlier editions unpack: made once, from the students' images."""

from pathlib import Path

from grader.intake import Notebook
from grader.records import write_zip
from grader.run.setting import Setting

KIND = "archives"
SIGNS = (".zip", "gdown", "kaggle")
"""Code without any of them never opens an archive, so none is made for it. No points hang on it."""


def wanted_archives(notebook: Notebook, setting: Setting) -> Path | None:
    """The folder with the assignment's archives; None for a notebook that cannot want one."""
    told = setting.assignment.archives
    text = "\n".join(cell.source for cell in notebook.code)
    if not told or not any(sign in text for sign in SIGNS):
        return None
    student = setting.assets.student
    own = student.parent == setting.assets.root
    key = {
        "assets": setting.assets.record.sha256,
        "from": "" if own else student.name,
        "archives": dict(told),
    }

    def make(folder: Path) -> None:
        for name, tree in told.items():
            pack(student / tree, folder / name)

    return setting.cache.get_or_make(KIND, key, make)[0]


def pack(tree: Path, archive: Path) -> None:
    """All files below `tree`, as they are: images do not get smaller."""
    paths = [(path.relative_to(tree).as_posix(), path) for path in tree.rglob("*")]
    files = [(f"{name}/", b"") if path.is_dir() else (name, path) for name, path in paths]
    write_zip(archive, files, smaller=False)
