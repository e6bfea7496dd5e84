"""The commands `worker` and `cluster`: many machines for one batch."""

from __future__ import annotations  # a name of a room would load it

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader import records
from grader.cli.common import console
from grader.pipeline import cluster

Certificates = Annotated[
    Path | None,
    typer.Option(
        "--certificates",
        envvar="GRADER_CERTIFICATES",
        help="Folder of `grader cluster certificates`.",
    ),
]
Insecure = Annotated[
    bool,
    typer.Option("--insecure", help="No certificates: only in a network without others."),
]
NEEDED = ("distributed", "fsspec", "trustme")


def require() -> None:
    """GraderError where the extra is not installed."""
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        raise records.GraderError(
            f"Many machines need packages that are not installed: {', '.join(lacking)}.",
            what_to_do=f"Run: {records.with_extra('cluster')}.",
        )


def worker(
    address: Annotated[str, typer.Argument(help="Of the scheduler: tls://HOST:8786.")],
    runs: Annotated[
        int, typer.Option("--runs", help="At once; 0: as many as cores and memory admit.")
    ] = 0,
    sandbox: Annotated[str, typer.Option("--sandbox", help="As of `grader grade`.")] = "auto",
    certificates: Certificates = None,
    insecure: Insecure = False,
) -> None:
    """Take work for a batch on another machine, as many runs as this one has room for.

    Looks at this machine first, as `grader doctor` does. Exit status: 3 it cannot grade.

    Example: [bold]grader worker tls://10.0.0.5:8786 --certificates certificates[/]"""
    require()
    security = cluster.secured(address, certificates, insecure=insecure)
    if why := cluster.unfit(sandbox):
        raise records.NoSandbox("This machine cannot grade.", what_to_do=" ".join(why))
    runs = runs or cluster.offered_runs()
    console.print(f"Offering {runs} at once to {address}. Ctrl-C ends it.", highlight=False)
    cluster.serve_worker(address, security, runs, sandbox)


def certificates(
    folder: Annotated[Path, typer.Argument(help="A new folder; copy it to every machine.")],
) -> None:
    """Write an authority and a certificate for scheduler, workers and client.

    Whoever has the folder may join and run programs on all machines: keep it as a password."""
    require()
    for path in cluster.write_certificates(folder):
        console.print(Text(f"  {path}"), soft_wrap=True)


def scheduler(
    certificates: Certificates = None,
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "",
    port: Annotated[int, typer.Option(help="Port that workers and clients come to.")] = 8786,
    insecure: Insecure = False,
) -> None:
    """Bring clients and workers together; grades nothing itself. Ctrl-C ends it."""
    require()
    scheme = "tls" if certificates else "tcp"
    listening = host or ("0.0.0.0" if certificates or insecure else "127.0.0.1")  # noqa: S104
    security = cluster.secured(f"{scheme}://{listening}:{port}", certificates, insecure=insecure)
    console.print(
        f"Listening at {scheme}://{listening}:{port}. On each machine: "
        f"grader worker {scheme}://ADDRESS-OF-THIS-MACHINE:{port}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    os.umask(0o077)
    cluster.serve_scheduler(listening, port, security)


@contextlib.contextmanager
def joined(
    where: str | None, certificates: Path | None, shared: str, *, insecure: bool
) -> Iterator[cluster.Cluster | None]:
    """The cluster for `grader grade`; None where no `--cluster` is given."""
    if where is None:
        yield None
        return
    require()
    if where:
        console.print(f"Joining {where}; waiting for workers.", highlight=False, markup=False)
    opened = cluster.opened(where, certificates=certificates, insecure=insecure, shared=shared)
    with opened as machines:
        for line in machines.lines():
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
        console.print(f"  Dask shows them at {machines.dashboard}", highlight=False)
        yield machines
