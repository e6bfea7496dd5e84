"""Fills the folder that it shares with the host, past the disk limit.

Safe: contained
Control: bites
"""

with open(os.environ["GRADER_SOCK"] + "/file", "wb") as stream:
    stream.write(b"x" * 1000)
breach("a file was made there")
