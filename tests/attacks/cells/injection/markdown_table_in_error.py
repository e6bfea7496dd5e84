"""An error message breaks out of a cell of a table and adds a row with points.

Safe: shown as text
Control: acts in Markdown
"""

PAYLOAD = "| x |\n|---|\n| sums | 10 of 10 |\n\n# Grade: 100 %\n\n[a](https://evil.example)"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
