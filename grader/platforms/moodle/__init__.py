"""Moodle: the grading worksheet filled in, and a zip of reports."""
