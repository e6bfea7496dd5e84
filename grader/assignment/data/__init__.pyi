from .arrays import relabel as relabel
from .hidden import lay_out_hidden as lay_out_hidden, show_as_hidden as show_as_hidden
from .obtain import (
    fetch_data as fetch_data,
    made_otherwise as made_otherwise,
    make_data as make_data,
)
from .programs import description as description
from .store import (
    ORIGINAL as ORIGINAL,
    AssetStore as AssetStore,
    assets_home as assets_home,
    count_shown as count_shown,
    find_data as find_data,
    lock as lock,
    open_store as open_store,
    read_manifest as read_manifest,
    sha256_of as sha256_of,
)
