"""A cell stops with an error that draws on the terminal.

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = "\x1b[2J\x1b[1;1H\x1b[32m10 of 10\x1b]52;c;b3duZWQ=\x07"

raise type("\x1b[31mRed\u202e", (Exception,), {})(PAYLOAD)
