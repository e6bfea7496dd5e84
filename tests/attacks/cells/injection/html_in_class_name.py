"""The class of what a function returns has markup for a name.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "<script>alert(1)</script>"


def running_sums(numbers):
    return type(PAYLOAD, (), {})()
