"""Names that the neutral graph knows, as types: an argument of a check that names no layer of Keras
is a mistake of the rubric, and said when it is loaded."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator, Field


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LAYERS = _names(
    """
    Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
    AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add
    AdditiveAttention AlphaDropout Attention AugMix AutoContrast Average AveragePooling1D
    AveragePooling2D AveragePooling3D BatchNormalization Bidirectional CategoryEncoding
    CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose
    ConvLSTM1D ConvLSTM2D ConvLSTM3D Cropping1D Cropping2D Cropping3D CutMix Dense
    DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense Embedding
    Equalization Flatten GRU GaussianDropout GaussianNoise GlobalAveragePooling1D
    GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D
    GlobalMaxPooling3D GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity
    IntegerLookup LSTM LayerNormalization LeakyReLU Masking MaxPooling1D MaxPooling2D
    MaxPooling3D Maximum MelSpectrogram Minimum MixUp MultiHeadAttention Multiply Normalization
    PReLU Permute RMSNormalization RNN RandAugment RandomBrightness RandomColorDegeneration
    RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip
    RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective
    RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear
    RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing STFTSpectrogram
    SeparableConv1D SeparableConv2D SimpleRNN Softmax Solarization SpatialDropout1D
    SpatialDropout2D SpatialDropout3D SpectralNormalization StringLookup Subtract
    TextVectorization TimeDistributed UnitNormalization UpSampling1D UpSampling2D UpSampling3D
    ZeroPadding1D ZeroPadding2D ZeroPadding3D
    """
)
OPTIMIZERS = _names(
    """
    adadelta adafactor adagrad adam adamax adamw ftrl lamb lion muon nadam rmsprop
    schedulefreeadamw sgd
    """
)
LOSSES = _names(
    """
    binary_crossentropy binary_focal_crossentropy categorical_crossentropy
    categorical_focal_crossentropy categorical_generalized_cross_entropy categorical_hinge circle
    cosine_similarity ctc dice hinge huber kl_divergence log_cosh mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error poisson
    sparse_categorical_crossentropy squared_hinge tversky
    """
)
ACTIVATIONS = _names(
    """
    celu elu exponential gelu glu hard_sigmoid hard_silu hard_tanh leaky_relu linear log_sigmoid
    log_softmax mish relu relu6 selu sigmoid silu softmax softplus softsign tanh
    """
)
"""Each in normal form: the class of a layer, the others in small letters, losses in full."""


def _known(names: frozenset[str], what: str) -> Callable[[str], str]:
    def check(name: str) -> str:
        if name in names or name.startswith("op:"):
            return name
        near = get_close_matches(name, names, 1, 0.5)
        raise ValueError(f"there is no {what} {name!r}" + (f", but {near[0]!r}" if near else ""))

    return check


Kind = Annotated[str, AfterValidator(_known(LAYERS, "layer"))]
"""Of a layer: Keras's own name of its class, without another name for it; or "op:…"."""
Kinds = Kind | Annotated[Sequence[Kind], Field(min_length=1)]
Optimizer = Annotated[str, AfterValidator(_known(OPTIMIZERS, "optimizer"))]
Loss = Annotated[str, AfterValidator(_known(LOSSES, "loss"))]
Activation = Annotated[str, AfterValidator(_known(ACTIVATIONS, "activation"))]
Share = Annotated[float, Field(ge=0, le=1)]
Bound = Literal["at_least", "at_most"]
Setting = bool | int | float | str | list[float] | list[str] | dict[Bound, float]
"""What a setting has to be, see `has_layer`."""


def several(kinds: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several, as several."""
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)
