"""Programs beside student code: `shims < export < kernel < asking`; apart from it: `measuring`.

Each uses only what stands left of it; `measuring` uses shims and export. In a sandbox this package
is named `grader_inside`, and `measuring` is there only where no student code is. It imports nothing
from `grader`. `replaced.toml` names everything of others that our hooks replace.
"""
