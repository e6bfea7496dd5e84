"""What crosses the wire between machines, who may join, and what is done when they fail."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from machines import recording
from own_data import MADE, own_assignment
from tiny_assignment import made, put

from grader.assignment import load_assignment
from grader.assignment.data import AssetStore, make_data
from grader.assignment.tables import Recipe
from grader.intake import Source, take_in
from grader.measure import NotMeasurable, Order, Tasks
from grader.measure.plan import Plan
from grader.measure.tasks import Prepared, Trained, Weights
from grader.pipeline.stages import planned
from grader.records import (
    AssetError,
    Assets,
    Cache,
    GraderError,
    Limits,
    MeasureError,
    Run,
    SandboxError,
)
from grader.run import Setting, Work
from grader.sandbox import Exit, Job

pytest.importorskip("distributed")

from distributed import KilledWorker

from grader.pipeline.cluster import certificates, client, edition, engine, parcels, units

pytestmark = pytest.mark.slow

WORKER = "tls://10.0.0.7:4000"


class Dask:
    """Stands for a client: units are done in this process, as a worker of that address."""

    status, dashboard_link = "running", "http://127.0.0.1:8787"

    def __init__(self, *ends: Exception) -> None:
        self.ends, self.keys, self.task = (
            list(ends),
            list[str](),
            SimpleNamespace(state="executing"),
        )

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        offered = {edition.resource(edition.edition_sha256()): 2}
        about = edition.about_itself(None)
        old = about | {"edition": edition.edition() | {"tensorflow": "2.9"}}
        return {
            "workers": {
                WORKER: {"resources": offered, "grader": about, "metrics": {}},
                "tls://10.0.0.8:1": {"resources": {"runs-0": 2}, "grader": old, "metrics": {}},
            }
        }

    def submit(self, unit: Any, *parts: Any, key: str = "", **words: Any) -> Any:
        self.keys.append(key)
        if self.ends:
            end = self.ends.pop(0)
            return SimpleNamespace(result=lambda **_: (_ for _ in ()).throw(end), release=print)
        answer = unit(*parts)
        return SimpleNamespace(result=lambda **_: answer, release=lambda: None)

    # of a worker
    address = WORKER

    def get_current_task(self) -> str:
        return "unit"

    @property
    def state(self) -> Any:
        return SimpleNamespace(tasks={"unit": self.task})


@pytest.fixture
def dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dask:
    here = Dask()
    monkeypatch.setattr(units, "get_worker", lambda: here)
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRADER_SANDBOX", f"replay:{recording(tmp_path / 'recorded')}")
    return here


def far_work(dask: Dask, folder: Path) -> tuple[client.Cluster, Work]:
    """A submission of the small assignment, to be run on other machines."""
    cluster = client.Cluster(cast(Any, dask))
    student = folder / "data" / "student"
    student.mkdir(parents=True)
    (student / "cubes-and-cones.npz").write_bytes(b"x" * (parcels.PIECE_BYTES + 1))
    assets = AssetStore(
        root=student.parent, student=student, hidden=folder, weights=None, base_graph=None,
        fingerprints=None, record=Assets(kind="stand-in", scale="full", sha256="0" * 64),
        hidden_kind="stand-in", recipe_epochs=1,
    )  # fmt: skip
    assignment, cache = load_assignment(made(folder / "assignments")), Cache(folder / "cache")
    setting = Setting(
        assignment=assignment, assets=assets, sandbox=cluster.tier(), cache=cache,
        elsewhere=cluster.for_assignment(assignment, assets, cache), out=folder / "runs",
    )  # fmt: skip
    path = put(folder / "ada.ipynb", "own = 1")
    work = planned(*take_in(Source(id="ada", path=path, shown=path.name), assignment), setting)
    work.folder.mkdir(parents=True)
    return cluster, work


def run_far(work: Work) -> Run:
    assert work.setting.elsewhere
    return work.setting.elsewhere.run(work, lambda stage: None, None)


def test_a_run_folder_comes_back_from_a_worker(dask: Dask, tmp_path: Path) -> None:
    """The data go there first, once; the run says on which worker it was, by number."""
    _, work = far_work(dask, tmp_path)
    run = run_far(work)
    assert (run.status, run.worker, run.tier) == ("finished", 1, "replay")
    assert (work.folder / "out" / "answers.json").read_text() == "{}"
    pieces = len(dask.keys)
    run_far(work)
    assert len(dask.keys) == pieces + 1


RECIPE = Recipe(strategy="whole", input_shape=(4, 4), epochs=1, threshold=0.5)


def test_a_model_is_measured_where_there_are_no_labels(
    dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker has its exported numbers and the hidden inputs; answers come back, once."""
    assignment = own_assignment(tmp_path, MADE).model_copy(update={"recipe": RECIPE})
    assets, cluster = make_data(assignment, "small"), client.Cluster(cast(Any, dask))
    remote = cluster.for_assignment(assignment, assets, Cache(tmp_path / "cache"))
    numbers = tmp_path / "weights_final.bin"
    numbers.write_bytes(b"numbers")
    seen: dict[str, list[str]] = {}

    def measuring(sandbox: Any, request: Any, mounts: Any, told: Any, kept: Path) -> None:
        places = {mount.name: mount.source for mount in mounts}
        assert places["own"].read_bytes() == b"numbers"
        seen["hidden"] = sorted(path.name for path in places["hidden"].rglob("*"))
        seen["all"] = [path.name for path in (tmp_path / "home" / "cluster").rglob("*")]
        names = [str(number) for number in range(9)]
        trained = Trained(answers=((0.5,),) * 9, names=tuple(names), curve={}, parameters=1,
                          versions={})  # fmt: skip
        (kept / "trained.json").write_text(trained.model_dump_json())

    monkeypatch.setattr("grader.measure.tasks.run_measuring", measuring)
    tasks = Tasks(assignment, RECIPE, assets, cluster.tier(), Cache(tmp_path / "own"), remote)
    plan = Plan(input_shape=(4, 4), head=(), compiled={"middle": 0.5})
    prepared = Prepared(plan, own=Weights("0", numbers, ({"layer": "0"},)))
    trained, _, cached = tasks.train(prepared, 7)
    assert (len(trained.answers), cached) == (9, False)
    assert seen["hidden"] == ["hidden.npy"]
    assert not any("label" in name or name == "hidden.npz" for name in seen["all"])
    assert tasks.train(prepared, 7)[2]


def test_a_model_that_cannot_be_measured_is_told_as_on_one_machine(
    dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence for its student is a value; a fault of the worker's is ours."""
    assignment = own_assignment(tmp_path, MADE).model_copy(update={"recipe": RECIPE})
    remote = client.Cluster(cast(Any, dask)).for_assignment(
        assignment, make_data(assignment, "small"), Cache(tmp_path / "cache")
    )
    order = Order(prepared=Prepared(Plan(head=(), compiled={})), seed=7).model_dump_json()
    for raised, expected in ((NotMeasurable("too early"), NotMeasurable),
                             (MeasureError("no memory"), MeasureError)):  # fmt: skip
        monkeypatch.setattr(units.Unlabelled, "carry_out", raising(raised))
        with pytest.raises(expected, match=str(raised)):
            remote.measure(order, {}, "key", tmp_path)


def raising(problem: Exception) -> Any:
    def carry_out(*_: Any) -> None:
        raise problem

    return carry_out


def test_a_run_folder_comes_by_a_shared_folder(dask: Dask, tmp_path: Path) -> None:
    """Nothing is left there."""
    cluster, work = far_work(dask, tmp_path)
    cluster.shared = str(tmp_path / "shared")
    assert run_far(work).status == "finished"
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_unit_that_workers_die_with_is_ours_to_look_at(dask: Dask, tmp_path: Path) -> None:
    """It is not given to a fourth one, whoever asks again; what is lost on the way is."""
    _, work = far_work(dask, tmp_path)
    run_far(work)
    dask.ends = [ConnectionError("reset")]
    assert run_far(work).status == "finished"
    state: Any = SimpleNamespace(address=WORKER)
    dask.ends = [KilledWorker("unit", state, 3)]
    run = run_far(work)
    assert (run.party, run.status) == ("ours", "died")
    assert "3 workers died" in run.message
    before = len(dask.keys)
    assert run_far(work).party == "ours"
    assert len(dask.keys) == before


def test_another_edition_is_given_no_work_and_named(dask: Dask) -> None:
    """In a sentence with what differs; a unit that gets there all the same is refused."""
    cluster = client.Cluster(cast(Any, dask))
    assert cluster.slots() == 2
    cluster.wait_for_workers(1)
    first, sentence = cluster.lines()
    assert "worker 1" in first
    assert "Worker 2 gets no work" in sentence
    assert "tensorflow 2.9 instead of" in sentence
    assert "10.0.0" not in first + sentence
    order = parcels.MeasureOrder(edition="0", assignment="{}", data="0", task="{}")
    reply, _ = parcels.Reply.parse(units.measure_unit(order.model_dump_json().encode()))
    assert reply.kind == "edition"


def test_who_wants_a_unit_no_more_ends_its_sandbox(
    dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at the client: nothing goes on, and nothing is started again."""
    monkeypatch.setattr(units, "WATCH_S", 0.01)
    ended: list[str] = []
    ending = SimpleNamespace(
        poll=lambda: Exit(status="died") if ended else None,
        kill=lambda limit, message: ended.append(limit),
    )
    tier: Any = SimpleNamespace(start=lambda job: ending)
    job: Any = SimpleNamespace()
    with pytest.raises(units.Stopped), units.ended_with_its_task(tier) as sandbox:
        sandbox.start(cast(Job, job))
        dask.task.state = "cancelled"
        for _ in range(1000):
            if sandbox.stopped:
                break
            time.sleep(0.01)
        with pytest.raises(SandboxError):
            sandbox.start(cast(Job, job))
    assert ended == ["host"]


def test_what_a_run_left_is_packed_by_name_and_kind(tmp_path: Path) -> None:
    """No links, no names of the student's own."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "answers.json").write_text("{}")
    (out / "..evil").write_text("x")
    (out / "a\nb").write_text("x")
    (out / "secret").symlink_to("/etc/passwd")
    (out / "folder").mkdir()
    with zipfile.ZipFile(io.BytesIO(parcels.packed(tmp_path))) as archive:
        assert archive.namelist() == ["out/answers.json"]


@pytest.mark.parametrize(
    "files",
    [{"../run.json": b"x"}, {"out/a/b": b"x"}, {"out/big": b"x" * (70 << 20)}],
    ids=["leaves", "deep", "large"],
)
def test_an_archive_that_does_not_fit_is_refused(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever packed it: ours to look at, and nothing was written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    monkeypatch.setattr(parcels, "BESIDE_MB", 56)
    with pytest.raises(SandboxError, match="refused"):
        parcels.unpacked(stream.getvalue(), tmp_path, Limits(disk_mb=8, file_mb=8))
    assert list(tmp_path.iterdir()) == []


def test_data_go_without_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hidden inputs under numbers, the students' side whole; the same bytes for the same data."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    assignment = own_assignment(tmp_path, MADE)
    assets = make_data(assignment, "small")
    archives = [parcels.data_archive(assignment, assets, Cache(tmp_path / n)) for n in ("a", "b")]
    first, second = ((folder / "sha256").read_text() for folder in archives)
    assert first == second
    with zipfile.ZipFile(archives[0] / "data.zip") as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    assert "student/small.npz" in names
    assert not any("hidden.npz" in name or "labels" in name for name in names)


def test_data_come_in_pieces_and_go_on_where_they_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piece that does not fit is left; data that are not what their hash says begin anew."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    assert parcels.took_piece("f" * 64, 0, b"abc") == 3
    assert parcels.took_piece("f" * 64, 0, b"abc") == 3
    assert parcels.took_piece("f" * 64, 3, b"de") == 5
    with pytest.raises(AssetError, match="another hash"):
        parcels.sealed("f" * 64)
    assert parcels.took_piece("f" * 64, 0, b"") == 0


@pytest.mark.parametrize("framed", [b"", b"\0\0", b"\0\0\0\xff{}", b"\0\0\0\2{}archive"])
def test_what_is_no_reply_is_refused(framed: bytes) -> None:
    """Ours, never a student's."""
    with pytest.raises(SandboxError):
        parcels.Reply.parse(framed)


def test_an_open_connection_stays_on_this_machine(tmp_path: Path) -> None:
    """Beyond it certificates are asked for, or a word that says that one knows."""
    assert certificates.secured("tcp://127.0.0.1:8786", None, insecure=False) is None
    assert certificates.secured("tcp://10.0.0.5:8786", None, insecure=True) is None
    for address in (
        "tcp://10.0.0.5:8786",
        "tcp://grader.example:1",
        "tls://localhost:1",
        "10.0.0.5",
    ):
        with pytest.raises(GraderError):
            certificates.secured(address, None, insecure=False)
    paths = certificates.write_certificates(tmp_path / "new")
    assert [path.stat().st_mode & 0o077 for path in paths if path.name != "ca.pem"] == [0, 0, 0]
    assert certificates.secured("tls://10.0.0.5:8786", tmp_path / "new", insecure=False)
    with pytest.raises(GraderError, match="there already"):
        certificates.write_certificates(tmp_path / "new")
    (tmp_path / "new" / "worker.pem").unlink()
    with pytest.raises(GraderError, match=r"worker\.pem"):
        certificates.secured("tls://10.0.0.5:8786", tmp_path / "new", insecure=False)


def test_as_many_files_may_be_open_as_a_large_cluster_needs() -> None:
    """Two locks for each run in flight."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        engine._many_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(engine.MANY_FILES, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
