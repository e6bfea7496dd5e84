"""Two things at once, where one hardly needs Python: writing a file, and what a network answers."""

import contextlib
import threading


@contextlib.contextmanager
def meanwhile(work):
    """Do `work` in a thread of its own while the block runs; both are done at its end."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()
