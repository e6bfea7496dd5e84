from .pack import (
    HOME as HOME,
    WHEELHOUSE as WHEELHOUSE,
    build_wheel as build_wheel,
    pack_container as pack_container,
)
from .platform import Container as Container
from .registry import find_container as find_container
from .stages import Stages as Stages
