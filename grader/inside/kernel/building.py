"""Costs of building a network that buy nothing, taken away; what is built is the same to the bit.

InceptionV3 has 376 variables, and most of the time that building it takes was not spent on them.
"""

import contextlib
import functools
import math
import sys
import weakref

from ..shims.on_import import when_imported

VARIABLES = "tensorflow.python.ops.gen_resource_variable_ops"
LAYER = "keras.src.layers.layer"
STARTS = "keras.src.initializers.constant_initializers"
READING = "keras.src.legacy.saving.legacy_h5_format"
PLAIN = {bool, int, float, str, type(None)}
SMALL = 2**14
"""Numbers of a tensor that is kept for the next variable that starts so."""


def install():
    """All, as soon as the modules are imported."""
    when_imported("typing", if_possible(_attributes_of_protocols_once))
    when_imported(VARIABLES, if_possible(_one_kernel_for_all_variables))
    when_imported(LAYER, if_possible(_plain_attributes_are_not_tracked))
    when_imported(STARTS, if_possible(_one_tensor_for_equal_starts))
    when_imported(READING, if_possible(_arrays_are_looked_up_once))


def if_possible(change):
    """Another version may lack the part: then all is only slower, and no import of a cell fails."""

    def changed(module):
        with contextlib.suppress(AttributeError):
            change(module)

    return changed


def size_of(shape):
    """Numbers in that shape; 0 where it is not known, or no shape."""
    try:
        sides = list(shape)
    except (TypeError, ValueError):
        return 0
    return math.prod(sides) if all(type(side) is int for side in sides) else 0


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


def _plain_attributes_are_not_tracked(module):
    """Keras asks of every value that a layer is given, and TensorFlow again, whether it is to be
    tracked: 20,000 times a network. Numbers, texts and None never are; all else goes their way."""
    original = module.Layer.__setattr__

    def __setattr__(self, name, value):
        if type(value) not in PLAIN or "_tracker" not in self.__dict__:
            original(self, name, value)
        elif getattr(self, name, PLAIN) is not value:  # nor is what it has already set once more
            object.__setattr__(self, name, value)

    module.Layer.__setattr__ = __setattr__


def _one_tensor_for_equal_starts(module):
    """Zeros and ones are made anew for each of 282 variables, of few shapes: 0.03 s a network.
    Variables may share them: TensorFlow copies numbers that something else holds too before it
    changes them (`PrepareToUpdateVariable`)."""
    for kind in (module.Zeros, module.Ones):
        kind.__call__ = _kept(kind.__call__, module.standardize_dtype)


def _kept(original, named):
    known = {}

    @functools.wraps(original)
    def start(self, shape, dtype=None):
        if not 0 < size_of(shape) <= SMALL or not sys.modules["tensorflow"].executing_eagerly():
            return original(self, shape, dtype)
        key = tuple(shape), named(dtype)
        if key not in known:
            known[key] = original(self, shape, dtype)
        return known[key]

    return start


def _arrays_are_looked_up_once(module):
    """Keras looks up group, kind, storage and numbers of each array one after the other, all by
    name: 0.04 s a network. What is not plain numbers in one piece of this file, it reads, or
    refuses, as ever."""
    original = module.load_subset_weights_from_hdf5_group

    @functools.wraps(original)
    def arrays_of(group):
        names = module.load_attributes_from_hdf5_group(group, "weight_names")
        arrays = []
        for name in names:
            array = _stored(group.id, name.encode())
            if array is None:
                return original(group)
            arrays.append(array)
        return arrays

    module.load_subset_weights_from_hdf5_group = arrays_of


def _stored(group, name):
    """The array of that name below a group (of h5py's low level), None where it is anything odd."""
    from h5py import h5d, h5l, h5s  # not before a cell has imported NumPy

    parts = name.split(b"/")
    with contextlib.suppress(Exception):  # then Keras will say what is wrong
        for end in range(1, len(parts) + 1):
            if group.links.get_info(b"/".join(parts[:end])).type != h5l.TYPE_HARD:
                return None
        data = h5d.open(group, name)
        how = data.get_create_plist()
        size = math.prod(data.shape) * data.dtype.itemsize
        whole = how.get_layout() == h5d.CONTIGUOUS and data.get_storage_size() == size
        if whole and not how.get_external_count() and data.dtype.kind in "fiu":
            array = sys.modules["numpy"].empty(data.shape, data.dtype)
            data.read(h5s.ALL, h5s.ALL, array)
            return array
    return None
