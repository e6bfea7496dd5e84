"""Functions, variables and modules of the notebook have markup for names.

Safe: shown as text
Control: acts in a page
"""

import sys
import types

PAYLOAD = "<script>alert(1)</script>"


def running_sums(numbers):
    raise KeyError(PAYLOAD)


running_sums.__name__ = running_sums.__qualname__ = PAYLOAD
running_sums.__module__ = PAYLOAD
globals()[PAYLOAD] = running_sums
sys.modules[PAYLOAD] = types.ModuleType(PAYLOAD)
