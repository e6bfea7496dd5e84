# %% [markdown] title
# Handwritten digits: your first convolutional network
#
# Thirteen people wrote the digits 0 to 9; each was scanned and shrunk to 8 by 8 grey values
# between 0 and 16. In this assignment you bring these images into the form that a network wants,
# and build a small **convolutional neural network** that reads them.
#
# You complete two functions. Each is marked `GRADED FUNCTION`; write between the two comment lines
# and keep the names. Everything else may be changed, added to, or left alone. Your functions are
# called again when the notebook is graded, `load_data` with another file in the place of
# `digits.npz`, and your model is trained anew and tried on digits that you have never seen.

# %% [code] imports
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% [markdown] data
# ## 1. The data
#
# `digits.npz` lies beside this notebook. It holds four arrays: `x_train` and `x_test` with images,
# `y_train` and `y_test` with the digit that each image shows.

# %% [code] look
with np.load("digits.npz") as file:
    for name in file.files:
        print(f"{name}: shape {file[name].shape}, values {file[name].min()} to {file[name].max()}")

# %% [markdown] exercise-1
# ### Exercise 1: `load_data`
#
# Read `digits.npz` and return `(x_train, y_train), (x_test, y_test)`:
#
# - images as numbers between 0 and 1: divide once by 16;
# - images of shape `(8, 8, 1)`: a convolution wants an axis for the channels, also where there is
#   only one;
# - labels as they are in the file, one whole number from 0 to 9 for each image.

# %% [code] load_data graded
# GRADED FUNCTION: load_data
def load_data():
    """Read the digits.

    Returns:
        ((images, labels), (images, labels)): for training, and for the test
    """
    ### START CODE HERE ###

    # Open the file
    data = ⟦None¦np.load("digits.npz")⟧

    # Scale the images, and give them an axis for the channels
    x_train = ⟦None¦data["x_train"][..., np.newaxis] / 16.0⟧
    x_test = ⟦None¦data["x_test"][..., np.newaxis] / 16.0⟧

    # The labels
    y_train = ⟦None¦data["y_train"]⟧
    y_test = ⟦None¦data["y_test"]⟧

    ### END CODE HERE ###

    return (x_train, y_train), (x_test, y_test)

# %% [code] use-data
(x_train, y_train), (x_test, y_test) = load_data()

print("Training:", x_train.shape, y_train.shape)
print("Test:", x_test.shape, y_test.shape)
print("Values from", x_train.min(), "to", x_train.max())

# %% [code] pictures
figure, axes = plt.subplots(2, 5, figsize=(8, 3.5))
for axis, image, label in zip(axes.flat, x_train, y_train):
    axis.imshow(np.squeeze(image), cmap='gray_r')
    axis.set_title(str(label))
    axis.axis('off')
plt.show()

# %% [markdown] exercise-2
# ## 2. The network
#
# ### Exercise 2: `build_model`
#
# Return a compiled model for images of shape `(8, 8, 1)`:
#
# - at least one convolution (`Conv2D`) with ReLU, and pooling behind it;
# - `Dropout` somewhere between the convolutions and the output, with a rate between 0.1 and 0.6;
# - an output that tells ten digits apart: ten units with softmax;
# - a cross-entropy that fits the labels that `load_data` returns, an optimizer of your choice
#   that learns within a few epochs, and accuracy as a metric.

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
        ⟦None¦tf.keras.layers.Conv2D(32, (3, 3), activation='relu')⟧,
        ⟦None¦tf.keras.layers.MaxPooling2D((2, 2))⟧,
        # From feature maps to one row of numbers
        ⟦None¦tf.keras.layers.Flatten()⟧,
        ⟦None¦tf.keras.layers.Dense(64, activation='relu')⟧,
        # Against learning by heart
        ⟦None¦tf.keras.layers.Dropout(0.3)⟧,
        # The output
        ⟦None¦tf.keras.layers.Dense(10, activation='softmax')⟧,
    ])

    ⟦None¦model.compile(
        optimizer='adam',
        loss='sparse_categorical_crossentropy',
        metrics=['accuracy']
    )⟧

    ### END CODE HERE ###

    return model

# %% [code] use-model
model = build_model()
model.summary()

# %% [markdown] training
# ## 3. Training

# %% [code] fit
history = model.fit(
    x_train,
    y_train,
    validation_data=(x_test, y_test),
    epochs=15,
    batch_size=32,
    verbose=2
)

# %% [code] evaluate
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Accuracy on the test images: {test_accuracy:.3f}")

# %% [code] curves
figure, axis = plt.subplots()
axis.plot(history.history['accuracy'], label='training')
axis.plot(history.history['val_accuracy'], label='test')
axis.set_xlabel('epoch')
axis.set_ylabel('accuracy')
axis.legend()
plt.show()
