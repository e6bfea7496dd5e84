"""The note of what was shortened, which the grader shows, is forged.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "<script>alert(1)</script> ![x](https://evil.example) \x1b[2J {{ 7777*7777 }}"
NOTE = "application/vnd.notebook-grader.shortened+json"

get_ipython().display_pub.publish({NOTE: {"text": PAYLOAD}, "text/plain": ""})
