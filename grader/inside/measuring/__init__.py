"""A model rebuilt from the neutral graph, trained and asked; no student code is near."""
