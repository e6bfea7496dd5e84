from .any_notebook import (
    epochs_trained as epochs_trained,
    runs_to_the_end as runs_to_the_end,
    value_is as value_is,
)
from .arrays import (
    array_labels_right as array_labels_right,
    array_scale as array_scale,
    array_shape as array_shape,
    delivers_arrays as delivers_arrays,
    labels_fit_loss as labels_fit_loss,
)
from .declared import claim as claim, may_show as may_show
from .finding import (
    answer as answer,
    failed as failed,
    graph as graph,
    ok_answer as ok_answer,
    partial as partial,
    passed as passed,
)
from .images import (
    batches_and_shape as batches_and_shape,
    delivers_split as delivers_split,
    labels_right as labels_right,
    painted_images as painted_images,
)
from .marked import marked_arrays as marked_arrays
from .measured import accuracy_at_least as accuracy_at_least
from .model.compiled import (
    loss_is as loss_is,
    metric_is as metric_is,
    optimizer_is as optimizer_is,
)
from .model.dense import dense_head as dense_head, dropout_between as dropout_between
from .model.layers import has_layer as has_layer
from .model.output import one_output_unit as one_output_unit, output_fits as output_fits
from .preparing import (
    augments_training_only as augments_training_only,
    scaled_once as scaled_once,
)
from .transfer.network import (
    continues_functionally as continues_functionally,
    cut_at as cut_at,
    is_network as is_network,
)
from .transfer.weights import (
    base_frozen as base_frozen,
    final_frozen as final_frozen,
    weights_pretrained as weights_pretrained,
)
