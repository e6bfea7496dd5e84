"""What `dask worker --preload` loads where a batch system starts the workers."""

from distributed import Worker

from grader.pipeline.cluster.edition import about_itself
from grader.pipeline.cluster.serving import unfit, what_it_does
from grader.records import NoSandbox


def dask_setup(worker: Worker) -> None:
    """Called before the worker joins. NoSandbox, and it does not join, where it cannot grade."""
    if why := unfit():
        raise NoSandbox("This machine cannot grade.", what_to_do=" ".join(why))
    worker.startup_information["grader"] = about_itself
    worker.metrics["grader"] = what_it_does
