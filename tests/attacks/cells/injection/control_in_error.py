"""An error message goes back over the line to show another one.

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = "0 of 6\r10 of 10\b\b\b\x00\x07\x0b\x0c\x7f\x85"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
