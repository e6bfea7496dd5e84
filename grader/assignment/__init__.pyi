from .data_tables import (
    HIDDEN as HIDDEN,
    TOP as TOP,
    DataTable as DataTable,
    Network as Network,
    Split as Split,
)
from .data_vetting import DATA as DATA
from .folder import (
    ASK as ASK,
    CHECKS as CHECKS,
    INSIDE as INSIDE,
    TOML as TOML,
    Assignment as Assignment,
    all_assignments as all_assignments,
    all_slugs as all_slugs,
    load_assignment as load_assignment,
)
from .new import copy_assignment as copy_assignment, new_assignment as new_assignment
from .tables import Criterion as Criterion, Recipe as Recipe, Revision as Revision
from .vetting import content_sha256 as content_sha256
