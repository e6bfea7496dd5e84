from .audit import Audit as Audit, run_audit as run_audit
from .catalogue import choose_variants as choose_variants, load_catalogue as load_catalogue
from .compare import Tally as Tally, Wrong as Wrong, compare_verdicts as compare_verdicts
from .rewrite import Change as Change, renamed as renamed, rule as rule
from .variants import (
    Part as Part,
    Rewrite as Rewrite,
    Solution as Solution,
    Variant as Variant,
    combinations as combinations,
    singles as singles,
)
