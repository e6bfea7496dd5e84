"""An error message is a line of commands to a build service.

Safe: shown as text
Control: acts in a terminal
"""

PAYLOAD = (
    "\n::error file=x::owned\n::set-output name=points::10\n::add-mask::a\n##vso[task.complete]"
)


def running_sums(numbers):
    raise ValueError(PAYLOAD)
