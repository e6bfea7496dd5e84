"""For `exporting.py`: variables as we read them against those that Keras tells."""

from __future__ import annotations

import tensorflow as tf

from grader.inside.export import variables as export_variables

K = tf.keras
L = K.layers
UNLIKE = []
"""Models of which Keras's own properties tell other variables than we read."""


def compare(name, model):
    try:
        live = {id(one) for one in model.trainable_weights}
    except ValueError:  # tf-keras, of a model that is not built
        live = set()
    read = {id(one) for layer in model.layers for one in export_variables.variables(layer)}
    told = {id(one) for layer in model.layers for one in layer.weights}
    if live != export_variables.trained(model) or read != told:
        UNLIKE.append(name)


def models():
    """Layers within layers, in lists and in wrappers; live, frozen, and released again."""
    start = K.Input((5, 4))
    parts = {
        "both ways": L.Bidirectional(L.LSTM(3)),
        "cells": L.RNN([L.LSTMCell(3), L.GRUCell(2)]),
        "each step": L.TimeDistributed(L.Dense(2)),
        "normed": L.BatchNormalization(),
        "chain": K.Sequential([L.Flatten(), L.Dense(2), L.BatchNormalization()]),
    }
    for name, part in parts.items():
        model = K.Model(start, L.Flatten()(part(start)))
        yield f"live {name}", model
        part.trainable = False
        yield f"frozen {name}", model
        model.trainable = True
        yield f"released {name}", model


def patch():
    """Properties of Keras say from now on that there are no weights, and none is trained."""
    nothing, never = property(lambda self: []), property(lambda self: False)
    for kind in {*K.Model.__mro__, *K.Sequential.__mro__, *L.Dense.__mro__}:
        for name in ("weights", "trainable_weights", "trainable_variables", "variables"):
            if name in vars(kind):
                setattr(kind, name, nothing)
        if "trainable" in vars(kind):
            kind.trainable = never
