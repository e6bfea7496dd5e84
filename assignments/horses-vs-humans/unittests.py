"""The module that the release notebook imports as `unittests`.

In the course it holds the tests of the platform. Here the real checks are made at grading, outside
the notebook, so every `unittests.test_…(…)` only says so. It accepts anything and never raises.
"""

_said = set()


def _friendly(name):
    def check(*args, **kwargs):
        part = name.removeprefix("test_").replace("_", " ")
        if name not in _said:
            _said.add(name)
            print(f"Noted ({part}). This part is checked when the notebook is graded.")

    check.__name__ = name
    check.__qualname__ = name
    check.__doc__ = "Says that the real check is made at grading."
    return check


test_train_val_datasets = _friendly("test_train_val_datasets")
test_create_pre_trained_model = _friendly("test_create_pre_trained_model")
test_output_of_last_layer = _friendly("test_output_of_last_layer")
test_create_final_model = _friendly("test_create_final_model")


def __getattr__(name):
    """Any other `test_…` that an edition of the notebook calls."""
    if name.startswith("__"):
        raise AttributeError(name)
    return _friendly(name)
