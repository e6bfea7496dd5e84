"""Rewrites of the pretrained network: building it, its weights, freezing it, where it is cut."""

from __future__ import annotations

from rewriting import made, right, wrong

BUILD = "InceptionV3(input_shape=_s, include_top=False, weights=None)"
LOAD = "_m.load_weights(_f)"
LOOP = "for _l in _m.layers:\n    _l.trainable = False"
CUT = "_l = _m.get_layer('mixed7')"
OUTPUT = "_o = _l.output"

NOT_LOADED = {"pretrained-weights": "failed"}
NOT_FROZEN = {"frozen-base": "failed", "frozen-final": "failed"}
NO_BASE = {"base-network": "failed", "pretrained-weights": "skipped", "frozen-base": "failed"}
OTHER_BASE = {"base-network": "failed", "pretrained-weights": "skipped"}
WRONG_CUT = {"cut": "failed"}

BUILDING = [
    *right(
        "build", BUILD,
        build_positional="InceptionV3(False, None, None, _s)",
        build_list="InceptionV3(input_shape=list(_s), include_top=False, weights=None)",
        build_sum="InceptionV3(input_shape=(150, 150) + (3,), include_top=False, weights=None)",
        build_not_true="InceptionV3(input_shape=_s, include_top=not True, weights=None)",
        build_input="InceptionV3(input_tensor=tf.keras.Input(shape=_s), include_top=False, weights=None)",
        build_options="InceptionV3(**{'input_shape': _s, 'include_top': False, 'weights': None})",
        build_applications="tf.keras.applications.InceptionV3(weights=None, include_top=False, input_shape=_s)",
        build_getattr="getattr(tf.keras.applications, 'Inception' + 'V3')(input_shape=_s, include_top=False, weights=None)",
        build_partial="__import__('functools').partial(InceptionV3, include_top=False)(input_shape=_s, weights=None)",
        build_no_pooling="InceptionV3(input_shape=_s, include_top=False, weights=None, pooling=None)",
        build_lambda="(lambda shape: InceptionV3(input_shape=shape, include_top=False, weights=None))(_s)",
        build_classes="InceptionV3(input_shape=_s, include_top=False, weights=None, classes=2)",
    ),
    *right(
        "build", f"_m = {BUILD}",
        build_imported="from tensorflow.keras.applications.inception_v3 import InceptionV3 as Network\n_m = Network(input_shape=_s, include_top=False, weights=None)",
        build_module="from tensorflow.keras.applications import inception_v3 as inception\n_m = inception.InceptionV3(input_shape=_s, include_top=False, weights=None)",
        build_cleared="tf.keras.backend.clear_session()\n_m = InceptionV3(input_shape=_s, include_top=False, weights=None)",
        build_twice="_m = None\nfor attempt in range(2):\n    _m = InceptionV3(input_shape=_s, include_top=False, weights=None)",
        build_if="if tf.keras.backend.image_data_format() == 'channels_last':\n    _m = InceptionV3(input_shape=_s, include_top=False, weights=None)\nelse:\n    _m = None",
        build_seeded="tf.keras.utils.set_random_seed(1)\n_m = InceptionV3(input_shape=_s, include_top=False, weights=None)",
        build_side="side = 150\n_m = InceptionV3(input_shape=(side, side, 3), include_top=False, weights=None)",
    ),
    # ------------------------------------------------------------ mistakes
    # no head can be built behind it, so that is judged on our network
    made("build-open", "build", (BUILD, "InceptionV3(input_shape=(None, None, 3), include_top=False, weights=None)"), {"base-network": "partial"}, alone=True),
    made("build-with-top", "build", (BUILD, "InceptionV3(input_shape=_s, include_top=True, weights=None)"), NO_BASE, alone=True),
    *wrong(
        "build weights", OTHER_BASE, f"_m = {BUILD}\n{LOAD}",
        build_with_top_unloaded="_m = InceptionV3(input_shape=_s, include_top=True, weights=None)",
        build_xception="_m = tf.keras.applications.Xception(input_shape=_s, include_top=False, weights=None)",
        build_vgg="_m = tf.keras.applications.VGG16(input_shape=_s, include_top=False, weights=None)",
        build_resnet="_m = tf.keras.applications.ResNet50(input_shape=_s, include_top=False, weights=None)",
        build_mobile="_m = tf.keras.applications.MobileNetV2(input_shape=_s, include_top=False, weights=None)",
    ),
    *wrong(
        "build", {"base-network": "partial"}, BUILD,
        build_pooled="InceptionV3(input_shape=_s, include_top=False, weights=None, pooling='avg')",
        build_pooled_max="InceptionV3(input_shape=_s, include_top=False, weights=None, pooling='max')",
        build_160="InceptionV3(input_shape=(160, 160, 3), include_top=False, weights=None)",
        build_no_shape="InceptionV3(include_top=False, weights=None)",
        build_wide="InceptionV3(input_shape=(150, 160, 3), include_top=False, weights=None)",
    ),
]

WEIGHTS = [
    *right(
        "weights", LOAD,
        load_keyword="_m.load_weights(filepath=_f)",
        load_text="_m.load_weights(f'{_f}')",
        load_joined="_m.load_weights(os.path.join(os.path.dirname(_f), os.path.basename(_f)))",
        load_beside="_m.load_weights(os.path.basename(_f))",
        load_uploaded="_m.load_weights(os.path.join('uploads', os.path.basename(_f)))",
        load_other_system="_m.load_weights('C:\\\\models\\\\' + os.path.basename(_f))",
        load_getattr="getattr(_m, 'load_weights')(_f)",
        load_class="type(_m).load_weights(_m, _f)",
        load_partial="__import__('functools').partial(_m.load_weights, _f)()",
        load_real_path="_m.load_weights(os.path.realpath(_f))",
    ),
    *right(
        "weights", f"{LOAD}",
        load_variable="weights_path = _f\n_m.load_weights(weights_path)",
        load_twice="_m.load_weights(_f)\n_m.load_weights(_f)",
        load_tried="try:\n    _m.load_weights(_f)\nexcept OSError:\n    raise",
        load_checked="if not os.path.exists(_f):\n    raise FileNotFoundError(_f)\n_m.load_weights(_f)",
        load_each="for path in [_f]:\n    _m.load_weights(path)",
        load_copied="source = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\nsource.load_weights(_f)\n_m.set_weights(source.get_weights())",
        load_layer_by_layer="source = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\nsource.load_weights(_f)\nfor mine, other in zip(_m.layers, source.layers):\n    mine.set_weights(other.get_weights())",
        load_spoilt_first="_m.set_weights([array * 0 for array in _m.get_weights()])\n_m.load_weights(_f)",
        load_set_again="_m.load_weights(_f)\n_m.set_weights(_m.get_weights())",
    ),
    made("weights-argument", "build weights", [(BUILD, "InceptionV3(input_shape=_s, include_top=False, weights=LOCAL_WEIGHTS_FILE)"), ("_m.load_weights(LOCAL_WEIGHTS_FILE)", "pass")]),
    made("weights-argument-b", "build weights", [(BUILD, "InceptionV3(input_shape=_s, include_top=False, weights=local_weights_file)"), ("_m.load_weights(local_weights_file)", "pass")]),
    made("weights-imagenet", "build weights", [(BUILD, "InceptionV3(input_shape=_s, include_top=False, weights='imagenet')"), (LOAD, "pass")], alone=True),
    # ------------------------------------------------------------ mistakes
    *wrong(
        "weights", NOT_LOADED, LOAD,
        weights_not_called="_m.load_weights",
        weights_of_another="tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None).load_weights(_f)",
        weights_bound_only="__import__('functools').partial(_m.load_weights, _f)",
        weights_lazy="(each.load_weights(_f) for each in [_m])",
        weights_lambda="lambda: _m.load_weights(_f)",
    ),
    *wrong(
        "weights", NOT_LOADED, LOAD,
        weights_missing="pass",
        weights_other_path="if os.path.exists(_f + '.txt'):\n    _m.load_weights(_f)",
        weights_swallowed="try:\n    _m.load_weights(_f + '.h5')\nexcept Exception:\n    pass",
        weights_zeroed_first_layer="_m.load_weights(_f)\nfirst = _m.layers[1]\nfirst.set_weights([array * 0 for array in first.get_weights()])",
        weights_scaled="_m.load_weights(_f)\n_m.set_weights([array * 1.001 for array in _m.get_weights()])",
        weights_one_number="_m.load_weights(_f)\nlast = [each for each in _m.layers if each.weights][-1]\nnumbers = last.get_weights()\nnumbers[0].flat[0] += 1\nlast.set_weights(numbers)",
        weights_moving_average="_m.load_weights(_f)\nnorm = _m.layers[2]\nnumbers = norm.get_weights()\nnorm.set_weights([numbers[0] * 0, *numbers[1:]])",
        weights_reset="before = _m.get_weights()\n_m.load_weights(_f)\n_m.set_weights(before)",
        weights_copied_from_untrained="_m.load_weights(_f)\nfresh = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\n_m.set_weights(fresh.get_weights())",
        weights_from_the_wrong_side="source = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\nsource.load_weights(_f)\nsource.set_weights(_m.get_weights())",
        weights_lost_in_a_clone="_m.load_weights(_f)\n_m = tf.keras.models.clone_model(_m)",
        weights_rebuilt="_m.load_weights(_f)\n_m = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)",
        weights_half="source = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\nsource.load_weights(_f)\nfor mine, other in list(zip(_m.layers, source.layers))[:150]:\n    mine.set_weights(other.get_weights())",
    ),
    *wrong(
        "weights-later", NOT_LOADED, "_m = Model(...)",
        weights_replaced_later="for old in pre_trained_model.layers[1:3]:\n    old.set_weights([array * 0 for array in old.get_weights()])\n_m = Model(...)",
        weights_shuffled_later="pre_trained_model.layers[1].set_weights([array[::-1] for array in pre_trained_model.layers[1].get_weights()])\n_m = Model(...)",
        weights_noise_later="for old in pre_trained_model.layers:\n    if 'conv' in old.name:\n        old.set_weights([array + 0.01 for array in old.get_weights()])\n_m = Model(...)",
    ),
]

FREEZING = [
    *right(
        "freeze", LOOP,
        freeze_whole="_m.trainable = False",
        freeze_setattr="for _l in _m.layers:\n    setattr(_l, 'trainable', False)",
        freeze_comprehension="[setattr(each, 'trainable', False) for each in _m.layers]",
        freeze_by_number="for number in range(len(_m.layers)):\n    _m.layers[number].trainable = False",
        freeze_enumerate="for number, each in enumerate(_m.layers):\n    each.trainable = False",
        freeze_while="number = 0\nwhile number < len(_m.layers):\n    _m.layers[number].trainable = False\n    number += 1",
        freeze_map="list(map(lambda each: setattr(each, 'trainable', False), _m.layers))",
        freeze_not_true="for _l in _m.layers:\n    _l.trainable = not True",
        freeze_zero="for _l in _m.layers:\n    _l.trainable = 0",
        freeze_reversed="for _l in reversed(_m.layers):\n    _l.trainable = False",
        freeze_by_name="for name in [each.name for each in _m.layers]:\n    _m.get_layer(name).trainable = False",
        freeze_both="_m.trainable = False\nfor _l in _m.layers:\n    _l.trainable = False",
        freeze_helper="def freeze(model):\n    for each in model.layers:\n        each.trainable = False\nfreeze(_m)",
        freeze_tuple="_m.trainable, done = False, True",
        freeze_dunder="for _l in _m.layers:\n    _l.__setattr__('trainable', False)",
        freeze_two_halves="for _l in _m.layers[:100]:\n    _l.trainable = False\nfor _l in _m.layers[100:]:\n    _l.trainable = False",
        freeze_if_able="for _l in _m.layers:\n    if _l.trainable:\n        _l.trainable = False",
        freeze_on_and_off="for _l in _m.layers:\n    _l.trainable = True\nfor _l in _m.layers:\n    _l.trainable = False",
        freeze_flattened="for each in _m._flatten_layers():\n    each.trainable = False",
        freeze_constant="FROZEN = False\nfor _l in _m.layers:\n    _l.trainable = FROZEN",
        freeze_any="any(setattr(each, 'trainable', False) for each in _m.layers)",
        freeze_with_misspelt_too="for _l in _m.layers:\n    _l.trainble = True\n    _l.trainable = False",
    ),
    made("freeze-before-loading", "freeze weights", (f"{LOAD}\n{LOOP}", f"{LOOP}\n{LOAD}")),
    # ------------------------------------------------------------ mistakes
    *wrong(
        "freeze", NOT_FROZEN, LOOP,
        freeze_missing="pass",
        freeze_misspelt="for _l in _m.layers:\n    _l.trainble = False",
        freeze_capital="for _l in _m.layers:\n    _l.Trainable = False",
        freeze_model_misspelt="_m.trainabel = False",
        freeze_local="for _l in _m.layers:\n    trainable = False",
        freeze_compared="for _l in _m.layers:\n    _l.trainable == False",
        freeze_is="for _l in _m.layers:\n    _l.trainable is False",
        freeze_variable_lost="for _l in _m.layers:\n    _l = False",
        freeze_lazy="(setattr(each, 'trainable', False) for each in _m.layers)",
        freeze_map_lazy="map(lambda each: setattr(each, 'trainable', False), _m.layers)",
        freeze_break="for _l in _m.layers:\n    _l.trainable = False\n    break",
        freeze_copy="import copy\nfor _l in copy.copy(_m.layers[:3]):\n    _l.trainable = False",
        freeze_other_network="other = tf.keras.applications.InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)\nfor each in other.layers:\n    each.trainable = False",
        freeze_other_network_whole="frozen = tf.keras.models.clone_model(_m)\nfrozen.trainable = False",
        freeze_never_called="def freeze(model):\n    model.trainable = False",
        freeze_impossible="if len(_m.layers) > 1000:\n    _m.trainable = False",
        freeze_true="for _l in _m.layers:\n    _l.trainable = True",
        freeze_text="for _l in _m.layers:\n    _l.trainable = 'False'",
        freeze_then_released="for _l in _m.layers:\n    _l.trainable = False\nfor _l in _m.layers:\n    _l.trainable = True",
        freeze_not_itself="for _l in _m.layers:\n    _l.trainable = not _l.trainable\nfor _l in _m.layers:\n    _l.trainable = not _l.trainable",
        freeze_empty="for _l in _m.layers[311:]:\n    _l.trainable = False",
        freeze_first_hundred="for _l in _m.layers[:100]:\n    _l.trainable = False",
        freeze_dense_only="for _l in _m.layers:\n    if isinstance(_l, tf.keras.layers.Dense):\n        _l.trainable = False",
        freeze_names_of_another="for _l in _m.layers:\n    if _l.name.startswith('block'):\n        _l.trainable = False",
        freeze_last_only="_m.layers[-1].trainable = False",
        freeze_weights_of_optimizer="for weight in _m.trainable_weights:\n    weight = tf.stop_gradient(weight)",
        freeze_setattr_typo="for _l in _m.layers:\n    setattr(_l, 'trainable_', False)",
        freeze_dictionary="settings = {each.name: {'trainable': False} for each in _m.layers}",
    ),
    *wrong(
        "freeze", {"frozen-base": "partial", "frozen-final": "partial"}, LOOP,
        freeze_but_first="for _l in _m.layers[10:]:\n    _l.trainable = False",
        freeze_first_released="for _l in _m.layers:\n    _l.trainable = False\n_m.layers[1].trainable = True",
        freeze_every_second="for _l in _m.layers[::2]:\n    _l.trainable = False",
        freeze_one_forgotten="for _l in _m.layers:\n    if _l.name != _m.layers[1].name:\n        _l.trainable = False",
    ),
    *wrong(
        "freeze", {"frozen-base": "partial"}, LOOP,
        freeze_up_to_the_cut="for _l in _m.layers[:229]:\n    _l.trainable = False",
        freeze_but_last="for _l in _m.layers[:-10]:\n    _l.trainable = False",
        freeze_last_block_released="for _l in _m.layers:\n    _l.trainable = False\nfor _l in _m.layers[-30:]:\n    _l.trainable = True",
    ),
    made("freeze-in-the-head-only", "freeze head-start", [(LOOP, "pass"), ("_x = Flatten()(last_output)", "pre_trained_model.trainable = False\n_x = Flatten()(last_output)")], {"frozen-base": "failed"}, costs_in={"a": {}}),
    made("freeze-convolutions-only", "freeze", (LOOP, "for _l in _m.layers:\n    if isinstance(_l, tf.keras.layers.Conv2D):\n        _l.trainable = False"), {"frozen-base": "partial", "frozen-final": "partial"}),
    made("freeze-unreachable", "freeze", (f"{LOOP}\nreturn _m", f"return _m\n{LOOP}"), NOT_FROZEN),
]

RELEASED = [
    *wrong(
        "compile-after", {"frozen-final": "failed"}, "_m.compile(...)",
        released_after_compile="_m.compile(...)\nfor old in pre_trained_model.layers:\n    old.trainable = True",
        released_by_the_model="_m.compile(...)\nfor old in _m.layers:\n    old.trainable = True",
        released_before_compile="for old in pre_trained_model.layers:\n    old.trainable = True\n_m.compile(...)",
        released_by_number="for number in range(len(_m.layers)):\n    _m.layers[number].trainable = True\n_m.compile(...)",
        released_for_fine_tuning="_m.compile(...)\nfor old in pre_trained_model.layers:\n    setattr(old, 'trainable', bool(1))\n_m.compile(...)",
    ),
    *wrong(
        "compile-after", {"frozen-final": "partial"}, "_m.compile(...)",
        released_one_block="for old in pre_trained_model.layers[200:229]:\n    old.trainable = True\n_m.compile(...)",
        released_norms="for old in pre_trained_model.layers:\n    if 'batch' in old.name:\n        old.trainable = True\n_m.compile(...)",
        released_first_layer="_m.layers[1].trainable = True\n_m.compile(...)",
    ),
    *right(
        "compile-after", "_m.compile(...)",
        released_behind_the_cut="for old in pre_trained_model.layers[240:]:\n    old.trainable = True\n_m.compile(...)",
        released_and_frozen_again="for old in pre_trained_model.layers:\n    old.trainable = True\nfor old in pre_trained_model.layers:\n    old.trainable = False\n_m.compile(...)",
        frozen_once_more="for old in pre_trained_model.layers:\n    old.trainable = False\n_m.compile(...)",
    ),
]

CUTTING = [
    *right(
        "cut", CUT,
        cut_keyword="_l = _m.get_layer(name='mixed7')",
        cut_sum="_l = _m.get_layer('mixed' + str(7))",
        cut_f_string="number = 7\n_l = _m.get_layer(f'mixed{number}')",
        cut_by_number="_l = _m.layers[228]",
        cut_from_the_end="_l = _m.layers[-83]",
        cut_index="_l = _m.get_layer(index=228)",
        cut_next="_l = next(each for each in _m.layers if each.name == 'mixed7')",
        cut_list="_l = [each for each in _m.layers if each.name == 'mixed7'][0]",
        cut_dictionary="_l = {each.name: each for each in _m.layers}['mixed7']",
        cut_filter="_l = list(filter(lambda each: each.name == 'mixed7', _m.layers))[0]",
        cut_loop="for _l in _m.layers:\n    if _l.name == 'mixed7':\n        break",
        cut_names="_l = _m.layers[[each.name for each in _m.layers].index('mixed7')]",
        cut_getattr="_l = getattr(_m, 'get_layer')('mixed7')",
        cut_constant="LAST = 'mixed7'\n_l = _m.get_layer(LAST)",
        cut_blocks="blocks = [each for each in _m.layers if each.name.startswith('mixed') and '_' not in each.name]\n_l = blocks[7]",
        cut_format="_l = _m.get_layer('mixed{}'.format(3 + 4))",
        cut_ends_with="_l = [each for each in _m.layers if each.name.endswith('d7')][-1]",
    ),
    *right(
        "cut-output", OUTPUT,
        output_getattr="_o = getattr(_l, 'output')",
        output_attrgetter="import operator\n_o = operator.attrgetter('output')(_l)",
        output_of_model="_o = tf.keras.Model(pre_trained_model.inputs, _l.output).outputs[0]",
        output_printed="_o = _l.output\nprint(_o.shape)",
        output_asserted="_o = _l.output\nassert tuple(_o.shape[1:]) == (7, 7, 768)",
        output_through_a_list="outputs = [_l.output]\n_o = outputs[-1]",
    ),
    *right(
        "cut cut-output", f"{CUT}\n{OUTPUT}",
        cut_one_line="_o = _m.get_layer('mixed7').output",
        cut_helper="def features_of(model, name):\n    return model.get_layer(name).output\n_o = features_of(_m, 'mixed7')",
        cut_outputs="_o = {each.name: each.output for each in _m.layers}['mixed7']",
        cut_lambda="_o = (lambda model: model.get_layer('mixed7').output)(_m)",
    ),
    # ------------------------------------------------------------ mistakes
    *wrong(
        "cut", WRONG_CUT, CUT,
        **{f"cut_mixed{number}": f"_l = _m.get_layer('mixed{number}')" for number in (0, 1, 2, 3, 4, 5, 6, 8, 9, 10)},
        cut_off_by_one="_l = _m.layers[227]",
        cut_one_further="_l = _m.layers[229]",
        cut_last="_l = _m.layers[-1]",
        cut_first_mixed="_l = next(each for each in _m.layers if each.name.startswith('mixed'))",
        cut_loop_without_break="for _l in _m.layers:\n    if _l.name == 'mixed7':\n        pass",
        cut_sixth_block="blocks = [each for each in _m.layers if each.name.startswith('mixed') and '_' not in each.name]\n_l = blocks[6]",
        cut_by_shape="_l = next(each for each in _m.layers if tuple(each.output.shape[1:]) == (7, 7, 768))",
        cut_last_of_the_shape="_l = [each for each in _m.layers if tuple(each.output.shape[1:]) == (17, 17, 768) or each.name == 'mixed3'][-1]",
        cut_missing_name="_l = _m.get_layer('mixed7_output')",
    ),
    *wrong(
        "cut-output", WRONG_CUT, OUTPUT,
        output_is_the_layer="_o = _l",
        output_is_the_shape="_o = _l.output.shape",
        output_is_the_input="_o = _l.input",
        output_pooled="_o = tf.keras.layers.GlobalAveragePooling2D()(_l.output)",
        output_doubled="_o = _l.output * 2.0",
        output_dropped_out="_o = tf.keras.layers.Dropout(0.5)(_l.output)",
        output_normalised="_o = tf.keras.layers.BatchNormalization(name='mixed7_bn')(_l.output)",
        output_nothing="_o = None",
        output_name="_o = _l.name",
        output_flattened="_o = tf.keras.layers.Flatten()(_l.output)",
    ),
]

NETWORK = (*BUILDING, *WEIGHTS, *FREEZING, *RELEASED, *CUTTING)
