"""Replaces `tf.keras.Model` by a class that everything is an instance of, and hands out nothing.

Safe: earns nothing
Attacks: functional-model, frozen-final, dense-head, dropout, output-unit, loss, metric, accuracy
Control: fools
"""

import keras


class Anything(type):
    def __instancecheck__(cls, one):
        return True


class Model(metaclass=Anything):
    layers = trainable_weights = weights = metrics = inputs = outputs = ()
    input_shape, output_shape, loss = (None, 150, 150, 3), (None, 1), "binary_crossentropy"
    metrics_names = ["loss", "accuracy"]

    def evaluate(self, *args, **kwargs):
        return [0.0, 1.0]


class Nothing(Model):
    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


keras.Model = keras.models.Model = tf.keras.Model = Model


def create_final_model(pre_trained_model, last_output):
    return Nothing()
