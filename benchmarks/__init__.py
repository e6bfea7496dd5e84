"""Measurements, one command each, e.g. `python -m benchmarks.submissions`."""
