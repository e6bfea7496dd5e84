from .audit import Audit as Audit, run_audit as run_audit
from .catalogue import choose_variants as choose_variants, load_catalogue as load_catalogue
from .compare import Tally as Tally, Wrong as Wrong, compare_verdicts as compare_verdicts
from .variants import Variant as Variant
