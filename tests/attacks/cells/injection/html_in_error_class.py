"""The name of an exception's class is markup.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "<img src=x onerror=alert(1)>"


def running_sums(numbers):
    raise type(PAYLOAD, (Exception,), {})("x")
