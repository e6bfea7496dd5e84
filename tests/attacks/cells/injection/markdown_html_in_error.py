"""An error message is HTML within Markdown, behind a code fence.

Safe: shown as text
Control: acts in Markdown
"""

PAYLOAD = "```\n<details open ontoggle=alert(1)>\n``` <img src=x onerror=alert(1)>"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
