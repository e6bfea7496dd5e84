"""A cell stops with markup for an error.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "<script src=https://evil.example/x.js></script>"

raise RuntimeError(PAYLOAD)
