"""An error message brings a style sheet that loads a picture from elsewhere.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "</style><style>body{background:url(https://evil.example/x.png)}</style><link rel=stylesheet href=https://evil.example/x.css>"


def running_sums(numbers):
    raise ValueError(PAYLOAD)
