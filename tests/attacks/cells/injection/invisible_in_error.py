"""An error message carries hidden text: zero-width signs, tags, stacked marks.

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = "a\u200b\u200d\u2060\U000e0041\U000e0042" + "z" + "\u0301" * 200


def running_sums(numbers):
    raise ValueError(PAYLOAD)
