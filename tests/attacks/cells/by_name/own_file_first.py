"""A file of the notebook's own stands there first: it wins. Writing does not reach what is
delivered."""

import os

os.makedirs("mine")
with open("mine/" + NAME, "w") as file:
    file.write("my own")
assert open("mine/" + NAME).read() == "my own"
assert not os.path.islink("mine/" + NAME)
os.makedirs("folder/" + NAME)
assert os.path.isdir("folder/" + NAME)
open("laid/" + NAME).close()
for path in ("laid/" + NAME, "data/" + NAME):
    try:
        with open(path, "w") as file:
            file.write("changed for everybody")
        raise AssertionError(path)
    except OSError:
        pass
assert open("laid/" + NAME).read() == "for students"
os.unlink("laid/" + NAME)
with open("laid/" + NAME, "w") as file:
    file.write("my own")
assert open("laid/" + NAME).read() == "my own"
