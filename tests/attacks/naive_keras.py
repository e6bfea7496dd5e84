"""As `naive.py`, for the real assignment: asks the student's own objects about themselves.

`python naive_keras.py CELLS CRITERIA`: exit status 0 where it is content with all it looks at.
"""

# ruff: noqa

import json
import sys
import warnings

warnings.simplefilter("ignore")


def data_is_right(cells):
    train, validation = cells["train_val_datasets"]()
    images, labels = next(iter(train.take(1)))
    right = images.shape == (32, 150, 150, 3) and labels.shape == (32, 1)
    return right and train.class_names == ["horses", "humans"]


def weights_are_right(cells):
    import numpy

    network = cells["create_pre_trained_model"]()
    before = [numpy.array(one) for one in network.get_weights()[:3]]
    network.load_weights(cells["LOCAL_WEIGHTS_FILE"])  # loading again must change nothing
    after = network.get_weights()[:3]
    return all(numpy.array_equal(a, b) for a, b in zip(before, after))


def model_is_right(cells):
    network = cells["create_pre_trained_model"]()
    model = cells["create_final_model"](network, cells["output_of_last_layer"](network))
    import numpy

    images = numpy.zeros((4, 150, 150, 3), "float32")
    labels = numpy.array([[0], [1], [0], [1]], "float32")
    told = model.evaluate(images, labels, verbose=0)
    return isinstance(model, cells["tf"].keras.Model) and told[1] >= 0.99


def main():
    with open(sys.argv[1]) as file:
        sources = json.load(file)
    cells = {"__name__": "__main__"}
    for source in sources:
        exec(source, cells)
    wanted = sys.argv[2]
    looks = {"data": data_is_right, "pretrained": weights_are_right, "accuracy": model_is_right}
    found = [look(cells) for word, look in looks.items() if word in wanted]
    sys.exit(0 if found and all(found) else 1)


if __name__ == "__main__":
    main()
