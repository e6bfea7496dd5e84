from .pack import (
    HOME as HOME,
    WHEELHOUSE as WHEELHOUSE,
    build_wheel as build_wheel,
    pack_container as pack_container,
)
from .platform import Container as Container, Stages as Stages
