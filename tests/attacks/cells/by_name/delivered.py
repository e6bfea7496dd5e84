"""None: what is delivered is there, so that the others try something that works."""

import os

assert open("uploads/" + NAME).read() == "for students"
assert os.path.exists("C:\\Users\\ada\\" + NAME)
assert os.path.exists(os.path.expanduser("~/Desktop/" + NAME))
