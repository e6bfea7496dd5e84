"""The version of Keras that built the model is markup.

Safe: shown as text
Control: acts in a page
"""

import json

PAYLOAD = "<img src=x onerror=alert(1)>"


def running_sums(numbers):
    layer = {
        "id": "one", "name": "one", "kind": "Dense", "settings": {"units": 1}, "trainable": True,
        "parameters": 2, "trainable_parameters": 2, "output_shape": [None, 1], "inputs": [],
    }  # fmt: skip
    graph = {
        "style": "functional", "class_name": "Functional", "layers": [layer], "inputs": ["one"],
        "outputs": ["one"], "keras": "keras 3",
    }  # fmt: skip
    graph.update(keras="keras " + PAYLOAD, class_name=PAYLOAD)
    with open(os.environ["GRADER_OUT"] + "/graph_final.json", "w") as file:
        json.dump(graph, file)
