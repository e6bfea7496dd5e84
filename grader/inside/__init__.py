"""The programs beside student code (`shims < export < kernel < asking`) and apart from it (`measuring`).

In a sandbox this package is named `grader_inside`; it imports nothing from `grader`.
"""
