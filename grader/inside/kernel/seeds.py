"""Fixed seeds, set when the first cell starts or the module that has the generator is imported.

Two submissions with the same code see the same numbers. A notebook that sets its own seed wins,
because it does so later.
"""

import random
from typing import Any

from ..shims.on_import import when_imported


def install(seed: int) -> None:
    """Seed NumPy's and TensorFlow's generators when they are imported.

    Keras draws its default seeds from Python's generator, so it needs none of its own; what Keras
    itself draws while it is imported, `when_imported` puts back.
    """
    for name in ("keras", "tf_keras"):
        when_imported(name, lambda module: None)
    when_imported("numpy.random", lambda module: module.seed(seed))
    when_imported("tensorflow", lambda module: module.random.set_seed(seed))


def follow(shell: Any, seed: int) -> None:
    """Seed Python's generator when the first cell starts, not before.

    IPython draws a tip for whoever asks what it is, on some days it does not, and the host asks
    until it is answered: what the first cell found would follow the clock.
    """

    def first(info: Any) -> None:
        shell.events.unregister("pre_run_cell", first)
        random.seed(seed)

    shell.events.register("pre_run_cell", first)
