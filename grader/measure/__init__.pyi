from .accuracy import measure as measure, wilson as wilson
from .job import INSIDE as INSIDE, made_with as made_with
from .plan import NotMeasurable as NotMeasurable, NotRebuilt as NotRebuilt
from .tasks import Order as Order, Tasks as Tasks
