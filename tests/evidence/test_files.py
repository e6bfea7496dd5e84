"""The trust boundary: whatever lies in `out/`, evidence comes out and nothing is raised."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import a_private, an_out, gather
from hypothesis import HealthCheck, given, settings, strategies as st

from grader.evidence.weights import MAX_WEIGHT_BYTES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_private(tmp_path_factory.mktemp("private"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return an_out(tmp_path)


def _symlink(path: Path) -> None:
    secret = path.parent.parent / "secret.json"
    secret.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(secret)


def _hard_link(path: Path) -> None:
    os.link(path, path.parent.parent / "another-name")


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _sparse(path: Path) -> None:
    os.truncate(path, MAX_WEIGHT_BYTES + 1)


def _device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


HOSTILE = [_symlink, _hard_link, _fifo, _socket, _folder, _sparse, _device]
FILES = ["answers.json", "graph_final.json", "weights_base.json", "weights_base.bin"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("spoil", HOSTILE, ids=lambda one: one.__name__)
def test_only_plain_files_are_read(out: Path, private: Path, spoil: Any, name: str) -> None:
    """Links, FIFOs, sockets, folders, devices and sparse giants are refused and said, at once."""
    spoil(out / name)
    evidence = gather(out.parent, private)
    assert len(evidence.problems) == 1
    lost = {
        "answers.json": evidence.answers.get("create_final_model"),
        "graph_final.json": evidence.graphs.get("final"),
    }.get(name, evidence.weights.get("base"))
    assert lost is None or getattr(lost, "status", "") == "refused"
    assert str(out.parent) not in evidence.problems[0]


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.sampled_from(FILES), start=st.integers(0, 200), noise=st.binary(max_size=40))
def test_noise_in_any_file_breaks_nothing(
    out: Path, private: Path, name: str, start: int, noise: bytes
) -> None:
    """Fuzz: bytes overwritten anywhere; evidence is still plain, valid data."""
    before = (out / name).read_bytes()
    (out / name).write_bytes(before[:start] + noise + before[start + len(noise) :])
    try:
        evidence = gather(out.parent, private)
    finally:
        (out / name).write_bytes(before)
    assert evidence.model_validate_json(evidence.model_dump_json()) == evidence
