"""An error message is a template that reads objects of the grader.

Safe: shown as text
Control: acts in a template
"""

PAYLOAD = '{{ 7777*7777 }}{% for x in [1] %}{{ x }}{% endfor %}{{ "".__class__ }}{# hidden #}'


def running_sums(numbers):
    raise ValueError(PAYLOAD)
