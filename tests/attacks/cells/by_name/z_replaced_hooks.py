"""Replaces what the hook is made of and told: whatever it then does, it does with the notebook's own
rights. Last of all, as it breaks the others."""

import gc
import os
import pathlib
import shutil

kept = pathlib.Path.symlink_to, shutil.copyfile, os.path.realpath, dict(os.environ)
for thing in gc.get_objects():
    if type(thing).__name__ == "ByName" and type(thing).__module__.startswith("grader_inside"):
        for name in OURS:
            thing._files[name] = PRIVATE + "/" + name
        thing._files["shadow"] = "/etc/shadow"
pathlib.Path.symlink_to = lambda self, goal, *_: self.write_bytes(open(goal, "rb").read())
shutil.copyfile = lambda source, target: pathlib.Path(target).write_text(SECRET[:6])
os.environ["GRADER_DATA"] = os.environ["GRADER_TREES"] = PRIVATE
try:
    for name in (*OURS, "shadow"):
        try:
            with open("replaced/" + name) as file:
                assert SECRET not in file.read(), name
        except OSError:
            pass
finally:
    pathlib.Path.symlink_to, shutil.copyfile, os.path.realpath = kept[:3]
    os.environ.clear()
    os.environ.update(kept[3])
