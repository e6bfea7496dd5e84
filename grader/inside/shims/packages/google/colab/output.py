"""Nothing is shown to anybody."""


def clear(*arguments, **options):
    """Nothing to do."""


def eval_js(*arguments, **options):
    """No browser is there."""


def register_callback(*arguments, **options):
    """Nothing to do."""
