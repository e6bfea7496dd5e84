"""An error message is a drawing with a script in it.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "<svg/onload=alert(1)><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
