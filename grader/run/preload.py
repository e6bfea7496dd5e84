"""What a notebook's process may have imported before its first cell runs.

A warm worker has these modules already. That is only right for a notebook that cannot tell: one
that sets environment variables (libraries read them when they are imported) or plays with the
module table gets a fresh interpreter.
"""

import re
from collections.abc import Mapping

from grader.assignment import Network
from grader.intake import Notebook

KERNEL = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger"),
    "IPython.core.completer",
    *("IPython.core.pylabtools", "zmq.eventloop.zmqstream", "matplotlib_inline.config"),
    *("IPython.core.completerlib", "IPython.core.oinspect", "IPython.extensions.storemagic"),
)
LIBRARIES = (
    *("numpy", "numpy.random", "PIL.Image", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "h5py"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_agg", "scipy.ndimage", "tensorflow"),
)
KERAS_3 = (
    *("keras", "keras._tf_keras.keras"),
    *("keras.src.backend.tensorflow.trainer", "keras.src.legacy.preprocessing.image"),
    *("keras.src.legacy.saving.legacy_h5_format", "keras.src.utils.image_dataset_utils"),
)
LEGACY = (
    *("tf_keras", "tf_keras.preprocessing.image"),
    "tf_keras.src.engine.training",
)
_TELLS = re.compile(r"\benviron\b|putenv|[%!]\s*(set_)?env\b|sys\s*\.\s*modules|\breload\b|getenv")


def preload(
    notebook: Notebook, env: Mapping[str, str], network: Network | None = None
) -> tuple[str, ...]:
    """Modules for `Job.preload`; empty when the notebook needs a fresh interpreter.

    env: of the run; TF_USE_LEGACY_KERAS says which Keras the notebook gets. network: the
    assignment's, whose module the notebook will import.
    """
    if any(_TELLS.search(cell.source) for cell in notebook.code):
        return ()
    legacy = env.get("TF_USE_LEGACY_KERAS") == "1"
    module = (network.import_path.rpartition(".")[0],) if network else ()
    if legacy:
        return (*KERNEL, *LIBRARIES, *LEGACY, *(f"tf_{name}" for name in module))
    return (*KERNEL, *LIBRARIES, *KERAS_3, *module)
