from .bundle import make_bundle as make_bundle
from .file import (
    NO_WALLS as NO_WALLS,
    Desk as Desk,
    check_file as check_file,
    desk as desk,
    saves as saves,
)
from .kernel import check_in_notebook as check_in_notebook
