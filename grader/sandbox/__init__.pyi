from .choice import choose as choose, survey as survey
from .seam import (
    Exit as Exit,
    Job as Job,
    Mount as Mount,
    Running as Running,
    Sandbox as Sandbox,
    TierReport as TierReport,
    run_job as run_job,
)
