"""As `naive.py`, for the real assignment: asks the student's own objects about themselves.

`python naive_keras.py NOTEBOOKS`, JSON: name → [cells, criteria]. Prints, as JSON, those names with
whose criteria it is content. Each has a process of its own, forked when TensorFlow is there.
"""

# ruff: noqa

import json
import os
import sys
import warnings

import numpy
import tensorflow

warnings.simplefilter("ignore")


def data_is_right(cells):
    train, validation = cells["train_val_datasets"]()
    images, labels = next(iter(train.take(1)))
    right = images.shape == (32, 150, 150, 3) and labels.shape == (32, 1)
    return right and train.class_names == ["horses", "humans"]


def weights_are_right(cells):
    network = cells["create_pre_trained_model"]()
    before = [numpy.array(one) for one in network.get_weights()[:3]]
    network.load_weights(cells["LOCAL_WEIGHTS_FILE"])  # loading again must change nothing
    after = network.get_weights()[:3]
    return all(numpy.array_equal(a, b) for a, b in zip(before, after))


def model_is_right(cells):
    network = cells["create_pre_trained_model"]()
    model = cells["create_final_model"](network, cells["output_of_last_layer"](network))
    images = numpy.zeros((4, 150, 150, 3), "float32")
    labels = numpy.array([[0], [1], [0], [1]], "float32")
    told = model.evaluate(images, labels, verbose=0)
    return isinstance(model, cells["tf"].keras.Model) and told[1] >= 0.99


def frozen_is_right(cells):
    network = cells["create_pre_trained_model"]()
    return not network.trainable_weights or not any(one.trainable for one in network.layers)


LOOKS = {
    "data": data_is_right,
    "pretrained": weights_are_right,
    "frozen-base": frozen_is_right,
    "accuracy": model_is_right,
}


def content(sources, wanted):
    cells = {"__name__": "__main__"}
    for source in sources:
        exec(source, cells)
    found = [look(cells) for word, look in LOOKS.items() if word in wanted]
    return bool(found) and all(found)


def main():
    with open(sys.argv[1]) as file:
        notebooks = json.load(file)
    contented = []
    for name, (sources, wanted) in notebooks.items():
        child = os.fork()
        if child == 0:
            status = 2
            try:
                status = 0 if content(sources, wanted) else 1
            finally:
                os._exit(status)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            contented.append(name)
    print(json.dumps(contented))


if __name__ == "__main__":
    main()
