"""No secrets are in here."""


def get(key):
    """An empty text."""
    return ""
