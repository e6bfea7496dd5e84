"""Answers with texts and lists that are as large as memory allows.

Safe: earns nothing
Run: finished, student_error, died, timeout, out_of_memory
Control: none, because it fools nobody: it is to exhaust the reader
"""


def running_sums(numbers):
    return ["x" * 1000 for _ in range(10**5)] + [[0] * 10**6]
