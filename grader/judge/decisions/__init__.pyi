from .apply import Override as Override
from .files import (
    Decisions as Decisions,
    decided as decided,
    read as read,
    record as record,
    standing as standing,
    trail as trail,
)
