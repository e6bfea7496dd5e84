from .choice import choose as choose, stronger as stronger, survey as survey
from .seam import (
    Exit as Exit,
    Job as Job,
    Mount as Mount,
    OtherMachines as OtherMachines,
    Running as Running,
    Sandbox as Sandbox,
    run_job as run_job,
)
