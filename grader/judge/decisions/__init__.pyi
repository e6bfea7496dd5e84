from .apply import Override as Override
from .files import Decisions as Decisions, read as read, record as record
from .kept import decided as decided, standing as standing
