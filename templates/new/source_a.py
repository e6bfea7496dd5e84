# %% [markdown] title
# @@{title}
#
# Small grey pictures show stripes that run **across**, **down** or **slanted**. In this notebook you
# read them, and build a small convolutional network that tells which is which.
#
# You complete two functions. Each is marked `GRADED FUNCTION`; write between the two comment lines
# and keep the names. They are called again when the notebook is graded, `load_data` with another
# file in the place of `stripes.npz`, and your model is trained anew and tried on pictures that you
# have never seen.

# %% [code] imports
import numpy as np
import tensorflow as tf

# %% [markdown] data
# ## 1. The data
#
# `stripes.npz` lies beside this notebook. It holds four arrays: `x_train` and `x_val` with pictures
# of 8 by 8 whole numbers from 0 to 255, `y_train` and `y_val` with 0 (across), 1 (down) or 2
# (slanted) for each of them.

# %% [code] look
with np.load("stripes.npz") as file:
    for name in file.files:
        print(f"{name}: shape {file[name].shape}, values {file[name].min()} to {file[name].max()}")

# %% [markdown] exercise-1
# ### Exercise 1: `load_data`
#
# Return `(x_train, y_train), (x_val, y_val)`: pictures as numbers between 0 and 1, of shape
# `(8, 8, 1)`, and labels as they are in the file.

# %% [code] load_data graded
# GRADED FUNCTION: load_data
def load_data():
    """Read the pictures.

    Returns:
        ((pictures, labels), (pictures, labels)): for training, and for validation
    """
    ### START CODE HERE ###

    # Open the file
    data = ⟦None¦np.load("stripes.npz")⟧

    # Scale the pictures, and give them an axis for the channels
    x_train = ⟦None¦data["x_train"][..., np.newaxis] / 255.0⟧
    x_val = ⟦None¦data["x_val"][..., np.newaxis] / 255.0⟧

    # The labels
    y_train = ⟦None¦data["y_train"]⟧
    y_val = ⟦None¦data["y_val"]⟧

    ### END CODE HERE ###

    return (x_train, y_train), (x_val, y_val)

# %% [code] use-data
(x_train, y_train), (x_val, y_val) = load_data()

print("Training:", x_train.shape, y_train.shape)
print("Validation:", x_val.shape, y_val.shape)

# %% [markdown] exercise-2
# ## 2. The network
#
# ### Exercise 2: `build_model`
#
# Return a compiled model for pictures of shape `(8, 8, 1)`: at least one `Conv2D` with ReLU, pooling
# behind it, an output of three units with softmax, a cross-entropy that fits the labels, and
# accuracy as a metric.

# %% [code] build_model graded
# GRADED FUNCTION: build_model
def build_model():
    """Build and compile a convolutional network.

    Returns:
        tf.keras.Model: the compiled model
    """
    ### START CODE HERE ###

    model = tf.keras.Sequential([
        tf.keras.Input(shape=(8, 8, 1)),
        # A convolution, and pooling
        ⟦None¦tf.keras.layers.Conv2D(16, (3, 3), activation='relu')⟧,
        ⟦None¦tf.keras.layers.MaxPooling2D((2, 2))⟧,
        # From feature maps to one row of numbers
        ⟦None¦tf.keras.layers.Flatten()⟧,
        # The output
        ⟦None¦tf.keras.layers.Dense(3, activation='softmax')⟧,
    ])

    ⟦None¦model.compile(
        optimizer='adam',
        loss='sparse_categorical_crossentropy',
        metrics=['accuracy']
    )⟧

    ### END CODE HERE ###

    return model

# %% [code] fit
model = build_model()
history = model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    epochs=10,
    batch_size=32,
    verbose=2
)
