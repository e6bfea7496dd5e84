from .notebook import (
    Cell as Cell,
    Notebook as Notebook,
    code_sha256 as code_sha256,
    names_of as names_of,
    parse_cell as parse_cell,
    plain_python as plain_python,
)
from .packages import (
    is_installed as is_installed,
    lacking as lacking,
    modules as modules,
    public_packages as public_packages,
)
from .pieces import Piece as Piece, pieces_of as pieces_of
from .read import read_notebook as read_notebook
from .sources import Source as Source, gather as gather, safe_id as safe_id
from .submission import (
    kept as kept,
    kept_name as kept_name,
    take_in as take_in,
    unread as unread,
)
from .which import (
    OTHER as OTHER,
    Sorted as Sorted,
    best_fits as best_fits,
    sort_out as sort_out,
)
