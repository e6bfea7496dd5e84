"""The class of a layer, the loss and the metrics are markup.

Safe: shown as text
Control: acts in a page
"""

import json

PAYLOAD = "<svg/onload=alert(1)>"


def running_sums(numbers):
    layer = {
        "id": "one", "name": "one", "kind": "Dense", "settings": {"units": 1}, "trainable": True,
        "parameters": 2, "trainable_parameters": 2, "output_shape": [None, 1], "inputs": [],
    }  # fmt: skip
    graph = {
        "style": "functional", "class_name": "Functional", "layers": [layer], "inputs": ["one"],
        "outputs": ["one"], "keras": "keras 3",
    }  # fmt: skip
    layer.update(kind=PAYLOAD)
    graph.update(loss={"kind": PAYLOAD}, metrics=[PAYLOAD], optimizer={"kind": PAYLOAD})
    with open(os.environ["GRADER_OUT"] + "/graph_final.json", "w") as file:
        json.dump(graph, file)
