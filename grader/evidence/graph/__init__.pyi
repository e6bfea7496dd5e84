from .diagram import draw_diagram as draw_diagram
from .pretrained import (
    NUMBER_BYTES as NUMBER_BYTES,
    fingerprints as fingerprints,
    reference_graph as reference_graph,
)
from .walk import (
    ancestors as ancestors,
    by_id as by_id,
    cuts as cuts,
    head as head,
    paths_pass as paths_pass,
    preparation as preparation,
    used as used,
)
