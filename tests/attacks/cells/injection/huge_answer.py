"""What a function answers are megabytes of markup.

Safe: shown as text
Control: acts in size
"""

PAYLOAD = "<b>" * 1_000_000


def running_sums(numbers):
    return [PAYLOAD[:300]] * 15_000
