from .registry import (
    PLATFORMS as PLATFORMS,
    find_container as find_container,
    find_platform as find_platform,
)
from .seam import Entry as Entry, Platform as Platform, Receipt as Receipt, held as held
