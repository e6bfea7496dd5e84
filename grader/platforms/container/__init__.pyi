from .pack import (
    HOME as HOME,
    WHEELHOUSE as WHEELHOUSE,
    build_wheel as build_wheel,
    pack_container as pack_container,
)
from .refused import write_refusal as write_refusal
from .stages import Container as Container, Stages as Stages, find_container as find_container
