"""An error message clears the screen, changes the title and makes text invisible.

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = (
    "\x1b[2J\x1b[H\x1b]0;owned\x07\x1b[8mhidden\x1b[0m \x9b31m \x1b]8;;https://evil.example\x07link"
)


def running_sums(numbers):
    raise ValueError(PAYLOAD)
