"""Replaces the grader's module in the kernel by one that writes the answers it likes.

Safe: earns nothing
Control: none, because a checker in the same process has no such module
"""

import json
import sys


def ask(source, asked):
    wanted = json.loads(asked)
    answers = {
        name: {"status": "ok", "value": [[0] * 5] * len(inputs), "error": ""}
        for name, inputs in wanted.items()
    }
    with open(os.environ["GRADER_OUT"] + "/answers.json", "w") as file:
        json.dump(answers, file)


sys.modules["asking"].ask = ask
