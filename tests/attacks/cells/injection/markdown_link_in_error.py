"""An error message is a link that runs code, and one that phishes.

Safe: shown as text
Control: acts in Markdown
"""

PAYLOAD = (
    "[click](javascript:alert(1)) [sign in](https://evil.example/login) <https://evil.example>"
)


def running_sums(numbers):
    raise ValueError(PAYLOAD)
