"""Plants byte code where the grader's own code inside is imported from.

Safe: contained
Control: bites
"""

path = os.environ["GRADER_IN"] + "/attack.pyc"
open(path, "w").close()
breach("the grader's inputs can be changed")
