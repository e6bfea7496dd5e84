"""The notebook's file has markup for a name.

Safe: shown as text
Control: acts in a page
File: <img src=x onerror=alert(1)> ![x](y).ipynb
"""

PAYLOAD = "<img src=x onerror=alert(1)> ![x](y).ipynb"
