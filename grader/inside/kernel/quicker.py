"""Numbers that variables start with: drawn in place, and not at all where nobody looks at them.

The head's first layer has 38 million, which were written three times to new memory; a network's are
replaced by loaded ones at once. What is looked at is the same to the bit. What else building a
network costs, and need not, is in `building`.
"""

import functools
import math

from . import building
from . import calling
from .building import if_possible, size_of
from ..export.variables import variables
from ..shims.on_import import when_imported

DRAWING = "keras.src.backend.tensorflow.random"
DRAWING_LEGACY = "tf_keras.src.backend"
LARGE = 2**22
"""Numbers of one variable, 16 MB: from here on memory is what drawing them costs."""
FRESH = 2**24
"""Numbers of one variable, 32 MB even where each has two bytes: memory for so many comes from the
system as zeros, and only when it is touched (glibc's mallopt(3): the most that M_MMAP_THRESHOLD can
be). Writing zeros there cost 40 ms and 150 MB a head."""
_zeros = {"from": math.inf, "given": 0}
"""Variables of so many numbers and more start as zeros, not as drawn; how many have so far."""
_same = {}
"""Zeros that variables share until numbers are loaded, by shape and type."""


def install():
    """All, as soon as the modules are imported."""
    building.install()
    calling.install()
    when_imported(DRAWING, if_possible(_draw_in_place))
    when_imported(DRAWING_LEGACY, if_possible(_draw_in_place_legacy))


def begin_asking():
    """From now on large variables start as zeros: functions are asked for the model that they make,
    and what its head would start with is never looked at. No pretrained network has one so large.
    """
    _zeros["from"] = LARGE


def loaded(make):
    """What `make()` gives, a network into which numbers are loaded: until then they are zeros.

    Where zeros are left, or it raised after it was given some, it is called once more with numbers
    drawn as ever.
    """
    before, given = _zeros["from"], _zeros["given"]
    _zeros["from"] = 1
    try:
        made = make()
        if _zeros["given"] == given or not holds_zeros(made):
            return made
    except Exception:
        if _zeros["given"] == given:
            raise
    finally:
        _zeros["from"] = before
        _same.clear()
    return make()


def holds_zeros(model):
    """Whether a kernel holds nothing else; biases and means may."""
    from ..export import numbers_of  # not before a cell has imported NumPy: it reads the environment

    return not all(numbers_of(one).any() for one in variables(model) if len(one.shape) > 1)


def _draw_in_place(module):
    """Uniform numbers, which all usual layers start with."""
    original = module.uniform

    @functools.wraps(original)
    def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        if not _is_ours(module.tf, shape):
            return original(shape, minval=minval, maxval=maxval, dtype=dtype, seed=seed)
        dtype = dtype or module.floatx()
        if type(seed) is int and _starts_as_zeros(shape):  # no state that drawing would change
            return _zeros_of(module.tf, shape, dtype)
        seed = module._cast_seed(module.draw_seed(seed))
        return _drawn(module.tf, shape, minval, maxval, dtype, seed)

    module.uniform = uniform


def _draw_in_place_legacy(module):
    """The same for tf-keras, whose initializers draw without a state."""
    generator = module.RandomGenerator
    original = generator.random_uniform

    @functools.wraps(original)
    def random_uniform(self, shape, minval=0.0, maxval=None, dtype=None, nonce=None):
        simple = self._rng_type == self.RNG_STATELESS and not nonce and maxval is not None
        if not simple or not _is_ours(module.tf, shape):
            return original(self, shape, minval, maxval, dtype, nonce)
        seed = self.make_seed_for_stateless_op()
        return _drawn(module.tf, shape, minval, maxval, dtype or module.floatx(), seed)

    generator.random_uniform = random_uniform


def _is_ours(tf, shape):
    return size_of(shape) >= min(LARGE, _zeros["from"]) and tf.executing_eagerly()


def _drawn(tf, shape, low, high, dtype, seed):
    """Numbers are drawn, scaled and moved: one operation after the other needs new memory for each
    of these, one graph does it in place. What it gets are arguments: constants would be folded."""
    if _starts_as_zeros(shape):
        return _zeros_of(tf, shape, dtype)

    def graph(low, high, seed):
        return tf.random.stateless_uniform(shape, seed, low, high, dtype)

    bounds = [tf.cast(bound, dtype) for bound in (low, high)]
    return tf.function(graph, autograph=False)(*bounds, tf.convert_to_tensor(seed))


def _starts_as_zeros(shape):
    return size_of(shape) >= _zeros["from"]


def _zeros_of(tf, shape, dtype):
    _zeros["given"] += 1
    size = size_of(shape)
    if size >= FRESH:
        return tf.raw_ops.Empty(shape=shape, dtype=dtype)
    if size >= LARGE:
        return tf.zeros(shape, dtype)
    key = tuple(shape), dtype
    if key not in _same:
        _same[key] = tf.zeros(shape, dtype)
    return _same[key]
