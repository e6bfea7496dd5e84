"""Canvas: the exported gradebook filled in, or a push over its REST interface."""
