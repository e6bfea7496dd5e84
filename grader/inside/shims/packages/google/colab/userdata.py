"""No secrets are in here."""


def get(key: object) -> str:
    """An empty text."""
    return ""
