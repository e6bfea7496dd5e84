"""Reads through every descriptor that it may have inherited.

Safe: contained
Control: bites
"""

for number in range(3, 200):
    try:
        content = os.pread(number, 100, 0)
    except OSError:
        continue
    if b"token-" in content:
        breach(content)
