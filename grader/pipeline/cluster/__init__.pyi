from .certificates import secured as secured, write_certificates as write_certificates
from .client import Cluster as Cluster, Lost as Lost
from .engine import opened as opened, serve_scheduler as serve_scheduler
from .serving import offered_runs as offered_runs, serve_worker as serve_worker, unfit as unfit
