from .interval import wilson as wilson
from .job import INSIDE as INSIDE, made_with as made_with
from .model import measure as measure
from .plan import NotMeasurable as NotMeasurable
