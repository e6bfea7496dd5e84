"""An error message that no encoding can write, and what XML cannot hold.

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = "half \ud800 and \udfff, \ufffe, \x01"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
