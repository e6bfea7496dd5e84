# %% [markdown] title
# Lab: cats and dogs with borrowed convolutions
#
# A few thousand pictures are too few to learn from scratch what an eye or an ear is. **InceptionV3**
# has learned it from millions. You use its convolutions as they are, and train only what you put
# behind them. Complete the cells where a comment stands for code, and keep the names of the
# variables: graded are the objects that they hold when all cells have run.

# %% [code] imports
import os

import matplotlib.pyplot as plt
import tensorflow as tf

# %% [markdown] network
# ## 1. The network that knows something already
#
# Its weights lie on this machine.

# %% [code] weights-file
LOCAL_WEIGHTS_FILE = '/tf/model/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'

# %% [markdown] exercise-1
# Let `pre_trained_model` be InceptionV3, for an input of (150, 150, 3), without its fully connected
# top; load the weights, and keep every layer from being trained.

# %% [code] base graded
pre_trained_model = ⟦None # Make the network¦tf.keras.applications.inception_v3.InceptionV3(
    input_shape=(150, 150, 3),
    include_top=False,
    weights=None
)⟧

⟦# Load what it has learned¦pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)⟧

⟦# Freeze it¦for layer in pre_trained_model.layers:
    layer.trainable = False⟧

# %% [markdown] exercise-2
# Your layers will read the output of `mixed7`.

# %% [code] cut graded
last_layer = ⟦None # Which layer?¦pre_trained_model.get_layer('mixed7')⟧
last_output = ⟦None # What does it put out?¦last_layer.output⟧
print('shape of the features:', last_output.shape)

# %% [markdown] exercise-3
# ## 2. The layers that are yours
#
# With the functional API: flatten the features; 1024 units with ReLU; a dropout of 0.2; one sigmoid
# unit. `model` goes from the input of the pretrained network to this unit. It is compiled later.

# %% [code] head graded
x = ⟦None # Flatten¦tf.keras.layers.Flatten()(last_output)⟧
x = ⟦None # Dense¦tf.keras.layers.Dense(1024, activation='relu')(x)⟧
x = ⟦None # Dropout¦tf.keras.layers.Dropout(0.2)(x)⟧
x = ⟦None # Dense¦tf.keras.layers.Dense(1, activation='sigmoid')(x)⟧

model = ⟦None # Put it together¦tf.keras.Model(pre_trained_model.input, x)⟧

# %% [markdown] data
# ## 3. The pictures

# %% [code] folders
BASE_DIR = '/tf/cats_and_dogs_filtered'
train_dir = os.path.join(BASE_DIR, 'train')
validation_dir = os.path.join(BASE_DIR, 'validation')

for folder in (train_dir, validation_dir):
    print(folder, {kind: len(os.listdir(os.path.join(folder, kind))) for kind in os.listdir(folder)})

# %% [markdown] exercise-4
# Make a data set of each folder: 150 by 150 pixels, batches of 20, one label 0 or 1 an image.

# %% [code] read graded
train_dataset = ⟦None # Training pictures¦tf.keras.utils.image_dataset_from_directory(
    train_dir,
    image_size=(150, 150),
    batch_size=20,
    label_mode='binary'
)⟧

validation_dataset = ⟦None # Validation pictures¦tf.keras.utils.image_dataset_from_directory(
    validation_dir,
    image_size=(150, 150),
    batch_size=20,
    label_mode='binary'
)⟧

# %% [markdown] exercise-5
# The network expects values from -1 to 1. Complete the function that prepares a batch; what is done
# with it, and what makes the data sets fast, is given.

# %% [code] prepare graded
def preprocess(image, label):
    image = ⟦None # Scale the values¦tf.keras.applications.inception_v3.preprocess_input(image)⟧
    return image, label


train_dataset_scaled = train_dataset.map(preprocess)
validation_dataset_scaled = validation_dataset.map(preprocess)

# %% [code] fast
train_dataset_final = train_dataset_scaled.cache().shuffle(1000).prefetch(tf.data.AUTOTUNE)
validation_dataset_final = validation_dataset_scaled.cache().prefetch(tf.data.AUTOTUNE)

# %% [markdown] exercise-6
# ## 4. Variety, then training
#
# `data_augmentation` varies pictures at random while the model is trained: mirrored from left to
# right, turned by up to 0.4, moved by up to 0.2 in both directions, contrast 0.4, zoom 0.2.
#
# `model_with_augmentation` takes a picture, sends it through `data_augmentation` and then through
# your `model`. This one is compiled and trained: RMSprop with 0.0001, binary cross-entropy, accuracy.

# %% [code] augmentation graded
data_augmentation = ⟦None # Random layers¦tf.keras.Sequential([
    tf.keras.Input((150, 150, 3)),
    tf.keras.layers.RandomFlip('horizontal'),
    tf.keras.layers.RandomRotation(0.4),
    tf.keras.layers.RandomTranslation(0.2, 0.2),
    tf.keras.layers.RandomContrast(0.4),
    tf.keras.layers.RandomZoom(0.2)
])⟧

inputs = tf.keras.Input(shape=(150, 150, 3))
varied = ⟦None # Vary the picture¦data_augmentation(inputs)⟧
outputs = ⟦None # Then your model¦model(varied)⟧
model_with_augmentation = ⟦None # All of it as one model¦tf.keras.Model(inputs, outputs)⟧

⟦# Compile it¦model_with_augmentation.compile(
    optimizer=tf.keras.optimizers.RMSprop(learning_rate=0.0001),
    loss='binary_crossentropy',
    metrics=['accuracy']
)⟧

# %% [code] fit
history = model_with_augmentation.fit(
    train_dataset_final,
    validation_data=validation_dataset_final,
    epochs=20,
    verbose=2
)

# %% [code] curves
figure, axis = plt.subplots()
axis.plot(history.history['accuracy'], label='on training pictures')
axis.plot(history.history['val_accuracy'], label='on validation pictures')
axis.set_xlabel('epoch')
axis.legend()
plt.show()
