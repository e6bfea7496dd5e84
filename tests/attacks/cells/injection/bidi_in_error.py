"""An error message turns the direction of what stands behind it (CVE-2021-42574).

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = "failed \u202e deppalf \u2066 \u2067 \u200f \u061c"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
