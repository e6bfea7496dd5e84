"""Costs of building a network that buy nothing, taken away; what is built is the same to the bit.

InceptionV3 has 376 variables, and half of the time that building it takes was not spent on them;
the head's first layer has 38 million numbers, which were written three times to new memory.
"""

import contextlib
import functools
import math
import sys
import weakref

from export_variables import variables
from onimport import when_imported

VARIABLES = "tensorflow.python.ops.gen_resource_variable_ops"
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


def install():
    """All, as soon as the modules are imported."""
    when_imported("typing", _if_possible(_attributes_of_protocols_once))
    when_imported(VARIABLES, _if_possible(_one_kernel_for_all_variables))
    when_imported(DRAWING, _if_possible(_draw_in_place))
    when_imported(DRAWING_LEGACY, _if_possible(_draw_in_place_legacy))


def _if_possible(change):
    """Another version may lack the part: then all is only slower, and no import of a cell fails."""

    def changed(module):
        with contextlib.suppress(AttributeError):
            change(module)

    return changed


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
    return make()


def holds_zeros(model):
    """Whether a kernel holds nothing else; biases and means may."""
    from export import numbers_of  # not before a cell has imported NumPy: it reads the environment

    return not all(numbers_of(one).any() for one in variables(model) if len(one.shape) > 1)


def _attributes_of_protocols_once(module):
    """Before Python 3.12 `isinstance` with a protocol looks its attributes up each time, for one
    network 5,000 times; since then once for each class (`typing.Protocol`, changes in 3.12)."""
    if sys.version_info >= (3, 12):
        return
    original = module._get_protocol_attrs
    known = weakref.WeakKeyDictionary()

    def attributes(kind):
        if kind not in known:
            known[kind] = original(kind)
        return known[kind]

    module._get_protocol_attrs = attributes


def _one_kernel_for_all_variables(module):
    """TensorFlow keeps a kernel for each set of an operation's attributes. A variable's name is one
    of them, `debug_name`, for error messages only: without it variables of one shape share a kernel
    (measured: half a millisecond each)."""
    original = module.var_handle_op

    @functools.wraps(original)
    def var_handle_op(*args, **kwargs):
        if kwargs.get("debug_name"):
            kwargs["debug_name"] = ""
        return original(*args, **kwargs)

    module.var_handle_op = var_handle_op


def _draw_in_place(module):
    """Uniform numbers, which all usual layers start with."""
    original = module.uniform

    @functools.wraps(original)
    def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        if not _is_ours(module.tf, shape):
            return original(shape, minval=minval, maxval=maxval, dtype=dtype, seed=seed)
        seed = module._cast_seed(module.draw_seed(seed))
        return _drawn(module.tf, shape, minval, maxval, dtype or module.floatx(), seed)

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
    return _size(shape) >= min(LARGE, _zeros["from"]) and tf.executing_eagerly()


def _drawn(tf, shape, low, high, dtype, seed):
    """Numbers are drawn, scaled and moved: one operation after the other needs new memory for each
    of these, one graph does it in place. What it gets are arguments: constants would be folded."""
    size = _size(shape)
    if size >= _zeros["from"]:
        _zeros["given"] += 1
        if size >= FRESH:
            return tf.raw_ops.Empty(shape=shape, dtype=dtype)
        return tf.zeros(shape, dtype)

    def graph(low, high, seed):
        return tf.random.stateless_uniform(shape, seed, low, high, dtype)

    bounds = [tf.cast(bound, dtype) for bound in (low, high)]
    return tf.function(graph, autograph=False)(*bounds, tf.convert_to_tensor(seed))


def _size(shape):
    """Numbers in that shape; 0 where it is not known, or no shape."""
    try:
        sides = list(shape)
    except (TypeError, ValueError):
        return 0
    return math.prod(sides) if all(type(side) is int for side in sides) else 0
