"""Checks of a model as it was built, with a pretrained network in it or without."""
