"""What the course's machine has and a sandbox lacks: old names, delivered files, programs."""
