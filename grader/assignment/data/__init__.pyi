from .make import SCALES as SCALES, make_data as make_data
from .original import (
    RECIPE_EPOCHS as RECIPE_EPOCHS,
    WEIGHTS as WEIGHTS,
    fetch_data as fetch_data,
)
from .programs import description as description
from .store import (
    DEFAULT_SEED as DEFAULT_SEED,
    WEIGHTS_NAME as WEIGHTS_NAME,
    AssetStore as AssetStore,
    assets_home as assets_home,
    find_data as find_data,
    lock as lock,
    open_store as open_store,
    read_manifest as read_manifest,
    sha256_of as sha256_of,
)
