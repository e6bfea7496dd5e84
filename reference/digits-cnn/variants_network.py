"""Rewrites of the model and of how it is compiled."""

from __future__ import annotations

from rewriting import made, right, wrong

MODEL = "model = Sequential([_in, _conv, _pool, _flat, _wide, _drop, _out])"
INPUT = "tf.keras.Input(shape=(8, 8, 1))"
CONV = "Conv2D(32, (3, 3), activation='relu')"
POOL = "MaxPooling2D((2, 2))"
FLAT = "Flatten()"
WIDE = "Dense(64, activation='relu')"
DROP = "Dropout(0.3)"
OUT = "Dense(10, activation='softmax')"
COMPILE = "model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])"
ALL = "input conv pool flat wide drop out model"


def listed(text):
    """The Sequential with these layers; `{L}` stands for tf.keras.layers."""
    return (MODEL, text.replace("{L}", "tf.keras.layers"))


NO_CONVOLUTION = {"convolution": "failed"}
NO_POOLING = {"pooling": "failed"}
NO_DROPOUT = {"dropout": "failed"}
NO_OUTPUT = {"output": "failed"}
NO_LOSS = {"loss": "failed"}
OTHER_LOSS = {"output": "partial", "loss": "failed"}
NO_METRIC = {"metric": "failed"}
NO_MODEL = {"convolution": "failed", "pooling": "failed", "dropout": "failed", "output": "failed", "loss": "failed", "metric": "failed"}

NETWORK = [
    *right(
        "conv", CONV,
        conv_filters="Conv2D(filters=32, kernel_size=(3, 3), activation='relu')",
        conv_side="Conv2D(32, 3, activation='relu')",
        conv_nn="Conv2D(32, (3, 3), activation=tf.nn.relu)",
        conv_function="Conv2D(32, (3, 3), activation=tf.keras.activations.relu)",
        conv_padding="Conv2D(32, (3, 3), padding='same', activation='relu')",
        conv_strides="Conv2D(32, (3, 3), strides=(1, 1), activation='relu')",
        conv_five="Conv2D(16, 5, padding='same', activation='relu')",
        conv_initializer="Conv2D(32, (3, 3), activation='relu', kernel_initializer='he_normal')",
        conv_layer_as_activation="Conv2D(32, (3, 3), activation=tf.keras.layers.ReLU())",
        conv_long_name="tf.keras.layers.Convolution2D(32, (3, 3), activation='relu')",
        conv_named="Conv2D(32, (3, 3), activation='relu', name='strokes')",
    ),
    *right(
        "pool", POOL,
        pool_side="MaxPooling2D(2)",
        pool_default="MaxPooling2D()",
        pool_short_name="tf.keras.layers.MaxPool2D((2, 2))",
        pool_keyword="MaxPooling2D(pool_size=(2, 2), strides=2)",
        pool_average="tf.keras.layers.AveragePooling2D((2, 2))",
        pool_padding="MaxPooling2D((2, 2), padding='same')",
        pool_three="MaxPooling2D(3)",
    ),
    *right(
        "wide", WIDE,
        wide_units="Dense(units=64, activation='relu')",
        wide_128="Dense(128, activation='relu')",
        wide_positional="Dense(64, 'relu')",
        wide_tanh="Dense(64, activation='tanh')",
        wide_gelu="Dense(64, activation='gelu')",
    ),
    *right(
        "drop", DROP,
        drop_rate="Dropout(rate=0.3)",
        drop_half="Dropout(0.5)",
        drop_little="Dropout(0.15)",
        drop_fraction="Dropout(3 / 10)",
        drop_seed="Dropout(0.3, seed=1)",
        drop_named="Dropout(0.3, name='silence')",
    ),
    *right(
        "out", OUT,
        out_units="Dense(units=10, activation='softmax')",
        out_positional="Dense(10, 'softmax')",
        out_nn="Dense(10, activation=tf.nn.softmax)",
        out_function="Dense(10, activation=tf.keras.activations.softmax)",
        out_named="Dense(10, activation='softmax', name='digits')",
        out_bias="Dense(10, use_bias=True, activation='softmax')",
        out_dtype="Dense(10, activation='softmax', dtype='float32')",
    ),
    *right(
        "input", INPUT,
        input_layer="tf.keras.layers.InputLayer(shape=(8, 8, 1))",
        input_positional="tf.keras.Input((8, 8, 1))",
        input_list="tf.keras.Input(shape=[8, 8, 1])",
        input_dtype="tf.keras.Input(shape=(8, 8, 1), dtype='float32')",
        input_of_layers="tf.keras.layers.Input(shape=(8, 8, 1))",
    ),
    *right(
        ALL, MODEL,
        model_added="model = tf.keras.Sequential()\nfor layer in (_in, _conv, _pool, _flat, _wide, _drop, _out):\n    model.add(layer)",
        model_models="model = tf.keras.models.Sequential([_in, _conv, _pool, _flat, _wide, _drop, _out])",
        model_keyword="model = tf.keras.Sequential(layers=[_in, _conv, _pool, _flat, _wide, _drop, _out], name='digits')",
        model_functional="image = _in\nx = image\nfor layer in (_conv, _pool, _flat, _wide, _drop, _out):\n    x = layer(x)\nmodel = tf.keras.Model(image, x)",
        model_nested="model = tf.keras.Sequential([_in, tf.keras.Sequential([_conv, _pool]), _flat, _wide, _drop, _out])",
        model_two_convolutions="model = tf.keras.Sequential([_in, _conv, tf.keras.layers.Conv2D(32, 3, padding='same', activation='relu'), _pool, _flat, _wide, _drop, _out])",
        model_two_blocks="model = tf.keras.Sequential([_in, tf.keras.layers.Conv2D(16, 3, padding='same', activation='relu'), tf.keras.layers.MaxPooling2D(), _conv, tf.keras.layers.MaxPooling2D(), _flat, _wide, _drop, _out])",
        model_normalised="model = tf.keras.Sequential([_in, _conv, tf.keras.layers.BatchNormalization(), _pool, _flat, _wide, _drop, _out])",
        model_normalised_before_relu="model = tf.keras.Sequential([_in, tf.keras.layers.Conv2D(32, 3), tf.keras.layers.BatchNormalization(), tf.keras.layers.ReLU(), _pool, _flat, _wide, _drop, _out])",
        model_relu_layer="model = tf.keras.Sequential([_in, tf.keras.layers.Conv2D(32, 3), tf.keras.layers.Activation('relu'), _pool, _flat, _wide, _drop, _out])",
        model_relu_behind_pooling="model = tf.keras.Sequential([_in, tf.keras.layers.Conv2D(32, 3), tf.keras.layers.MaxPooling2D(), tf.keras.layers.ReLU(), _flat, _wide, _drop, _out])",
        model_dropout_early="model = tf.keras.Sequential([_in, _conv, _pool, _drop, _flat, _wide, _out])",
        model_dropout_flat="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _drop, _wide, _out])",
        model_dropout_twice="model = tf.keras.Sequential([_in, _conv, _pool, tf.keras.layers.Dropout(0.2), _flat, _wide, _drop, _out])",
        model_no_wide_layer="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _drop, _out])",
        model_softmax_layer="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _drop, tf.keras.layers.Dense(10), tf.keras.layers.Softmax()])",
        model_softmax_activation="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _drop, tf.keras.layers.Dense(10), tf.keras.layers.Activation('softmax')])",
        model_global_pooling="model = tf.keras.Sequential([_in, tf.keras.layers.Conv2D(64, 3, activation='relu'), tf.keras.layers.Conv2D(64, 3, activation='relu'), tf.keras.layers.GlobalMaxPooling2D(), _drop, _out])",
        model_branches="image = _in\nleft = tf.keras.layers.MaxPooling2D()(tf.keras.layers.Conv2D(16, 3, padding='same', activation='relu')(image))\nright = tf.keras.layers.MaxPooling2D()(tf.keras.layers.Conv2D(16, 5, padding='same', activation='relu')(image))\nx = tf.keras.layers.Concatenate()([left, right])\nfor layer in (_flat, _wide, _drop, _out):\n    x = layer(x)\nmodel = tf.keras.Model(image, x)",
        model_lambdas="model = tf.keras.Sequential([_in, _conv, _pool, tf.keras.layers.Lambda(lambda maps: tf.reshape(maps, [-1, 288])), _wide, _drop, tf.keras.layers.Dense(10), tf.keras.layers.Lambda(tf.nn.softmax)])",
        model_operations="image = _in\nx = _pool(_conv(image))\nx = getattr(tf.keras, 'ops', tf).reshape(x, (-1, 288))\nmodel = tf.keras.Model(image, _out(_drop(_wide(x))))",
        model_cleared="tf.keras.backend.clear_session()\nmodel = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _drop, _out])",
        model_reshaped_first="model = tf.keras.Sequential([tf.keras.Input(shape=(8, 8, 1)), tf.keras.layers.Reshape((8, 8, 1)), _conv, _pool, _flat, _wide, _drop, _out])",
    ),
    made("logits", "out model compile", [(OUT, "Dense(10)"), (COMPILE, "model.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])")]),
    made("logits-linear", "out model compile", [(OUT, "Dense(10, activation='linear')"), (COMPILE, "model.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(True), metrics=['accuracy'])")]),
    made(
        "one-hot", "labels compile",
        [("y_train = data['y_train']", "y_train = tf.keras.utils.to_categorical(data['y_train'], 10)"), ("y_test = data['y_test']", "y_test = tf.keras.utils.to_categorical(data['y_test'], 10)"), (COMPILE, "model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])")],
    ),
    made(
        "one-hot-logits", "labels compile out model",
        [("y_train = data['y_train']", "y_train = np.eye(10)[data['y_train']]"), ("y_test = data['y_test']", "y_test = np.eye(10)[data['y_test']]"), (OUT, "Dense(10)"), (COMPILE, "model.compile(optimizer='adam', loss=tf.keras.losses.CategoricalCrossentropy(from_logits=True), metrics=['accuracy'])")],
    ),
    *right(
        "compile", COMPILE,
        compile_positional="model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])",
        compile_object="model.compile(optimizer=tf.keras.optimizers.Adam(), loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
        compile_rate="model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.002), loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
        compile_rmsprop="model.compile(optimizer='rmsprop', loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
        compile_loss_object="model.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy(), metrics=['accuracy'])",
        compile_loss_function="model.compile(optimizer='adam', loss=tf.keras.losses.sparse_categorical_crossentropy, metrics=['accuracy'])",
        compile_acc="model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['acc'])",
        compile_sparse_accuracy="model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['sparse_categorical_accuracy'])",
        compile_metric_object="model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=[tf.keras.metrics.SparseCategoricalAccuracy()])",
        compile_twice="model.compile()\nmodel.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
        compile_options="options = dict(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])\nmodel.compile(**options)",
    ),
    # ------------------------------------------------------------ mistakes
    *wrong(
        ALL, NO_CONVOLUTION | NO_POOLING, MODEL,
        dense_only="model = tf.keras.Sequential([_in, _flat, tf.keras.layers.Dense(128, activation='relu'), _wide, _drop, _out])",
        dense_convolved_nowhere="spare = [_conv, _pool]\nmodel = tf.keras.Sequential([_in, _flat, _wide, _drop, _out])",
        convolution_on_a_side_branch="image = _in\nunused = _pool(_conv(image))\nx = image\nfor layer in (_flat, _wide, _drop, _out):\n    x = layer(x)\nmodel = tf.keras.Model(image, x)",
    ),
    made("convolution-in-one-dimension", ALL, listed("model = tf.keras.Sequential([_in, {L}.Reshape((8, 8)), {L}.Conv1D(32, 3, activation='relu'), {L}.MaxPooling1D(), _flat, _wide, _drop, _out])"), NO_CONVOLUTION | NO_POOLING),
    *wrong(
        "conv", {"convolution": "partial"}, CONV,
        conv_linear="Conv2D(32, (3, 3))",
        conv_tanh="Conv2D(32, (3, 3), activation='tanh')",
        conv_sigmoid="Conv2D(32, (3, 3), activation='sigmoid')",
        conv_softmax="Conv2D(32, (3, 3), activation='softmax')",
    ),
    *wrong(
        ALL, NO_POOLING, MODEL,
        pooling_missing="model = tf.keras.Sequential([_in, _conv, _flat, _wide, _drop, _out])",
        pooling_before="model = tf.keras.Sequential([_in, _pool, _conv, _flat, _wide, _drop, _out])",
        pooling_replaced_by_strides="model = tf.keras.Sequential([_in, tf.keras.layers.Conv2D(32, 3, strides=2, activation='relu'), _flat, _wide, _drop, _out])",
        pooling_turned_round="model = tf.keras.Sequential([_in, _conv, tf.keras.layers.UpSampling2D(), _flat, _wide, _drop, _out])",
    ),
    *wrong(
        ALL, NO_DROPOUT, MODEL,
        dropout_missing="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _out])",
        dropout_after_output="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _out, _drop])",
        dropout_on_the_image="model = tf.keras.Sequential([_in, _drop, _conv, _pool, _flat, _wide, _out])",
        dropout_noise="model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, tf.keras.layers.GaussianNoise(0.3), _out])",
        dropout_made_not_used="spare = _drop\nmodel = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _out])",
    ),
    *wrong(
        "drop", NO_DROPOUT, DROP,
        dropout_of_nothing="Dropout(0.0)",
        dropout_of_nearly_all="Dropout(0.95)",
        dropout_tiny="Dropout(0.001)",
    ),
    *wrong(
        "out", NO_OUTPUT, OUT,
        out_nine="Dense(9, activation='softmax')",
        out_eleven="Dense(11, activation='softmax')",
        out_one="Dense(1, activation='softmax')",
        out_sigmoid="Dense(10, activation='sigmoid')",
        out_relu="Dense(10, activation='relu')",
        out_linear="Dense(10)",
        out_tanh="Dense(10, activation='tanh')",
    ),
    made("out-not-told", "compile out model", [(COMPILE, "model.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])")], {"output": "partial"}),
    made("out-softmax-twice", ALL, listed("model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _drop, _out, {L}.Softmax()])"), NO_OUTPUT),
    made("out-behind-softmax", ALL, listed("model = tf.keras.Sequential([_in, _conv, _pool, _flat, _wide, _drop, _out, {L}.Dense(10)])"), NO_OUTPUT),
    *wrong(
        "compile labels out model", NO_LOSS, COMPILE,
        loss_for_rows="model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])",
        loss_for_rows_object="model.compile(optimizer='adam', loss=tf.keras.losses.CategoricalCrossentropy(), metrics=['accuracy'])",
    ),
    *wrong(
        "compile labels out model", OTHER_LOSS, COMPILE,
        loss_squared="model.compile(optimizer='adam', loss='mse', metrics=['accuracy'])",
        loss_absolute="model.compile(optimizer='adam', loss=tf.keras.losses.MeanAbsoluteError(), metrics=['accuracy'])",
        loss_hinge="model.compile(optimizer='adam', loss='categorical_hinge', metrics=['accuracy'])",
        loss_missing="model.compile(optimizer='adam', metrics=['accuracy'])",
    ),
    made("labels-in-rows-loss-for-numbers", "compile labels", [("y_train = data['y_train']", "y_train = tf.keras.utils.to_categorical(data['y_train'], 10)"), ("y_test = data['y_test']", "y_test = tf.keras.utils.to_categorical(data['y_test'], 10)")], NO_LOSS),
    made("loss-for-two", "compile labels out model", (COMPILE, "model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])"), OTHER_LOSS),
    *wrong(
        "compile", NO_METRIC, COMPILE,
        metric_missing="model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')",
        metric_loss="model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['mae'])",
        metric_at_the_third_place="model.compile('adam', 'sparse_categorical_crossentropy', ['accuracy'])",
        metric_top_five="model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=[tf.keras.metrics.SparseTopKCategoricalAccuracy()])",
    ),
    made("not-compiled", "compile labels out model", (COMPILE, "pass"), OTHER_LOSS | NO_METRIC),
    *wrong(
        ALL + " compile labels", NO_MODEL, "return model",
        model_not_returned="pass",
        model_as_words="return model.to_json()",
        model_layers_only="return model.layers",
        model_raises="raise NotImplementedError",
    ),
]
