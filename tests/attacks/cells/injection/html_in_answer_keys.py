"""What a function answers is a table whose keys are markup.

Safe: shown as text
Control: acts in a page
"""

PAYLOAD = "<iframe srcdoc='<script>alert(1)</script>'></iframe>"


def running_sums(numbers):
    return {PAYLOAD: {PAYLOAD: PAYLOAD}}
