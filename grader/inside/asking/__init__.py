"""What an assignment's `ask.py` uses to put inputs to the student's functions."""
