"""Replaces the folder of answers by a link, a file, a FIFO, a folder of a thousand files.

Safe: earns nothing
Control: none, because a checker in the same process has no such folder
"""


def running_sums(numbers):
    out = os.environ["GRADER_OUT"]
    for name in ("answers.json", "answers.new", "graph_final.json"):
        try:
            os.unlink(f"{out}/{name}")
        except OSError:
            pass
    os.mkdir(f"{out}/answers.new")
    os.mkfifo(f"{out}/graph_final.json")
    os.symlink("/etc/passwd", f"{out}/weights_base.json")
    for number in range(300):
        os.mkdir(f"{out}/graph_{number}.json")
    try:
        os.rename(out, out + "-away")
        os.symlink("/etc", out)
    except OSError:
        pass
