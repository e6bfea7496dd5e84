"""The labelled variants that `grader audit cats-v-dogs` generates: solutions and rewrites.

Every rewrite says what it touches (its slots) and what it must cost; `grader.audit.rewrite` says
how patterns and templates are read. A rewrite is used in every revision where it changes something.
"""

from __future__ import annotations

from pathlib import Path

from rewriting import made, right, solution, wrong

HERE = Path(__file__).parent
NOT_ASKED = ("runs",)
"""Of the notebook as a whole: the variants are asked without running the rest of it."""

# ---------------------------------------------------------------- the pretrained network

BUILD = "InceptionV3(input_shape=_s, include_top=False, weights=None)"
LOAD = "_m.load_weights(_f)"
LOOP = "for _l in _m.layers:\n    _l.trainable = False"
CUT = "_l = _m.get_layer('mixed7')"
OUTPUT = "_o = _l.output"
NOT_LOADED = {"pretrained-weights": "failed"}
NOT_FROZEN = {"frozen-base": "failed", "frozen-final": "failed"}

NETWORK = (
    *right(
        "build", BUILD,
        build_positional="InceptionV3(False, None, None, _s)",
        build_options="InceptionV3(**{'input_shape': _s, 'include_top': False, 'weights': None})",
        build_input="InceptionV3(input_tensor=tf.keras.Input(shape=_s), include_top=False, weights=None)",
        build_lambda="(lambda side: InceptionV3(input_shape=(side, side, 3), include_top=False, weights=None))(150)",
    ),
    made("build-160", "build", (BUILD, "InceptionV3(input_shape=(160, 160, 3), include_top=False, weights=None)"), {"base-network": "partial"}, alone=True, costs_in={"c": {"base-network": "partial", "augmentation": "failed", "loss": "failed", "metric": "failed"}}),
    *right(
        "weights", LOAD,
        load_keyword="_m.load_weights(filepath=_f)",
        load_joined="_m.load_weights(os.path.join(os.path.dirname(_f), os.path.basename(_f)))",
        load_beside="_m.load_weights(os.path.basename(_f))",
        load_uploaded="_m.load_weights(os.path.join('uploads', os.path.basename(_f)))",
        load_other_system="_m.load_weights('C:\\\\models\\\\' + os.path.basename(_f))",
    ),
    made("load-twice", "weights", (LOAD, f"{LOAD}\n{LOAD}")),
    made("load-given-on", "weights", (LOAD, "source = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\nsource.load_weights(_f)\n_m.set_weights(source.get_weights())")),
    *wrong(
        "weights", NOT_LOADED, LOAD,
        load_missing="pass",
        load_not_called="_m.load_weights",
        load_scaled="_m.load_weights(_f)\n_m.set_weights([array * 1.01 for array in _m.get_weights()])",
        load_undone="before = _m.get_weights()\n_m.load_weights(_f)\n_m.set_weights(before)",
        load_one_array="_m.load_weights(_f)\nfirst = _m.layers[1]\nfirst.set_weights([array * 0 for array in first.get_weights()])",
    ),
    *right(
        "freeze", LOOP,
        freeze_whole="_m.trainable = False",
        freeze_comprehension="[setattr(each, 'trainable', False) for each in _m.layers]",
        freeze_by_number="for number in range(len(_m.layers)):\n    _m.layers[number].trainable = False",
        freeze_both="_m.trainable = False\nfor _l in _m.layers:\n    _l.trainable = False",
    ),
    *wrong(
        "freeze", NOT_FROZEN, LOOP,
        freeze_missing="pass",
        freeze_misspelt="for _l in _m.layers:\n    _l.trainble = False",
        freeze_compared="for _l in _m.layers:\n    _l.trainable == False",
        freeze_variable="for _l in _m.layers:\n    trainable = False",
        freeze_function_only="def freeze(model):\n    model.trainable = False",
        freeze_lazy="map(lambda each: setattr(each, 'trainable', False), _m.layers)",
    ),
    made("freeze-every-second", "freeze", (LOOP, "for _l in _m.layers[::2]:\n    _l.trainable = False"), {"frozen-base": "partial", "frozen-final": "partial"}),
    made("freeze-but-last", "freeze", (LOOP, "for _l in _m.layers[:-10]:\n    _l.trainable = False"), {"frozen-base": "partial"}),
    *right(
        "cut", CUT,
        cut_keyword="_l = _m.get_layer(name='mixed7')",
        cut_number="_l = _m.layers[228]",
        cut_search="_l = next(each for each in _m.layers if each.name == 'mixed' + str(7))",
    ),
    *wrong(
        "cut", {"cut": "failed"}, CUT,
        cut_mixed3="_l = _m.get_layer('mixed3')",
        cut_mixed6="_l = _m.get_layer('mixed6')",
        cut_mixed8="_l = _m.get_layer('mixed8')",
        cut_last="_l = _m.layers[-1]",
    ),
    *right("cut-output", OUTPUT, output_getattr="_o = getattr(_l, 'output')", output_of_model="_o = tf.keras.Model(pre_trained_model.inputs, _l.output).outputs[0]"),
    *wrong("cut-output", {"cut": "failed"}, OUTPUT, output_pooled="_o = tf.keras.layers.GlobalAveragePooling2D()(_l.output)", output_layer="_o = _l"),
)  # fmt: skip

# ---------------------------------------------------------------- the new layers

FLAT = "_x = Flatten()(last_output)"
WIDE = "_y = Dense(1024, activation='relu')(_x)"
DROP = "_z = Dropout(0.2)(_y)"
UNIT = "_o = Dense(1, activation='sigmoid')(_z)"
MODEL = "_m = Model(pre_trained_model.input, _o)"

HEAD = (
    *right(
        "flatten", FLAT,
        flatten_twice="_x = tf.keras.layers.Flatten()(tf.keras.layers.Flatten()(last_output))",
        flatten_reshape="_x = tf.keras.layers.Reshape((-1,))(last_output)",
        flatten_lambda="_x = tf.keras.layers.Lambda(lambda features: tf.reshape(features, [-1, 7 * 7 * 768]))(last_output)",
    ),
    made("flatten-pooled", "flatten", (FLAT, "_x = tf.keras.layers.GlobalAveragePooling2D()(last_output)"), {"dense-head": "partial"}),
    *right(
        "wide", WIDE,
        wide_units="_y = Dense(units=2 ** 10, activation=tf.nn.relu)(_x)",
        wide_layer="_y = tf.keras.layers.ReLU()(Dense(1024)(_x))",
        wide_activation="_y = tf.keras.layers.Activation('relu')(Dense(1024)(_x))",
    ),
    *wrong(
        "wide", {"dense-head": "partial"}, WIDE,
        wide_512="_y = Dense(512, activation='relu')(_x)",
        wide_linear="_y = Dense(1024)(_x)",
        wide_tanh="_y = Dense(1024, activation='tanh')(_x)",
    ),
    *right("dropout", DROP, dropout_rate="_z = Dropout(rate=1 / 5)(_y)", dropout_object="drop = Dropout(0.2, seed=7)\n_z = drop(_y)"),
    *wrong("dropout", {"dropout": "failed"}, DROP, dropout_missing="_z = _y", dropout_not_used="Dropout(0.2)(_y)\n_z = _y"),
    *wrong("dropout", {"dropout": "partial"}, DROP, dropout_half="_z = Dropout(0.5)(_y)", dropout_kept="_z = Dropout(0.8)(_y)"),
    made("dropout-last", "dropout unit", (f"{DROP}\n{UNIT}", "_o = tf.keras.layers.Dropout(0.2)(Dense(1, activation='sigmoid')(_y))"), {"dropout": "partial"}),
    *right("unit", UNIT, unit_function="_o = Dense(1, tf.nn.sigmoid)(_z)", unit_layer="_o = tf.keras.layers.Activation('sigmoid')(Dense(1)(_z))"),
    *wrong(
        "unit", {"output-unit": "failed"}, UNIT,
        unit_linear="_o = Dense(1)(_z)",
        unit_softmax="_o = Dense(1, activation='softmax')(_z)",
        unit_two="_o = Dense(2, activation='softmax')(_z)",
    ),
    *right(
        "model", MODEL,
        model_keywords="_m = Model(outputs=_o, inputs=pre_trained_model.inputs)",
        model_lists="_m = Model([pre_trained_model.input], [_o])",
    ),
    made("head-on-the-end", "flatten", (FLAT, "_x = tf.keras.layers.Flatten()(pre_trained_model.output)"), {"functional-model": "failed"}),
    *right(
        "loss", "_m.compile(..., loss='binary_crossentropy')",
        loss_object="_m.compile(..., loss=tf.keras.losses.BinaryCrossentropy())",
        loss_function="_m.compile(..., loss=tf.keras.losses.binary_crossentropy)",
    ),
    *wrong(
        "loss", {"loss": "failed"}, "_m.compile(..., loss='binary_crossentropy')",
        loss_squared="_m.compile(..., loss='mse')",
        loss_hinge="_m.compile(..., loss='hinge')",
    ),
    *right(
        "metric", "_m.compile(..., metrics=['accuracy'])",
        metric_acc="_m.compile(..., metrics=['acc'])",
        metric_object="_m.compile(..., metrics=[tf.keras.metrics.BinaryAccuracy()])",
        metric_more="_m.compile(..., metrics=['accuracy', 'AUC'])",
    ),
    *wrong("metric", {"metric": "failed"}, "_m.compile(..., metrics=['accuracy'])", metric_missing="_m.compile(...)", metric_loss="_m.compile(..., metrics=['mae'])"),
    *wrong(
        "compile-after", {"frozen-final": "failed"}, "_m.compile(...)",
        released_before="for old in pre_trained_model.layers:\n    old.trainable = True\n_m.compile(...)",
        released_after="_m.compile(...)\nfor old in pre_trained_model.layers:\n    old.trainable = True",
    ),
    made("frozen-once-more", "compile-after freeze", ("_m.compile(...)", "pre_trained_model.trainable = False\n_m.compile(...)")),
)  # fmt: skip

# ---------------------------------------------------------------- the images

FLOW = "_g.flow_from_directory(..., class_mode='binary')"
SIDES = "_g.flow_from_directory(..., target_size=(150, 150))"
BATCH = "_g.flow_from_directory(..., batch_size=20)"
PLAIN = "test_datagen = ImageDataGenerator(rescale=_r)"
VARIED = "train_datagen = ImageDataGenerator(..., rescale=_r)"
TRAINING = "train_generator = _g.flow_from_directory(train_dir, ...)"
VALIDATION = "validation_generator = _g.flow_from_directory(validation_dir, ...)"
READ = "tf.keras.utils.image_dataset_from_directory"

DATA = (
    *right("label-mode", FLOW, flow_sparse="_g.flow_from_directory(..., class_mode='sparse')", flow_classes="_g.flow_from_directory(..., class_mode='binary', classes=['cats', 'dogs'])"),
    *wrong("label-mode", {"labels": "failed"}, FLOW, flow_categorical="_g.flow_from_directory(..., class_mode='categorical')", flow_default="_g.flow_from_directory(...)"),
    made("flow-150", "size", (SIDES, "_g.flow_from_directory(..., target_size=(150,) * 2)")),
    made("flow-180", "size", (SIDES, "_g.flow_from_directory(..., target_size=(180, 180))"), {"batch-and-size": "partial"}),
    made("flow-batch-32", "batch", (BATCH, "_g.flow_from_directory(..., batch_size=32)"), {"batch-and-size": "partial"}),
    made("flow-not-shuffled", "shuffling", (BATCH, "_g.flow_from_directory(..., batch_size=20, shuffle=False)")),
    made("flow-from-training", "reading", (VALIDATION, "validation_generator = _g.flow_from_directory(train_dir, ...)"), {"validation-data": "failed"}),
    made("flow-from-validation", "reading", (TRAINING, "train_generator = _g.flow_from_directory(validation_dir, ...)"), {"train-data": "failed"}),
    *right("augmentation", VARIED, vary_less="train_datagen = ImageDataGenerator(rescale=_r, horizontal_flip=True)", vary_turned="train_datagen = ImageDataGenerator(rescale=_r, rotation_range=20, fill_mode='nearest')"),
    made("vary-not", "augmentation", (VARIED, "train_datagen = ImageDataGenerator(rescale=_r)"), {"augmentation": "failed"}),
    made("vary-all", "augmentation", (PLAIN, "test_datagen = ImageDataGenerator(rescale=_r, rotation_range=40, horizontal_flip=True)"), {"augmentation": "partial"}),
    made("scale-function", "scaling", (PLAIN, "test_datagen = ImageDataGenerator(preprocessing_function=lambda image: image / 255.0)")),
    made("scale-not", "scaling", (PLAIN, "test_datagen = ImageDataGenerator()"), {"scaling": "partial"}),
    made("read-keyword", "reading", (f"{READ}(_d, ...)", f"{READ}(..., directory=_d)")),
    made("read-function", "reading", (f"{READ}(_d, ...)", f"(lambda folder: {READ}(folder, ...))(_d)")),
    *right(
        "label-mode", f"{READ}(..., label_mode='binary')",
        read_int=f"{READ}(..., label_mode='int')",
        read_default=f"{READ}(...)",
    ),
    made("read-categorical", "label-mode", (f"{READ}(..., label_mode='binary')", f"{READ}(..., label_mode='categorical')"), {"labels": "failed"}, alone=True),
    made("read-batch-32", "batch", (f"{READ}(..., batch_size=20)", f"{READ}(..., batch_size=32)"), {"batch-and-size": "partial"}),
    made("read-180", "size", (f"{READ}(..., image_size=(150, 150))", f"{READ}(..., image_size=(180, 180))"), {"batch-and-size": "partial"}),
    made("read-from-training", "reading", (f"validation_dataset = {READ}(validation_dir, ...)", f"validation_dataset = {READ}(train_dir, ...)"), {"validation-data": "failed"}),
    *right(
        "scaling", "image = tf.keras.applications.inception_v3.preprocess_input(_i)",
        prepare_division="image = _i / 127.5 - 1.0",
        prepare_to_one="image = tf.cast(_i, tf.float32) / 255.0",
        prepare_layer="image = tf.keras.layers.Rescaling(1 / 255)(_i)",
    ),
    made("prepare-not", "scaling", ("image = tf.keras.applications.inception_v3.preprocess_input(_i)", "image = _i"), {"scaling": "failed"}),
    made("prepare-training-only", "scaling", ("validation_dataset_scaled = validation_dataset.map(preprocess)", "validation_dataset_scaled = validation_dataset"), {"scaling": "partial"}),
    made("augment-past", "augmentation", ("varied = data_augmentation(inputs)", "varied = inputs"), {"augmentation": "failed"}),
    *right(
        "augmentation", "outputs = model(varied)",
        augment_named="outputs = model(inputs=varied)",
        augment_call="outputs = model.__call__(varied)",
    ),
    made("augment-stacked", "augmentation wrapper", ("model_with_augmentation = tf.keras.Model(inputs, outputs)", "model_with_augmentation = tf.keras.Sequential([data_augmentation, model])")),
)  # fmt: skip

SOLUTIONS = tuple(solution(path) for path in sorted(HERE.glob("source_?.py")))
REWRITES = (*NETWORK, *HEAD, *DATA)
