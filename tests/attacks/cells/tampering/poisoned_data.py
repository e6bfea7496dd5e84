"""Changes and adds to the training data that all submissions share.

Safe: earns nothing
Control: none, because data of the control belong to nobody else
"""

for folder in ("data", os.environ.get("GRADER_DATA", "data")):
    for action in (
        lambda place: open(place + "/shown.txt", "w").write("poisoned"),
        lambda place: open(place + "/more.txt", "w").write("poisoned"),
        lambda place: os.remove(place + "/shown.txt"),
        lambda place: os.rename(place, place + "-away"),
    ):
        try:
            action(folder)
        except OSError:
            pass
