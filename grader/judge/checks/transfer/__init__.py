"""Checks of transfer learning: the pretrained network, the cut, the head."""
