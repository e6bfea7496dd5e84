"""Waits for somebody to type.

Safe: contained
Control: none, because the control has no keyboard either
"""

input("your name? ")
