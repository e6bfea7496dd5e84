"""Takes away what the questions are asked with: environment, folders, JSON.

Safe: earns nothing
Run: timeout, died, finished, student_error
Control: none, because it asks for a hold, not for points
"""

import json


def broken(*_, **__):
    raise KeyError("no such key")


json.loads = json.dumps = broken
os.environ.clear()
os.chdir("/")
os.listdir = os.scandir = os.unlink = broken
