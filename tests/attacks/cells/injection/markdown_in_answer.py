"""What a function answers is Markdown with a picture.

Safe: shown as text
Control: acts in Markdown
"""

PAYLOAD = "`x` ![x](https://evil.example/track.png) <img src=x>"


def running_sums(numbers):
    return PAYLOAD
