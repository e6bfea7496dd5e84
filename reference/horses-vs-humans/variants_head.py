"""Rewrites of the new layers, of the final model and of how it is compiled."""

from __future__ import annotations

from rewriting import made, right, wrong

FLAT = "_x = Flatten()(last_output)"
WIDE = "_y = Dense(1024, activation='relu')(_x)"
DROP = "_z = Dropout(0.2)(_y)"
UNIT = "_o = Dense(1, activation='sigmoid')(_z)"
OTHER_WIDTH = {"dense-head": "partial"}
NO_DROPOUT = {"dropout": "failed"}
DROPOUT_PARTLY = {"dropout": "partial"}
OUTPUT = {"output-unit": "failed"}
LOSS = {"loss": "failed"}
METRIC = {"metric": "failed"}
NOT_COMPILED = {"loss": "failed", "metric": "failed"}

LAYERS = [
    *right(
        "head-start", FLAT,
        flatten_object="flat = tf.keras.layers.Flatten()\n_x = flat(last_output)",
        flatten_named="_x = tf.keras.layers.Flatten(name='features')(last_output)",
        flatten_data_format="_x = tf.keras.layers.Flatten(data_format='channels_last')(last_output)",
        flatten_call="_x = tf.keras.layers.Flatten().__call__(last_output)",
        flatten_twice="_x = tf.keras.layers.Flatten()(last_output)\n_x = tf.keras.layers.Flatten()(_x)",
        flatten_reshape="_x = tf.keras.layers.Reshape((7 * 7 * 768,))(last_output)",
        flatten_reshape_open="_x = tf.keras.layers.Reshape((-1,))(last_output)",
        flatten_lambda="_x = tf.keras.layers.Lambda(lambda features: tf.reshape(features, [-1, 7 * 7 * 768]))(last_output)",
        flatten_operation="reshape = getattr(tf.keras, 'ops', tf).reshape\n_x = reshape(last_output, (-1, 7 * 7 * 768))",
    ),
    *right(
        "wide", WIDE,
        wide_units="_y = Dense(units=1024, activation='relu')(_x)",
        wide_power="_y = Dense(2 ** 10, activation='relu')(_x)",
        wide_product="_y = Dense(512 * 2, activation='relu')(_x)",
        wide_positional="_y = Dense(1024, 'relu')(_x)",
        wide_nn="_y = Dense(1024, activation=tf.nn.relu)(_x)",
        wide_function="_y = Dense(1024, activation=tf.keras.activations.relu)(_x)",
        wide_get="_y = Dense(1024, activation=tf.keras.activations.get('relu'))(_x)",
        wide_activation_layer="_y = Dense(1024)(_x)\n_y = tf.keras.layers.Activation('relu')(_y)",
        wide_relu_layer="_y = Dense(1024)(_x)\n_y = tf.keras.layers.ReLU()(_y)",
        wide_activation_operation="_y = tf.keras.activations.relu(Dense(1024)(_x))",
        wide_layer_as_activation="_y = Dense(1024, activation=tf.keras.layers.ReLU())(_x)",
        wide_initializer="_y = Dense(1024, activation='relu', kernel_initializer='he_normal')(_x)",
        wide_bias="_y = Dense(1024, activation='relu', use_bias=True)(_x)",
        wide_named="_y = Dense(1024, activation='relu', name='hidden')(_x)",
        wide_object="wide = Dense(1024, activation='relu')\n_y = wide(_x)",
        wide_options="options = dict(units=1024, activation='relu')\n_y = Dense(**options)(_x)",
        wide_partial="import functools\nWide = functools.partial(tf.keras.layers.Dense, activation='relu')\n_y = Wide(1024)(_x)",
        wide_activation_nn_layer="_y = Dense(1024)(_x)\n_y = tf.keras.layers.Activation(tf.nn.relu)(_y)",
        wide_from_config="_y = tf.keras.layers.Dense.from_config({'units': 1024, 'activation': 'relu'})(_x)",
    ),
    *right(
        "dropout", DROP,
        dropout_rate="_z = Dropout(rate=0.2)(_y)",
        dropout_fraction="_z = Dropout(1 / 5)(_y)",
        dropout_rest="_z = Dropout(1 - 0.8)(_y)",
        dropout_seed="_z = Dropout(0.2, seed=7)(_y)",
        dropout_named="_z = Dropout(0.2, name='silence')(_y)",
        dropout_object="drop = Dropout(0.2)\n_z = drop(_y)",
        dropout_training_none="_z = Dropout(0.2)(_y, training=None)",
        dropout_constant="RATE = 0.2\n_z = Dropout(RATE)(_y)",
        dropout_shape_none="_z = Dropout(0.2, noise_shape=None)(_y)",
        dropout_after_nothing="_z = Dropout(0.0)(_y)\n_z = Dropout(0.2)(_z)",
        dropout_inputs="_z = Dropout(0.2)(inputs=_y)",
    ),
    *right(
        "unit", UNIT,
        unit_units="_o = Dense(units=1, activation='sigmoid')(_z)",
        unit_positional="_o = Dense(1, 'sigmoid')(_z)",
        unit_nn="_o = Dense(1, activation=tf.nn.sigmoid)(_z)",
        unit_function="_o = Dense(1, activation=tf.keras.activations.sigmoid)(_z)",
        unit_activation_layer="_o = Dense(1)(_z)\n_o = tf.keras.layers.Activation('sigmoid')(_o)",
        unit_activation_operation="_o = tf.keras.activations.sigmoid(Dense(1)(_z))",
        unit_named="_o = Dense(1, activation='sigmoid', name='human')(_z)",
        unit_object="unit = Dense(1, activation='sigmoid')\n_o = unit(_z)",
        unit_linear_then="_o = Dense(1, activation='linear')(_z)\n_o = tf.keras.layers.Activation(tf.keras.activations.sigmoid)(_o)",
        unit_dtype="_o = Dense(1, activation='sigmoid', dtype='float32')(_z)",
        unit_identity="_o = Dense(1, activation='sigmoid')(_z)\n_o = tf.keras.layers.Activation('linear')(_o)",
    ),
    *right(
        "head-start wide dropout unit", f"{FLAT}\n{WIDE}\n{DROP}\n{UNIT}",
        head_nested="_o = Dense(1, activation='sigmoid')(Dropout(0.2)(Dense(1024, activation='relu')(tf.keras.layers.Flatten()(last_output))))",
        head_loop="_o = last_output\nfor layer in (tf.keras.layers.Flatten(), Dense(1024, activation='relu'), Dropout(0.2), Dense(1, activation='sigmoid')):\n    _o = layer(_o)",
        head_reduce="import functools\n_o = functools.reduce(lambda tensor, layer: layer(tensor), [tf.keras.layers.Flatten(), Dense(1024, activation='relu'), Dropout(0.2), Dense(1, activation='sigmoid')], last_output)",
        head_helper="def head(tensor, units=1024, rate=0.2):\n    tensor = tf.keras.layers.Flatten()(tensor)\n    tensor = Dense(units, activation='relu')(tensor)\n    return Dense(1, activation='sigmoid')(Dropout(rate)(tensor))\n_o = head(last_output)",
        head_sequential_inside="_o = tf.keras.Sequential([tf.keras.layers.Flatten(), Dense(1024, activation='relu'), Dropout(0.2), Dense(1, activation='sigmoid')])(last_output)",
        head_names="features = tf.keras.layers.Flatten()(last_output)\nhidden = Dense(1024, activation='relu')(features)\nthinned = Dropout(0.2)(hidden)\n_o = Dense(1, activation='sigmoid')(thinned)",
        head_comprehension="steps = [last_output]\n[steps.append(layer(steps[-1])) for layer in (tf.keras.layers.Flatten(), Dense(1024, activation='relu'), Dropout(0.2), Dense(1, activation='sigmoid'))]\n_o = steps[-1]",
        head_imported="from tensorflow.keras import layers as L\n_o = L.Dense(1, activation='sigmoid')(L.Dropout(.2)(L.Dense(1024, 'relu')(L.Flatten()(last_output))))",
        head_table="table = {'Flatten': {}, 'Dense': {'units': 1024, 'activation': 'relu'}, 'Dropout': {'rate': 0.2}}\n_o = last_output\nfor kind, options in table.items():\n    _o = getattr(tf.keras.layers, kind)(**options)(_o)\n_o = Dense(1, activation='sigmoid')(_o)",
        head_side_branch="_o = tf.keras.layers.Flatten()(last_output)\nunused = Dense(10)(_o)\n_o = Dense(1, activation='sigmoid')(Dropout(0.2)(Dense(1024, activation='relu')(_o)))",
        head_inner_model="inner = tf.keras.Input(shape=tuple(last_output.shape[1:]))\nown = Dense(1, activation='sigmoid')(Dropout(0.2)(Dense(1024, activation='relu')(tf.keras.layers.Flatten()(inner))))\n_o = tf.keras.Model(inner, own)(last_output)",
    ),
    # ------------------------------------------------------------ mistakes
    *wrong(
        "wide", OTHER_WIDTH, WIDE,
        wide_512="_y = Dense(512, activation='relu')(_x)",
        wide_1000="_y = Dense(1000, activation='relu')(_x)",
        wide_1025="_y = Dense(1025, activation='relu')(_x)",
        wide_linear="_y = Dense(1024)(_x)",
        wide_tanh="_y = Dense(1024, activation='tanh')(_x)",
        wide_elu="_y = Dense(1024, activation='elu')(_x)",
        wide_sigmoid="_y = Dense(1024, activation=tf.nn.sigmoid)(_x)",
        wide_leaky="_y = Dense(1024)(_x)\n_y = tf.keras.layers.LeakyReLU()(_y)",
        wide_relu6="_y = Dense(1024, activation=tf.nn.relu6)(_x)",
        wide_activation_not_used="_y = Dense(1024)(_x)\ntf.keras.layers.Activation('relu')(_y)",
        wide_activation_first="_y = tf.keras.layers.Activation('relu')(_x)\n_y = Dense(1024)(_y)",
        wide_softmax_behind="_y = Dense(1024)(_x)\n_y = tf.keras.layers.Softmax()(_y)",
    ),
    *wrong(
        "head-start", OTHER_WIDTH, FLAT,
        flatten_average="_x = tf.keras.layers.GlobalAveragePooling2D()(last_output)",
        flatten_maximum="_x = tf.keras.layers.GlobalMaxPooling2D()(last_output)",
    ),
    *wrong(
        "dropout", NO_DROPOUT, DROP,
        dropout_missing="_z = _y",
        dropout_not_used="Dropout(0.2)(_y)\n_z = _y",
        dropout_bound_elsewhere="dropped = Dropout(0.2)(_y)\n_z = _y",
        dropout_gaussian="_z = tf.keras.layers.GaussianNoise(0.2)(_y)",
        dropout_layer_only="drop = Dropout(0.2)\n_z = _y",
        dropout_overwritten="kept = _y\n_z = Dropout(0.2)(_y)\n_z = kept",
        dropout_activity="_z = tf.keras.layers.ActivityRegularization(0.2)(_y)",
    ),
    *wrong(
        "dropout", DROPOUT_PARTLY, DROP,
        dropout_half="_z = Dropout(0.5)(_y)",
        dropout_small="_z = Dropout(0.02)(_y)",
        dropout_kept_share="_z = Dropout(0.8)(_y)",
        dropout_zero="_z = Dropout(0.0)(_y)",
        dropout_quarter="_z = Dropout(1 / 4)(_y)",
    ),
    # Keras 3 gives every layer of a functional model the model's own `training`: it stays on
    made("dropout-off", "dropout", (DROP, "_z = Dropout(0.2)(_y, training=False)"), DROPOUT_PARTLY, costs_in={"c": {}}),
    made("dropout-after-output", "dropout unit", (f"{DROP}\n{UNIT}", "_o = Dense(1, activation='sigmoid')(_y)\n_o = tf.keras.layers.Dropout(0.2)(_o)"), DROPOUT_PARTLY),
    made("dropout-before-wide", "dropout wide", (f"{WIDE}\n{DROP}", "_x = tf.keras.layers.Dropout(0.2)(_x)\n_z = Dense(1024, activation='relu')(_x)"), DROPOUT_PARTLY),
    made("dropout-on-the-features", "dropout head-start", [(FLAT, "_x = tf.keras.layers.Flatten()(tf.keras.layers.Dropout(0.2)(last_output))"), (DROP, "_z = _y")], DROPOUT_PARTLY),
    made("dropout-on-one-branch", "dropout unit", (f"{DROP}\n{UNIT}", "_z = tf.keras.layers.Add()([_y, tf.keras.layers.Dropout(0.2)(_y)])\n_o = Dense(1, activation='sigmoid')(_z)"), DROPOUT_PARTLY),
    made("wide-missing", "wide dropout", (WIDE, "_y = _x"), {"dense-head": "failed", "dropout": "partial"}),
    *wrong(
        "unit", OUTPUT, UNIT,
        unit_linear="_o = Dense(1)(_z)",
        unit_relu="_o = Dense(1, activation='relu')(_z)",
        unit_tanh="_o = Dense(1, activation='tanh')(_z)",
        unit_softmax="_o = Dense(1, activation='softmax')(_z)",
        unit_two="_o = Dense(2, activation='sigmoid')(_z)",
        unit_two_softmax="_o = Dense(2, activation='softmax')(_z)",
        unit_sigmoid_twice="_o = Dense(1, activation='sigmoid')(_z)\n_o = tf.keras.layers.Activation('sigmoid')(_o)",
        unit_doubled="_o = Dense(1, activation='sigmoid')(_z)\n_o = _o * 2.0",
        unit_turned_round="_o = Dense(1, activation='sigmoid')(_z)\n_o = 1.0 - _o",
        unit_relu_before_sigmoid="_o = Dense(1, activation='relu')(_z)\n_o = tf.keras.layers.Activation('sigmoid')(_o)",
        unit_hard_sigmoid="_o = Dense(1, activation='hard_sigmoid')(_z)",
        unit_relu_behind="_o = Dense(1, activation='sigmoid')(_z)\n_o = tf.keras.layers.ReLU()(_o)\n_o = tf.keras.layers.Softmax()(_o)",
        unit_activation_not_used="_o = Dense(1)(_z)\ntf.keras.layers.Activation('sigmoid')(_o)",
    ),
]

MODEL = (
    "_m = Model(inputs=pre_trained_model.input, outputs=_o)",
    "_m = Model(pre_trained_model.input, _o)",
)
NOT_FUNCTIONAL = {"functional-model": "failed", "frozen-final": "failed"}

WHOLE = [
    *right(
        "model", MODEL,
        model_positional="_m = Model(pre_trained_model.input, _o)",
        model_inputs="_m = Model(inputs=pre_trained_model.inputs, outputs=_o)",
        model_lists="_m = Model(inputs=[pre_trained_model.input], outputs=[_o])",
        model_models="_m = tf.keras.models.Model(inputs=pre_trained_model.input, outputs=_o)",
        model_named="_m = Model(inputs=pre_trained_model.input, outputs=_o, name='horses_or_humans')",
        model_swapped_keywords="_m = Model(outputs=_o, inputs=pre_trained_model.input)",
        model_first_layer="_m = Model(pre_trained_model.layers[0].output, _o)",
        model_options="ends = {'inputs': pre_trained_model.input, 'outputs': _o}\n_m = Model(**ends)",
        model_imported="from tensorflow.keras import Model as Network\n_m = Network(pre_trained_model.input, _o)",
        model_twice="_m = Model(pre_trained_model.input, _o)\n_m = Model(_m.input, _m.output)",
        model_trainable="_m = Model(pre_trained_model.input, _o)\n_m.summary(print_fn=lambda *a, **k: None)",
        model_nested="image = tf.keras.Input((150, 150, 3))\n_m = Model(image, Model(pre_trained_model.input, _o)(image))",
    ),
    # ------------------------------------------------------------ mistakes
    *wrong(
        "model", NOT_FUNCTIONAL, MODEL,
        model_from_the_features="_m = Model(inputs=last_output, outputs=_o)",
    ),
    *wrong(
        "head-start", {"functional-model": "failed"}, FLAT,
        head_on_the_end="_x = tf.keras.layers.Flatten()(pre_trained_model.output)",
        head_on_mixed5="_x = tf.keras.layers.Flatten()(pre_trained_model.get_layer('mixed5').output)",
        head_on_mixed6_by_number="_x = tf.keras.layers.Flatten()(pre_trained_model.layers[196].output)",
    ),
    made(
        "model-sequential", "head-start wide dropout unit model",
        [(f"{FLAT}\n{WIDE}\n{DROP}\n{UNIT}", "pass"), (MODEL, "_m = tf.keras.Sequential([tf.keras.Model(pre_trained_model.input, last_output), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1024, activation='relu'), tf.keras.layers.Dropout(0.2), tf.keras.layers.Dense(1, activation='sigmoid')])")],
        {"functional-model": "failed"},
    ),
    made(
        "model-without-the-network", "head-start wide dropout unit model",
        [(f"{FLAT}\n{WIDE}\n{DROP}\n{UNIT}", "pass"), (MODEL, "image = tf.keras.Input((150, 150, 3))\nflat = tf.keras.layers.Flatten()(image)\nhidden = tf.keras.layers.Dense(1024, activation='relu')(flat)\n_m = Model(image, tf.keras.layers.Dense(1, activation='sigmoid')(tf.keras.layers.Dropout(0.2)(hidden)))")],
        NOT_FUNCTIONAL,
    ),
    made(
        "model-not-returned", "return-model", [("return model", "pass")],
        {name: "failed" for name in ("functional-model", "frozen-final", "dense-head", "dropout", "output-unit", "loss", "metric")},
        alone=True,
    ),
]

COMPILE = "_m.compile(optimizer=_p, loss='binary_crossentropy', metrics=['accuracy'])"

COMPILING = [
    *right(
        "loss", "_m.compile(..., loss='binary_crossentropy')",
        loss_function="_m.compile(..., loss=tf.keras.losses.binary_crossentropy)",
        loss_object="_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy())",
        loss_not_logits="_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy(from_logits=False))",
        loss_get="_m.compile(..., loss=tf.keras.losses.get('binary_crossentropy'))",
        loss_list="_m.compile(..., loss=['binary_crossentropy'])",
        loss_class_name="_m.compile(..., loss='BinaryCrossentropy')",
        loss_metrics="_m.compile(..., loss=tf.keras.metrics.binary_crossentropy)",
        loss_f_string="_m.compile(..., loss=f\"{'binary'}_crossentropy\")",
        loss_named="_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy(name='cost'))",
    ),
    *right(
        "metric", "_m.compile(..., metrics=['accuracy'])",
        metric_acc="_m.compile(..., metrics=['acc'])",
        # Keras does not look at capitals here, though the class of that name is another metric
        metric_capital="_m.compile(..., metrics=['Accuracy'])",
        metric_binary="_m.compile(..., metrics=['binary_accuracy'])",
        metric_object="_m.compile(..., metrics=[tf.keras.metrics.BinaryAccuracy()])",
        metric_object_named="_m.compile(..., metrics=[tf.keras.metrics.BinaryAccuracy(name='accuracy')])",
        metric_more="_m.compile(..., metrics=['accuracy', tf.keras.metrics.AUC()])",
        metric_last="_m.compile(..., metrics=['mse', 'mae', 'accuracy'])",
        metric_function="_m.compile(..., metrics=[tf.keras.metrics.binary_accuracy])",
        metric_class_name="_m.compile(..., metrics=['BinaryAccuracy'])",
        metric_list="names = 'accuracy'.split()\n_m.compile(..., metrics=names)",
        metric_twice_nested="_m.compile(..., metrics=[['accuracy']])",
    ),
    *right(
        "optimizer", ("_m.compile(..., optimizer=RMSprop(learning_rate=_r))", "_m.compile(..., optimizer=RMSprop(lr=_r))"),
        optimizer_before="small_steps = tf.keras.optimizers.RMSprop(learning_rate=_r)\n_m.compile(..., optimizer=small_steps)",
        optimizer_power="_m.compile(..., optimizer=tf.keras.optimizers.RMSprop(learning_rate=1 * _r))",
        optimizer_positional="_m.compile(..., optimizer=tf.keras.optimizers.RMSprop(_r))",
        optimizer_imported="from tensorflow.keras.optimizers import RMSprop as Steps\n_m.compile(..., optimizer=Steps(learning_rate=_r))",
        optimizer_name="_m.compile(..., optimizer='rmsprop')",
        optimizer_adam="_m.compile(..., optimizer=tf.keras.optimizers.Adam(learning_rate=_r))",
        optimizer_sgd="_m.compile(..., optimizer=tf.keras.optimizers.SGD(learning_rate=0.001, momentum=0.9))",
        optimizer_schedule="_m.compile(..., optimizer=tf.keras.optimizers.RMSprop(tf.keras.optimizers.schedules.ExponentialDecay(_r, 1000, 0.9)))",
    ),
    *right(
        "compiling", "_m.compile(...)",
        compile_twice="_m.compile(optimizer='sgd', loss='mse')\n_m.compile(...)",
        compile_eagerly="_m.compile(..., run_eagerly=True)",
        compile_steps="_m.compile(..., steps_per_execution=1)",
        compile_tried="try:\n    _m.compile(...)\nfinally:\n    pass",
        compile_class="type(_m).compile(_m, ...)",
    ),
    *right(
        "compiling loss metric optimizer", COMPILE,
        compile_positional="_m.compile(_p, 'binary_crossentropy', metrics=['accuracy'])",
        compile_options="settings = dict(optimizer=_p, loss='binary_crossentropy', metrics=['accuracy'])\n_m.compile(**settings)",
        compile_objects="_m.compile(_p, tf.keras.losses.BinaryCrossentropy(), metrics=[tf.keras.metrics.BinaryAccuracy(name='accuracy', threshold=0.5)])",
        compile_helper="def compiled(network):\n    network.compile(optimizer=_p, loss='binary_crossentropy', metrics=['accuracy'])\n    return network\n_m = compiled(_m)",
    ),
    # ------------------------------------------------------------ mistakes
    *wrong(
        "loss", LOSS, "_m.compile(..., loss='binary_crossentropy')",
        loss_squared="_m.compile(..., loss='mse')",
        loss_absolute="_m.compile(..., loss='mean_absolute_error')",
        loss_hinge="_m.compile(..., loss='hinge')",
        loss_categorical="_m.compile(..., loss='categorical_crossentropy')",
        loss_sparse="_m.compile(..., loss='sparse_categorical_crossentropy')",
        loss_focal="_m.compile(..., loss='binary_focal_crossentropy')",
        loss_poisson="_m.compile(..., loss=tf.keras.losses.Poisson())",
        loss_squared_object="_m.compile(..., loss=tf.keras.losses.MeanSquaredError(name='binary_crossentropy'))",
        loss_log_cosh="_m.compile(..., loss=tf.keras.losses.LogCosh())",
    ),
    *wrong(
        "loss unit", {"output-unit": "partial"}, "_m.compile(..., loss='binary_crossentropy')",
        loss_logits="_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy(from_logits=True))",
        loss_logits_positional="_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy(True))",
    ),
    made("loss-logits-linear", "loss unit", [(UNIT, "_o = Dense(1)(_z)"), ("_m.compile(..., loss='binary_crossentropy')", "_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy(from_logits=True))")], {"output-unit": "partial"}),
    *wrong(
        "metric", METRIC, "_m.compile(..., metrics=['accuracy'])",
        metric_missing="_m.compile(...)",
        metric_none="_m.compile(..., metrics=None)",
        metric_empty="_m.compile(..., metrics=[])",
        metric_squared="_m.compile(..., metrics=['mse'])",
        metric_precision="_m.compile(..., metrics=[tf.keras.metrics.Precision(name='accuracy')])",
        metric_loss_again="_m.compile(..., metrics=['binary_crossentropy'])",
        metric_exactly_equal_object="_m.compile(..., metrics=[tf.keras.metrics.Accuracy()])",
        metric_categorical="_m.compile(..., metrics=['categorical_accuracy'])",
        metric_mean="_m.compile(..., metrics=[tf.keras.metrics.MeanAbsoluteError(name='accuracy')])",
        metric_auc="_m.compile(..., metrics=[tf.keras.metrics.AUC(name='acc')])",
    ),
    made("metric-in-third-place", "compiling loss metric optimizer", (COMPILE, "_m.compile(_p, 'binary_crossentropy', ['accuracy'])"), METRIC, costs_in={"a": {}, "b": {}}),
    made("compile-missing", "compiling loss metric optimizer compile-after", ("_m.compile(...)", "pass"), NOT_COMPILED),
    made("compile-other-model", "compiling loss metric optimizer compile-after", ("_m.compile(...)", "tf.keras.Model(_m.input, _m.output).compile(...)"), NOT_COMPILED),
    made("compile-not-called", "compiling loss metric optimizer compile-after", ("_m.compile(...)", "_m.compile"), NOT_COMPILED),
]

HEAD = (*LAYERS, *WHOLE, *COMPILING)
