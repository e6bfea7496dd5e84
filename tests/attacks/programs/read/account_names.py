"""Reads who has an account on the grader's machine.

Safe: contained
Control: bites
"""

if "root:" in open("/etc/passwd").read():
    breach("the accounts of the host")
