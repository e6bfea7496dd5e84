"""Supervising a run whose process is forked from a template that has imported everything."""
