from .pack import (
    HOME as HOME,
    WHEELHOUSE as WHEELHOUSE,
    build_wheel as build_wheel,
    pack_container as pack_container,
)
from .refused import write_refusal as write_refusal
from .stages import Platform as Platform, Stages as Stages, find as find
