from .collect import collect_evidence as collect_evidence
from .strict_json import parse_json as parse_json
