"""An error message of ten megabytes.

Safe: shown as text
Control: acts in size
"""

PAYLOAD = "<&*|" * 2_500_000


def running_sums(numbers):
    raise ValueError(PAYLOAD)
