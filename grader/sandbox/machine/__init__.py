"""What of this machine a sandbox needs: Python, users, control groups."""
