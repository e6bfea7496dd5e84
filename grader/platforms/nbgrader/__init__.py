"""nbgrader: its gradebook, and feedback pages where it looks for them."""
