"""Tier `none`: an ordinary process with the limits the system offers. For one's own notebook only.

Works on Linux, macOS and Windows. It hides nothing, keeps nobody from the network, and what a
program leaves running on purpose may outlive it.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from grader.records import SandboxError, lead, make_scratch
from grader.sandbox.guard import copyout, tree
from grader.sandbox.machine import runtime
from grader.sandbox.outcome import finish
from grader.sandbox.plan import Plan, plan_job
from grader.sandbox.seam import Exit, Job, Running, Sandbox

_CONSOLE_KEPT = 1 << 20
_PERIOD = 0.05


class NoSandboxTier(Sandbox):
    """See the module. Chosen only by the explicit word `none`."""

    name = "none"
    lacks = (
        "no wall at all: the code can read, write and reach whatever you can",
        "only time is limited everywhere; memory only on Linux",
    )

    def start(self, job: Job) -> Running:
        scratch = make_scratch("none")
        try:
            return PlainRunning(job, scratch)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise


class PlainRunning:
    """Implements `Running` over one process group and two threads."""

    def __init__(self, job: Job, scratch: Path) -> None:
        self._job = job
        self._scratch = scratch
        self._paths = _paths(job, scratch)
        self.sock = Path(self._paths["sock"])
        self._limit = self._message = ""
        self._dismissed = False
        self._printed = 0
        self._figures = {"cpu_seconds": 0.0, "memory_mb": 0.0}
        self._exit: Exit | None = None
        self._ended = threading.Event()
        plan = plan_job(job, self._paths)
        self.env = plan.env
        self._prepare(plan)
        self._began = time.monotonic()
        self._process = self._popen(plan)
        self._console = threading.Thread(target=self._drain, daemon=True, name="console")
        self._console.start()
        threading.Thread(target=self._watch, daemon=True, name="sandbox").start()

    def _prepare(self, plan: Plan) -> None:
        for name in ("work", "out", "home", "tmp", "sock"):
            (self._scratch / name).mkdir(mode=0o700)
        for name, source in runtime.programs(measures=self._job.measures).items():
            lead(Path(self._paths["inside"], name), source)
        for name in runtime.HOME_FOLDERS:
            (self._scratch / "home" / name).mkdir()
        self._job.folder.mkdir(parents=True, exist_ok=True)
        for link, target in plan.relative_links(self._scratch / "work"):
            lead(Path(link), Path(target))

    def _popen(self, plan: Plan) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - running it is the purpose
                plan.argv,
                cwd=self._paths["work"],
                env={**plan.env, **_system(plan.env)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Windows knows none, and takes no notice
            )
        except OSError as problem:
            raise SandboxError(f"The program did not start: {problem}.") from problem

    def poll(self) -> Exit | None:
        return self._exit

    def wait(self, timeout_s: float | None = None) -> Exit:
        if not self._ended.wait(timeout_s) or self._exit is None:
            raise TimeoutError("the program is still running")
        return self._exit

    def kill(self, limit: str, message: str = "") -> None:
        if self._process.poll() is None and not self._limit:
            self._limit, self._message = limit, message
            self._dismissed = not limit
        _kill_group(self._process)

    def _drain(self) -> None:
        stream: IO[bytes] | None = self._process.stdout
        with (self._job.folder / "console.log").open("wb") as log:
            while stream and (chunk := os.read(stream.fileno(), 65536)):
                log.write(chunk[: max(0, _CONSOLE_KEPT - self._printed)])
                self._printed += len(chunk)

    def _watch(self) -> None:
        while self._process.poll() is None:
            if limit := self._over():
                self.kill(limit)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PERIOD)
        _kill_group(self._process)
        self._console.join(5)
        if self._process.stdout and not self._console.is_alive():
            self._process.stdout.close()
        self._finish()

    def _over(self) -> str:
        """The limit that is reached; "" while all is within the limits."""
        if sys.platform == "linux":
            self._measure()
        used = {
            "wall_s": time.monotonic() - self._began,
            "cpu_s": self._figures["cpu_seconds"],
            "memory_mb": self._figures["memory_mb"],
            "output_mb": self._printed / (1 << 20),
        }
        limits = self._job.limits
        return next((name for name, count in used.items() if count > getattr(limits, name)), "")

    def _measure(self) -> None:
        """The process itself and what is below it."""
        own = tree.read(self._process.pid)
        usage = tree.Tree(self._process.pid).look()
        if own:
            now = {
                "cpu_seconds": own.cpu_seconds + usage.cpu_seconds,
                "memory_mb": own.rss_bytes / (1 << 20) + usage.rss_mb,
            }
            self._figures = {k: max(v, now[k]) for k, v in self._figures.items()}

    def _finish(self) -> None:
        limits, kept = self._job.limits, self._job.folder / "out"
        refused: list[str] = []
        if os.open in os.supports_dir_fd:
            budget = copyout.Budget(limits.disk_mb << 20, limits.file_mb << 20)
            refused = copyout.copy_out(self._paths["out"], str(kept), budget)
        else:
            shutil.copytree(self._paths["out"], kept, dirs_exist_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        code = self._process.returncode
        report = {
            "limit": self._limit,
            "message": self._message,
            "dismissed": self._dismissed,
            "exit_code": code if code >= 0 else 128 - code,
            "seconds": round(time.monotonic() - self._began, 3),
            "refused": refused,
            **self._figures,
        }
        self._exit = finish(limits, report)
        self._ended.set()


def _paths(job: Job, scratch: Path) -> dict[str, str]:
    own = {name: str(scratch / name) for name in ("work", "out", "home", "tmp", "sock")}
    mounts = {mount.name: str(mount.source.resolve()) for mount in job.mounts}
    given = str((job.folder / "in").resolve())
    inside = str(scratch / "inside")
    return {**mounts, **own, "in": given, "inside": inside, "python": sys.executable}


def _system(env: dict[str, str]) -> dict[str, str]:
    """What a program on Windows cannot do without, with its folders led to the private ones."""
    if os.name != "nt":
        return {}
    kept = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "PATH")
    home, scratch = env["HOME"], env["TMPDIR"]
    return {
        **{k: v for k, v in os.environ.items() if k.upper() in kept},
        **{"TEMP": scratch, "TMP": scratch, "USERPROFILE": home, "APPDATA": home},
        "LOCALAPPDATA": home,
    }


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        words = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(words, capture_output=True, check=False)  # noqa: S603
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
