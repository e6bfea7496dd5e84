from .folder import (
    ASK as ASK,
    CHECKS as CHECKS,
    INSIDE as INSIDE,
    TOML as TOML,
    Assignment as Assignment,
    Criterion as Criterion,
    all_slugs as all_slugs,
    load_assignment as load_assignment,
)
from .vetting import content_sha256 as content_sha256
