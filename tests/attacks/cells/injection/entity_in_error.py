"""An error message hides markup behind entities and odd quotes.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "&lt;img src=x&gt; &#60;script&#62; `<img src=x onerror=alert(1)>` &amp;lt;b&amp;gt;"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
