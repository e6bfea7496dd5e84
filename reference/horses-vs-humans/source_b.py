# %% [markdown] title
# Transfer learning: horses vs humans
#
# The convolutions of **InceptionV3** were trained on millions of photographs. You borrow them,
# freeze them, and train only a small head of your own, which tells horses from humans.
#
# Complete the four functions that are marked `GRADED FUNCTION`, between the two comment lines, and
# keep their names. When the notebook is graded they are called again, with other folders and with
# another network: use what they are given.

# %% [code] imports
import os
import zipfile

import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.applications.inception_v3 import InceptionV3
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator, array_to_img, img_to_array, load_img

# %% [markdown] data
# ## 1. The data
#
# Two archives lie beside this notebook. Each holds one folder for horses and one for humans.

# %% [code] unpack
for archive, folder in (('./horse-or-human.zip', '/tmp/training'),
                        ('./validation-horse-or-human.zip', '/tmp/validation')):
    with zipfile.ZipFile(archive, 'r') as opened:
        opened.extractall(folder)

# %% [code] folders
TRAINING_DIR = '/tmp/training'
VALIDATION_DIR = '/tmp/validation'

for directory in (TRAINING_DIR, VALIDATION_DIR):
    for kind in ('horses', 'humans'):
        folder = os.path.join(directory, kind)
        print(f"{folder}: {len(os.listdir(folder))} images")

# %% [code] picture
first = sorted(os.listdir(os.path.join(TRAINING_DIR, 'horses')))[0]
picture = load_img(os.path.join(TRAINING_DIR, 'horses', first))
print("One image has the shape", img_to_array(picture).shape)
plt.imshow(array_to_img(picture))
plt.axis('off')
plt.show()

# %% [markdown] exercise-1
# ### Exercise 1: `train_val_generators`
#
# Return two generators that read the two folders: batches of 32, images of 150 by 150 pixels, one
# label 0 or 1 for each image. The values of all images are scaled to 0…1; the training images, and
# only those, are varied at random as well.

# %% [code] train_val_generators graded
# GRADED FUNCTION: train_val_generators
def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    """Make the two generators.

    Args:
        TRAINING_DIR (str): folder of the training images
        VALIDATION_DIR (str): folder of the validation images

    Returns:
        two DirectoryIterators: training and validation data
    """
    ### START CODE HERE ###

    train_datagen = ⟦None¦ImageDataGenerator(
        rescale=1.0 / 255.0,
        rotation_range=40,
        width_shift_range=0.2,
        height_shift_range=0.2,
        shear_range=0.2,
        zoom_range=0.2,
        horizontal_flip=True
    )⟧

    train_generator = ⟦None¦train_datagen.flow_from_directory(
        directory=TRAINING_DIR,
        batch_size=32,
        class_mode='binary',
        target_size=(150, 150)
    )⟧

    validation_datagen = ⟦None¦ImageDataGenerator(rescale=1.0 / 255.0)⟧

    validation_generator = ⟦None¦validation_datagen.flow_from_directory(
        directory=VALIDATION_DIR,
        batch_size=32,
        class_mode='binary',
        target_size=(150, 150)
    )⟧

    ### END CODE HERE ###

    return train_generator, validation_generator

# %% [code] use-data
train_generator, validation_generator = train_val_generators(TRAINING_DIR, VALIDATION_DIR)

# %% [markdown] exercise-2
# ## 2. The pretrained network
#
# ### Exercise 2: `create_pre_trained_model`
#
# Return InceptionV3 without its fully connected top, for images of shape (150, 150, 3), holding
# the weights of the file whose path the function is given, with every layer frozen.

# %% [code] weights-file
!wget --no-check-certificate \
    https://storage.googleapis.com/mledu-datasets/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5 \
    -O /tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5

LOCAL_WEIGHTS = '/tmp/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'

# %% [code] create_pre_trained_model graded
# GRADED FUNCTION: create_pre_trained_model
def create_pre_trained_model(local_weights_file):
    """Build InceptionV3, load its weights, freeze it.

    Args:
        local_weights_file (str): path of the file with the learned weights

    Returns:
        tf.keras.Model: the pretrained network
    """
    ### START CODE HERE ###

    pre_trained_model = ⟦None¦InceptionV3(
        input_shape=(150, 150, 3),
        include_top=False,
        weights=None
    )⟧

    # Fill it with the learned weights
    ⟦None¦pre_trained_model.load_weights(local_weights_file)⟧

    # Freeze all of its layers
    ⟦None¦for layer in pre_trained_model.layers:
        layer.trainable = False⟧

    ### END CODE HERE ###

    return pre_trained_model

# %% [code] use-network
pre_trained_model = create_pre_trained_model(LOCAL_WEIGHTS)

pre_trained_model.summary()

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
# ### Exercise 3: `output_of_last_layer`
#
# Return the output of the layer called `mixed7`: the features that your own layers will read.

# %% [code] output_of_last_layer graded
# GRADED FUNCTION: output_of_last_layer
def output_of_last_layer(pre_trained_model):
    """Where the pretrained network ends for us.

    Args:
        pre_trained_model (tf.keras.Model): the network

    Returns:
        the output tensor of `mixed7`
    """
    ### START CODE HERE ###

    last_desired_layer = ⟦None¦pre_trained_model.get_layer('mixed7')⟧
    print("The layer gives the shape", last_desired_layer.output_shape)
    last_output = ⟦None¦last_desired_layer.output⟧
    print("The features are", last_output)

    ### END CODE HERE ###

    return last_output

# %% [code] use-cut
last_output = output_of_last_layer(pre_trained_model)

# %% [markdown] exercise-4
# ## 3. Your model
#
# ### Exercise 4: `create_final_model`
#
# With the functional API, put behind `last_output`: Flatten; Dense with 1024 units and ReLU;
# Dropout of 0.2; Dense with one sigmoid unit. Return a compiled `Model` that goes from the input
# of the network to your output: RMSprop with a learning rate of 0.0001, binary cross-entropy,
# accuracy.

# %% [code] create_final_model graded
# GRADED FUNCTION: create_final_model
def create_final_model(pre_trained_model, last_output):
    """Put a head of your own behind the network.

    Args:
        pre_trained_model (tf.keras.Model): the network
        last_output: the tensor that your layers read

    Returns:
        tf.keras.Model: the compiled model
    """
    ### START CODE HERE ###

    x = ⟦None¦layers.Flatten()(last_output)⟧
    x = ⟦None¦layers.Dense(1024, activation='relu')(x)⟧
    x = ⟦None¦layers.Dropout(0.2)(x)⟧
    x = ⟦None¦layers.Dense(1, activation='sigmoid')(x)⟧

    model = ⟦None¦Model(inputs=pre_trained_model.input, outputs=x)⟧

    ⟦None¦model.compile(
        optimizer=RMSprop(learning_rate=0.0001),
        loss='binary_crossentropy',
        metrics=['accuracy']
    )⟧

    ### END CODE HERE ###

    return model

# %% [code] use-model
model = create_final_model(pre_trained_model, last_output)

total = model.count_params()
trainable = sum(int(tf.size(weight)) for weight in model.trainable_weights)
print(f"{total:,} parameters, {trainable:,} of them trainable")

# %% [markdown] training
# ## 4. Training

# %% [code] fit
history = model.fit(
    train_generator,
    validation_data=validation_generator,
    epochs=100,
    verbose=2,
    callbacks=[StopWhenGood()]
)

# %% [code] curves
figure, axis = plt.subplots()
axis.plot(history.history['accuracy'], label='training')
axis.plot(history.history['val_accuracy'], label='validation')
axis.set_xlabel('epoch')
axis.set_ylabel('accuracy')
axis.legend()
plt.show()
