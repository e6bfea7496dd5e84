from .parse import (
    cuts as cuts,
    draw_diagram as draw_diagram,
    head as head,
    preparation as preparation,
)
from .pretrained import (
    NUMBER_BYTES as NUMBER_BYTES,
    Pretrained as Pretrained,
    fingerprints as fingerprints,
    reference_graph as reference_graph,
)
from .ways import ancestors as ancestors, by_id as by_id, paths_pass as paths_pass
