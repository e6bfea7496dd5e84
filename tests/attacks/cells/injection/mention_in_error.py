"""An error message mentions people and refers to issues of the reader's repository.

Safe: shown as text
Control: acts in Markdown
"""

PAYLOAD = "@everyone fixes #1 https://evil.example/?x <https://evil.example/>"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
