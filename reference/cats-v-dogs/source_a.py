# %% [markdown] title
# Lab: cats and dogs with borrowed convolutions
#
# **InceptionV3** has learned from millions of photographs what edges, fur and eyes look like. Here
# you keep what it knows, put a few layers of your own behind it, and teach those to tell cats from
# dogs. Fill in every cell at its comments, from the top to the bottom, and keep the names of the
# variables: what they hold at the end is what counts.

# %% [code] imports
import os
import zipfile

import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.applications.inception_v3 import InceptionV3
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator

# %% [markdown] network
# ## 1. What others have learned
#
# First the learned weights are fetched, as one file.

# %% [code] weights-file
!wget --no-check-certificate \
    https://storage.googleapis.com/mledu-datasets/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5 \
    -O /tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5

local_weights_file = '/tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'

# %% [markdown] exercise-1
# `pre_trained_model` is to be InceptionV3 for images of shape (150, 150, 3), without the layers at
# its top that answer for ImageNet's classes. Load the file into it, and freeze all of its layers.

# %% [code] base graded
pre_trained_model = ⟦None # Build the network¦InceptionV3(
    input_shape=(150, 150, 3),
    include_top=False,
    weights=None
)⟧

⟦# Load the weights¦pre_trained_model.load_weights(local_weights_file)⟧

⟦# Freeze the layers¦for layer in pre_trained_model.layers:
    layer.trainable = False⟧

# %% [markdown] exercise-2
# `last_output` is to be the output of the layer named `mixed7`.

# %% [code] cut graded
last_layer = ⟦None # Find the layer¦pre_trained_model.get_layer('mixed7')⟧
print('shape of the features:', last_layer.output_shape)
last_output = ⟦None # Take its output¦last_layer.output⟧

# %% [markdown] exercise-3
# ## 2. What you add
#
# Behind `last_output` come, in this order, Flatten, 1024 Dense units with ReLU, Dropout of 0.2, and
# one Dense unit with a sigmoid. `model` leads from the input of the network to that unit. Compile
# it with RMSprop at a learning rate of 0.0001, binary cross-entropy, and accuracy as the metric.

# %% [code] head graded
x = ⟦None # Flatten¦layers.Flatten()(last_output)⟧
x = ⟦None # 1024 units¦layers.Dense(1024, activation='relu')(x)⟧
x = ⟦None # Dropout¦layers.Dropout(0.2)(x)⟧
x = ⟦None # One unit¦layers.Dense(1, activation='sigmoid')(x)⟧

model = ⟦None # From the input to the unit¦Model(pre_trained_model.input, x)⟧

⟦# Compile it¦model.compile(
    optimizer=RMSprop(lr=0.0001),
    loss='binary_crossentropy',
    metrics=['accuracy']
)⟧

# %% [markdown] data
# ## 3. The images
#
# One archive holds two folders, `train` and `validation`, and each of them a folder of cats and a
# folder of dogs.

# %% [code] download
!wget --no-check-certificate \
    https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip \
    -O /tmp/cats_and_dogs_filtered.zip

with zipfile.ZipFile('/tmp/cats_and_dogs_filtered.zip', 'r') as archive:
    archive.extractall('/tmp')

# %% [code] folders
base_dir = '/tmp/cats_and_dogs_filtered'
train_dir = os.path.join(base_dir, 'train')
validation_dir = os.path.join(base_dir, 'validation')

for folder in (train_dir, validation_dir):
    for kind in ('cats', 'dogs'):
        print(kind, 'in', folder, len(os.listdir(os.path.join(folder, kind))))

# %% [markdown] exercise-4
# Two generators read the folders: 20 images a batch, 150 by 150 pixels, values from 0 to 1, and one
# label an image. Vary the training images: rotation 40, shifts 0.2, shear 0.2, zoom 0.2, mirrored
# from left to right. The validation images stay as they are.

# %% [code] data-generators graded
train_datagen = ⟦None # Scale and vary¦ImageDataGenerator(
    rescale=1.0 / 255.0,
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True
)⟧

test_datagen = ⟦None # Scale¦ImageDataGenerator(rescale=1.0 / 255.0)⟧

train_generator = ⟦None # Training images¦train_datagen.flow_from_directory(
    train_dir,
    batch_size=20,
    class_mode='binary',
    target_size=(150, 150)
)⟧

validation_generator = ⟦None # Validation images¦test_datagen.flow_from_directory(
    validation_dir,
    batch_size=20,
    class_mode='binary',
    target_size=(150, 150)
)⟧

# %% [markdown] training
# ## 4. Train

# %% [code] fit
history = model.fit_generator(
    train_generator,
    validation_data=validation_generator,
    steps_per_epoch=100,
    validation_steps=50,
    epochs=20,
    verbose=2
)

# %% [code] curves
for name, style in (('accuracy', 'bo'), ('val_accuracy', 'b')):
    plt.plot(history.history[name], style, label=name)
plt.xlabel('epoch')
plt.legend()
plt.show()
