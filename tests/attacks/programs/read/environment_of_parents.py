"""Reads the environment of the process that started it.

Safe: contained
Control: bites
"""

content = open(f"/proc/{os.getppid()}/environ", "rb").read()
if b"HOME=" in content:
    breach("the environment of the parent")
