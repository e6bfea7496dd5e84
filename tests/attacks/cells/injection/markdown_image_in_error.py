"""An error message is a picture that tells a server who reads it.

Safe: shown as text
Control: acts in Markdown
"""

PAYLOAD = "![x](https://evil.example/track.png) ![][1]"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
