# %% [markdown] title
# Lab: cats and dogs with borrowed convolutions
#
# You take the convolutions of **InceptionV3** as they are, and train only a few layers behind them
# to tell cats from dogs. Each cell with a comment in place of code is yours to complete. Keep the
# names of the variables: the objects that they hold when the notebook has run are what is graded.

# %% [code] imports
import os
import zipfile

import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.applications.inception_v3 import InceptionV3
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator

# %% [markdown] network
# ## The pretrained network
#
# This fetches the weights that were learned on ImageNet:

# %% [code] weights-file
!wget --no-check-certificate \
    https://storage.googleapis.com/mledu-datasets/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5 \
    -O /tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5

local_weights_file = '/tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'

# %% [markdown] exercise-1
# Make the network, for images of shape (150, 150, 3) and without its top; give it the weights of
# the file; see that none of its layers will be trained.

# %% [code] base graded
pre_trained_model = ⟦None # Your network¦InceptionV3(input_shape=(150, 150, 3),
                                include_top=False,
                                weights=None)⟧

⟦# Your weights¦pre_trained_model.load_weights(local_weights_file)⟧

⟦# Your freezing¦for layer in pre_trained_model.layers:
    layer.trainable = False⟧

# %% [markdown] exercise-2
# The features are what the layer `mixed7` puts out. Let `last_output` be that tensor.

# %% [code] cut graded
last_layer = ⟦None # The layer¦pre_trained_model.get_layer('mixed7')⟧
last_output = ⟦None # Its output¦last_layer.output⟧
print('shape of the features:', last_output.shape)

# %% [markdown] exercise-3
# ## Your own layers
#
# Put behind the features: Flatten; Dense, 1024 units, ReLU; Dropout, 0.2; Dense, one unit, sigmoid.
# Make `model` of them with the functional API, starting at the network's own input. It is compiled
# with RMSprop (0.0001), binary cross-entropy and accuracy.

# %% [code] head graded
x = ⟦None # Your first layer¦layers.Flatten()(last_output)⟧
x = ⟦None # Your second layer¦layers.Dense(1024, activation='relu')(x)⟧
x = ⟦None # Your third layer¦layers.Dropout(0.2)(x)⟧
x = ⟦None # Your last layer¦layers.Dense(1, activation='sigmoid')(x)⟧

model = ⟦None # Your model¦tf.keras.Model(pre_trained_model.input, x)⟧

⟦# How it is compiled¦model.compile(optimizer=RMSprop(learning_rate=0.0001),
              loss='binary_crossentropy',
              metrics=['accuracy'])⟧

# %% [markdown] data
# ## The data

# %% [code] download
!wget --no-check-certificate \
    https://storage.googleapis.com/tensorflow-1-public/course2/cats_and_dogs_filtered.zip

archive = zipfile.ZipFile('./cats_and_dogs_filtered.zip', 'r')
archive.extractall('tmp/')
archive.close()

# %% [code] folders
base_dir = 'tmp/cats_and_dogs_filtered'
train_dir = os.path.join(base_dir, 'train')
validation_dir = os.path.join(base_dir, 'validation')

for kind in ('cats', 'dogs'):
    print(len(os.listdir(os.path.join(train_dir, kind))), kind, 'to train on')
    print(len(os.listdir(os.path.join(validation_dir, kind))), kind, 'to validate on')

# %% [markdown] exercise-4
# Both generators divide all values by 255, take 20 images at a time, resize them to 150 by 150, and
# give labels for two classes. The training images are augmented on top of it: turned by up to 40
# degrees, shifted, sheared and zoomed by up to 0.2, and mirrored. Validation is for images as they
# are.

# %% [code] data-generators graded
train_datagen = ⟦None # For training¦ImageDataGenerator(rescale=1./255.,
                                   rotation_range=40,
                                   width_shift_range=0.2,
                                   height_shift_range=0.2,
                                   shear_range=0.2,
                                   zoom_range=0.2,
                                   horizontal_flip=True)⟧

test_datagen = ⟦None # For validation¦ImageDataGenerator(rescale=1./255.)⟧

train_generator = ⟦None # Your training data¦train_datagen.flow_from_directory(train_dir,
                                                    batch_size=20,
                                                    class_mode='binary',
                                                    target_size=(150, 150))⟧

validation_generator = ⟦None # Your validation data¦test_datagen.flow_from_directory(validation_dir,
                                                        batch_size=20,
                                                        class_mode='binary',
                                                        target_size=(150, 150))⟧

# %% [markdown] training
# ## Training

# %% [code] fit
history = model.fit(
    train_generator,
    validation_data=validation_generator,
    steps_per_epoch=100,
    validation_steps=50,
    epochs=20,
    verbose=2)

# %% [code] curves
figure, axis = plt.subplots()
axis.plot(history.history['accuracy'], 'r', label='training')
axis.plot(history.history['val_accuracy'], 'b', label='validation')
axis.legend()
plt.show()
