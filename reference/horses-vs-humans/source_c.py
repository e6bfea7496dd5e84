# %% [markdown] title
# Transfer learning: horses vs humans
#
# A network that has seen millions of photographs already knows edges, textures and shapes. In this
# assignment you put a small head of your own behind the convolutions of **InceptionV3** and teach
# it to tell horses from humans.
#
# You complete four functions. Each is marked `GRADED FUNCTION`; write between the two comment
# lines and keep the names. Everything else may be changed, added to, or left alone. Your functions
# are called again when the notebook is graded, with other data and with another network, so use
# what they are given.

# %% [code] imports
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% [code] unittests
import unittests

# %% [markdown] data
# ## 1. The data
#
# Two folders hold images of rendered horses and humans, one sub-folder for each class.

# %% [code] folders
TRAIN_DIR = './data/train/'
VALIDATION_DIR = './data/validation/'

for directory in (TRAIN_DIR, VALIDATION_DIR):
    for kind in sorted(os.listdir(directory)):
        print(f"{directory}{kind}: {len(os.listdir(os.path.join(directory, kind)))} images")

# %% [code] pictures
figure, axes = plt.subplots(2, 4, figsize=(8, 4))
for row, kind in zip(axes, ('horses', 'humans')):
    folder = os.path.join(TRAIN_DIR, kind)
    for axis, name in zip(row, sorted(os.listdir(folder))):
        axis.imshow(tf.keras.utils.load_img(os.path.join(folder, name)))
        axis.set_title(kind)
        axis.axis('off')
plt.show()

# %% [markdown] exercise-1
# ### Exercise 1: `train_val_datasets`
#
# Return a training and a validation data set that read the two folders: images of 150 by 150
# pixels, in batches of 32, with one label 0 or 1 for each image. The training data are shuffled
# with the seed 7.

# %% [code] train_val_datasets graded
# GRADED FUNCTION: train_val_datasets
def train_val_datasets():
    """Make the two data sets.

    Returns:
        (tf.data.Dataset, tf.data.Dataset): training and validation data
    """
    ### START CODE HERE ###

    training_dataset = ⟦None¦tf.keras.utils.image_dataset_from_directory(
        directory=TRAIN_DIR,
        label_mode='binary',
        batch_size=32,
        image_size=(150, 150),
        shuffle=True,
        seed=7
    )⟧

    validation_dataset = ⟦None¦tf.keras.utils.image_dataset_from_directory(
        directory=VALIDATION_DIR,
        label_mode='binary',
        batch_size=32,
        image_size=(150, 150),
        shuffle=True,
        seed=7
    )⟧

    ### END CODE HERE ###

    return training_dataset, validation_dataset

# %% [code] use-data
training_dataset, validation_dataset = train_val_datasets()

for images, labels in training_dataset.take(1):
    print("One batch of images:", images.shape)
    print("Its labels:", labels.shape)

unittests.test_train_val_datasets(train_val_datasets)

# %% [markdown] preprocessing
# The network was trained on values between -1 and 1. The same is done to our images here. Half of
# the validation batches are taken for a last look when all is done. The images are shuffled anew on
# each pass, so these are not images of their own: every pass takes another half of the same ones.

# %% [code] preprocess
def preprocess(image, label):
    """Scale the values of an image the way InceptionV3 expects them."""
    return tf.keras.applications.inception_v3.preprocess_input(image), label


training_prepared = training_dataset.map(preprocess).prefetch(tf.data.AUTOTUNE)
halves = validation_dataset.map(preprocess)
test_prepared = halves.take(len(halves) // 2)
validation_prepared = halves.skip(len(halves) // 2).prefetch(tf.data.AUTOTUNE)

# %% [markdown] exercise-2
# ## 2. The pretrained network
#
# ### Exercise 2: `create_pre_trained_model`
#
# Return InceptionV3 without its fully connected top, for images of shape (150, 150, 3), holding
# the weights of `LOCAL_WEIGHTS_FILE`, with every layer frozen.

# %% [code] weights-file
LOCAL_WEIGHTS_FILE = './model/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'

# %% [code] create_pre_trained_model graded
# GRADED FUNCTION: create_pre_trained_model
def create_pre_trained_model():
    """Build InceptionV3, load its weights, freeze it.

    Returns:
        tf.keras.Model: the pretrained network
    """
    ### START CODE HERE ###

    pre_trained_model = ⟦None¦tf.keras.applications.inception_v3.InceptionV3(
        input_shape=(150, 150, 3),
        include_top=False,
        weights=None
    )⟧

    # Fill it with the learned weights
    ⟦None¦pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)⟧

    # Freeze all of its layers
    ⟦None¦for layer in pre_trained_model.layers:
        layer.trainable = False⟧

    ### END CODE HERE ###

    return pre_trained_model

# %% [code] use-network
pre_trained_model = create_pre_trained_model()

trainable = sum(int(np.prod(w.shape)) for w in pre_trained_model.trainable_weights)
print(f"{pre_trained_model.count_params():,} parameters, {trainable:,} of them trainable")

unittests.test_create_pre_trained_model(create_pre_trained_model)

# %% [markdown] stop-early
# Training may end when (nearly) every training image is answered right:

# %% [code] callback
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    """Ends the training at an accuracy of 99.9 %."""

    def on_epoch_end(self, epoch, logs=None):
        if logs['accuracy'] > 0.999:
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
    last_output = ⟦None¦last_desired_layer.output⟧

    ### END CODE HERE ###

    return last_output

# %% [code] use-cut
last_output = output_of_last_layer(pre_trained_model)
print("The features have the shape", last_output.shape)

unittests.test_output_of_last_layer(output_of_last_layer, pre_trained_model)

# %% [markdown] exercise-4
# ## 3. Your model
#
# ### Exercise 4: `create_final_model`
#
# With the functional API, put behind `last_output`: Flatten; Dense with 1024 units and ReLU;
# Dropout of 0.2; Dense with one sigmoid unit. Return a compiled `Model` that goes from the input
# of the network to your output: RMSprop with a learning rate of 0.00001, binary cross-entropy,
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

    x = ⟦None¦tf.keras.layers.Flatten()(last_output)⟧
    x = ⟦None¦tf.keras.layers.Dense(1024, activation='relu')(x)⟧
    x = ⟦None¦tf.keras.layers.Dropout(0.2)(x)⟧
    x = ⟦None¦tf.keras.layers.Dense(1, activation='sigmoid')(x)⟧

    model = ⟦None¦tf.keras.Model(inputs=pre_trained_model.input, outputs=x)⟧

    ⟦None¦model.compile(
        optimizer=tf.keras.optimizers.RMSprop(learning_rate=0.00001),
        loss='binary_crossentropy',
        metrics=['accuracy']
    )⟧

    ### END CODE HERE ###

    return model

# %% [code] use-model
model = create_final_model(pre_trained_model, last_output)

trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
print(f"{model.count_params():,} parameters, {trainable:,} of them trainable")

unittests.test_create_final_model(create_final_model, pre_trained_model, last_output)

# %% [markdown] training
# ## 4. Training

# %% [code] fit
history = model.fit(
    training_prepared,
    validation_data=validation_prepared,
    epochs=100,
    verbose=2,
    callbacks=[EarlyStoppingCallback()]
)

# %% [code] evaluate
test_loss, test_accuracy = model.evaluate(test_prepared, verbose=0)
print(f"Accuracy on images that played no part in the training: {test_accuracy:.3f}")

# %% [code] curves
figure, axis = plt.subplots()
axis.plot(history.history['accuracy'], label='training')
axis.plot(history.history['val_accuracy'], label='validation')
axis.set_xlabel('epoch')
axis.set_ylabel('accuracy')
axis.legend()
plt.show()
