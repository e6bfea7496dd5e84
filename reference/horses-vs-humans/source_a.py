# %% [markdown] title
# Transfer learning: horses vs humans
#
# You reuse the convolutions of **InceptionV3**, which was trained on millions of photographs, to
# tell horses from humans. Complete each cell at the comments, from the top to the bottom, and keep
# the names of the variables: what they hold at the end is graded.

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
# ## 1. The pretrained network
#
# The learned weights come as a file.

# %% [code] weights-file
!wget --no-check-certificate \
    https://storage.googleapis.com/mledu-datasets/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5 \
    -O /tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5

local_weights_file = '/tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'

# %% [markdown] exercise-1
# Make `pre_trained_model`: InceptionV3 without its fully connected top, for images of shape
# (150, 150, 3), holding the weights of that file, with every layer frozen.

# %% [code] base graded
pre_trained_model = ⟦None # Your code here¦InceptionV3(
    input_shape=(150, 150, 3),
    include_top=False,
    weights=None
)⟧

⟦# Load the weights here¦pre_trained_model.load_weights(local_weights_file)⟧

⟦# Freeze every layer here¦for layer in pre_trained_model.layers:
    layer.trainable = False⟧

pre_trained_model.summary()

# %% [markdown] exercise-2
# Make `last_output`: what the layer called `mixed7` gives.

# %% [code] cut graded
last_layer = ⟦None # Your code here¦pre_trained_model.get_layer('mixed7')⟧
print("The layer gives the shape", last_layer.output_shape)
last_output = ⟦None # Your code here¦last_layer.output⟧

# %% [markdown] stop-early
# Training may end when (nearly) every training image is answered right:

# %% [code] callback
class StopWhenGood(tf.keras.callbacks.Callback):
    """Ends the training at an accuracy of 99.9 %."""

    def on_epoch_end(self, epoch, logs={}):
        if logs.get('accuracy') > 0.999:
            print("\nReached 99.9% accuracy: that is enough.")
            self.model.stop_training = True

# %% [markdown] exercise-3
# ## 2. Your model
#
# With the functional API, put behind `last_output`: Flatten; Dense with 1024 units and ReLU;
# Dropout of 0.2; Dense with one sigmoid unit. `model` goes from the input of the network to your
# output, and is compiled with RMSprop (0.0001), binary cross-entropy and accuracy.

# %% [code] head graded
x = ⟦None # Flatten¦layers.Flatten()(last_output)⟧
x = ⟦None # Dense¦layers.Dense(1024, activation='relu')(x)⟧
x = ⟦None # Dropout¦layers.Dropout(0.2)(x)⟧
x = ⟦None # Dense, one unit¦layers.Dense(1, activation='sigmoid')(x)⟧

model = ⟦None # Your code here¦Model(pre_trained_model.input, x)⟧

⟦# Compile the model here¦model.compile(
    optimizer=RMSprop(lr=0.0001),
    loss='binary_crossentropy',
    metrics=['accuracy']
)⟧

model.summary()

# %% [markdown] data
# ## 3. The data
#
# Two archives, each with one folder for horses and one for humans.

# %% [code] download
!wget --no-check-certificate \
    https://storage.googleapis.com/laurencemoroney-blog.appspot.com/horse-or-human.zip \
    -O /tmp/horse-or-human.zip

!wget --no-check-certificate \
    https://storage.googleapis.com/laurencemoroney-blog.appspot.com/validation-horse-or-human.zip \
    -O /tmp/validation-horse-or-human.zip

# %% [code] unpack
archive = zipfile.ZipFile('/tmp/horse-or-human.zip', 'r')
archive.extractall('/tmp/training')
archive.close()

archive = zipfile.ZipFile('/tmp/validation-horse-or-human.zip', 'r')
archive.extractall('/tmp/validation')
archive.close()

# %% [code] folders
train_dir = '/tmp/training'
validation_dir = '/tmp/validation'

train_horses = os.listdir(os.path.join(train_dir, 'horses'))
train_humans = os.listdir(os.path.join(train_dir, 'humans'))
validation_horses = os.listdir(os.path.join(validation_dir, 'horses'))
validation_humans = os.listdir(os.path.join(validation_dir, 'humans'))
print(len(train_horses), len(train_humans), len(validation_horses), len(validation_humans))

# %% [markdown] exercise-4
# Make `train_generator` and `validation_generator`: batches of 20, images of 150 by 150 pixels,
# one label 0 or 1 for each image. All values are scaled to 0…1; the training images, and only
# those, are varied at random as well.

# %% [code] data-generators graded
train_datagen = ⟦None # Your code here¦ImageDataGenerator(
    rescale=1.0 / 255.0,
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True
)⟧

validation_datagen = ⟦None # Your code here¦ImageDataGenerator(rescale=1.0 / 255.0)⟧

train_generator = ⟦None # Your code here¦train_datagen.flow_from_directory(
    train_dir,
    batch_size=20,
    class_mode='binary',
    target_size=(150, 150)
)⟧

validation_generator = ⟦None # Your code here¦validation_datagen.flow_from_directory(
    validation_dir,
    batch_size=20,
    class_mode='binary',
    target_size=(150, 150)
)⟧

# %% [markdown] training
# ## 4. Training

# %% [code] fit
history = model.fit_generator(
    train_generator,
    validation_data=validation_generator,
    steps_per_epoch=len(train_generator),
    validation_steps=len(validation_generator),
    epochs=100,
    verbose=2,
    callbacks=[StopWhenGood()]
)

# %% [code] curves
accuracy = history.history['accuracy']
validation_accuracy = history.history['val_accuracy']
epochs = range(len(accuracy))

plt.plot(epochs, accuracy, 'r', label='training')
plt.plot(epochs, validation_accuracy, 'b', label='validation')
plt.legend()
plt.figure()
plt.show()
