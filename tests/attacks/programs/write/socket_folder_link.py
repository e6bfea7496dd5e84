"""Puts a link to a socket of the host where the grader connects.

Safe: contained
Control: bites
"""

os.symlink(BAIT["unix"], os.environ["GRADER_SOCK"] + "/k-1")
breach("a link was made there")
