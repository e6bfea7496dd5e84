"""An error message is a script, and one in an attribute.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = '<script>alert(1)</script><b onmouseover=alert(1)>" onfocus="alert(1)" autofocus="'


def running_sums(numbers):
    raise ValueError(PAYLOAD)
