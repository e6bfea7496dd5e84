"""What runs around and inside a sandbox: the supervisor, the last step before a submission's code.

Standard library only, imports nothing from `grader`: the same folder is a package of its own
(`guard`) for the bare interpreters (`python -I -S`) that start it on the host and in the sandbox.
"""

HOME_KIND = "template"
"""Of the folders that templates of warm workers have for themselves, and remove."""
