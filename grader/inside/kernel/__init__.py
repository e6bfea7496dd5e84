"""The ipykernel that runs the notebook, and what it does around the cells."""
