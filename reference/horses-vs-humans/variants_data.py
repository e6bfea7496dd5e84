"""Rewrites of the two data sets."""

from __future__ import annotations

from rewriting import made, right, wrong

# ---------------------------------------------------------------- data sets (revision c)

TRAIN = "training_dataset = image_dataset_from_directory(..., directory=TRAIN_DIR)"
BOTH = "image_dataset_from_directory(..., directory=_d)"
VALID = "validation_dataset = image_dataset_from_directory(..., directory=VALIDATION_DIR)"
# a pattern reaches `image_dataset_from_directory` however it is written only with a capital, so
# these patterns name it in full
FULL = "tf.keras.utils.image_dataset_from_directory"


def full(text):
    return text.replace("image_dataset_from_directory", FULL)


RETURN = "return (training_dataset, validation_dataset)"
BOTH_SPLITS = {"train-data": "failed", "validation-data": "failed"}
SIZES = {"batch-and-size": "partial"}

DATASETS = [
    *right(
        "reading", full(BOTH),
        data_positional=full("image_dataset_from_directory(_d, ...)"),
        data_preprocessing="tf.keras.preprocessing.image_dataset_from_directory(..., directory=_d)",
        data_getattr="getattr(tf.keras.utils, 'image_dataset_from_directory')(..., directory=_d)",
        data_lambda="(lambda folder: " + full("image_dataset_from_directory(..., directory=folder)") + ")(_d)",
        data_path="tf.keras.utils.image_dataset_from_directory(..., directory=__import__('pathlib').Path(_d))",
        data_joined="tf.keras.utils.image_dataset_from_directory(..., directory=os.path.join(_d, ''))",
        data_normed="tf.keras.utils.image_dataset_from_directory(..., directory=os.path.normpath(_d))",
        data_partial="__import__('functools').partial(tf.keras.utils.image_dataset_from_directory, directory=_d)(...)",
    ),
    *right(
        "prepared", full(BOTH),
        data_prefetched=full("image_dataset_from_directory(..., directory=_d).prefetch(tf.data.AUTOTUNE)"),
        data_cached=full("image_dataset_from_directory(..., directory=_d).cache()"),
        data_scaled=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (image / 255.0, label))"),
        data_preprocessed=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (tf.keras.applications.inception_v3.preprocess_input(image), label))"),
        data_rescaling=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (tf.keras.layers.Rescaling(1 / 127.5, -1)(image), label))"),
        data_cast=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (tf.cast(image, tf.uint8), label))"),
        data_shuffled_again=full("image_dataset_from_directory(..., directory=_d).shuffle(4)"),
        data_cast_labels=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (image, tf.cast(label, tf.int32)))"),
        data_rebatched=full("image_dataset_from_directory(..., directory=_d).unbatch().batch(32)"),
        data_resized_again=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (tf.image.resize(image, (150, 150)), label))"),
        data_parallel=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (image, label), num_parallel_calls=2).prefetch(1)"),
        data_options=full("image_dataset_from_directory(..., directory=_d).with_options(tf.data.Options())"),
        data_flat_labels=full("image_dataset_from_directory(..., directory=_d).map(lambda image, label: (image, tf.reshape(label, (-1,))))"),
    ),
    *right(
        "label-mode", full("image_dataset_from_directory(..., label_mode='binary')"),
        labels_int=full("image_dataset_from_directory(..., label_mode='int')"),
        labels_inferred=full("image_dataset_from_directory(..., label_mode='binary', labels='inferred')"),
        labels_named=full("image_dataset_from_directory(..., label_mode='binary', class_names=['horses', 'humans'])"),
        labels_turned_round=full("image_dataset_from_directory(..., label_mode='binary', class_names=['humans', 'horses'])"),
        labels_default=full("image_dataset_from_directory(...)"),
    ),
    *right(
        "batch", full("image_dataset_from_directory(..., batch_size=32)"),
        batch_product=full("image_dataset_from_directory(..., batch_size=2 ** 5)"),
        batch_default=full("image_dataset_from_directory(...)"),
        batch_by_hand=full("image_dataset_from_directory(..., batch_size=None).batch(32)"),
    ),
    *right(
        "size", full("image_dataset_from_directory(..., image_size=(150, 150))"),
        size_product=full("image_dataset_from_directory(..., image_size=(150,) * 2)"),
        size_list=full("image_dataset_from_directory(..., image_size=[150, 150])"),
        size_cropped=full("image_dataset_from_directory(..., image_size=(150, 150), crop_to_aspect_ratio=True)"),
        size_nearest=full("image_dataset_from_directory(..., image_size=(150, 150), interpolation='nearest')"),
        size_rgb=full("image_dataset_from_directory(..., image_size=(150, 150), color_mode='rgb')"),
        size_later=full("image_dataset_from_directory(..., image_size=(256, 256)).map(lambda image, label: (tf.image.resize(image, (150, 150)), label))"),
    ),
    *right(
        "shuffling", full("image_dataset_from_directory(..., shuffle=True, seed=7)"),
        shuffle_default=full("image_dataset_from_directory(..., seed=7)"),
        shuffle_other_seed=full("image_dataset_from_directory(..., shuffle=True, seed=42)"),
        shuffle_not=full("image_dataset_from_directory(..., shuffle=False)"),
    ),
    *right(
        "returned", RETURN,
        return_list="return [training_dataset, validation_dataset]",
        return_named="pair = (training_dataset, validation_dataset)\nreturn pair",
        return_named_tuple="import collections\nreturn collections.namedtuple('Data', 'training validation')(training_dataset, validation_dataset)",
        return_comprehension="return tuple(one for one in (training_dataset, validation_dataset))",
        return_printed="print(training_dataset.class_names if hasattr(training_dataset, 'class_names') else '')\nreturn (training_dataset, validation_dataset)",
        return_after_a_look="for images, labels in training_dataset.take(1):\n    pass\nreturn (training_dataset, validation_dataset)",
        return_augmented_nothing="training_dataset = training_dataset.map(lambda image, label: (tf.image.flip_left_right(image), label))\nreturn (training_dataset, validation_dataset)",
        return_concatenated_halves="training_dataset = training_dataset.take(2).concatenate(training_dataset.skip(2)) if False else training_dataset\nreturn (training_dataset, validation_dataset)",
    ),
    made(
        "data-loop", "reading", [
            (full("training_dataset = image_dataset_from_directory(...)\nvalidation_dataset = image_dataset_from_directory(..., directory=VALIDATION_DIR)"),
             "made = []\nfor folder in (TRAIN_DIR, VALIDATION_DIR):\n    made.append(" + full("image_dataset_from_directory(..., directory=folder)") + ")\ntraining_dataset, validation_dataset = made"),
        ],
    ),
    made(
        "data-helper", "reading", [
            (full("training_dataset = image_dataset_from_directory(...)\nvalidation_dataset = image_dataset_from_directory(..., directory=VALIDATION_DIR)"),
             "def read(folder):\n    return " + full("image_dataset_from_directory(..., directory=folder)") + "\ntraining_dataset = read(TRAIN_DIR)\nvalidation_dataset = read(VALIDATION_DIR)"),
        ],
    ),
    made(
        "data-by-hand", "reading prepared label-mode batch size shuffling", [
            (full("training_dataset = image_dataset_from_directory(...)\nvalidation_dataset = image_dataset_from_directory(..., directory=VALIDATION_DIR)"),
             "def read(folder):\n"
             "    paths, labels = [], []\n"
             "    for number, kind in enumerate(sorted(os.listdir(folder))):\n"
             "        for name in sorted(os.listdir(os.path.join(folder, kind))):\n"
             "            paths.append(os.path.join(folder, kind, name))\n"
             "            labels.append([float(number)])\n"
             "    def decoded(path, label):\n"
             "        image = tf.io.decode_png(tf.io.read_file(path), channels=3)\n"
             "        return tf.image.resize(image, (150, 150)), label\n"
             "    return tf.data.Dataset.from_tensor_slices((paths, labels)).map(decoded).batch(32)\n"
             "training_dataset = read(TRAIN_DIR)\nvalidation_dataset = read(VALIDATION_DIR)"),
        ],
    ),
    # ------------------------------------------------------------ mistakes
    *right(
        "returned", RETURN,
        return_standardised="each = lambda image, label: (tf.image.per_image_standardization(image), label)\nreturn (training_dataset.map(each), validation_dataset.map(each))",
        return_by_channels="each = lambda image, label: ((image / 255.0 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], label)\nreturn (training_dataset.map(each), validation_dataset.map(each))",
        return_brighter="return (training_dataset.map(lambda image, label: (tf.image.random_contrast(tf.image.random_brightness(image, 40.0), 0.7, 1.3), label)), validation_dataset)",
        return_turned="turn = tf.keras.Sequential([tf.keras.layers.RandomFlip('horizontal'), tf.keras.layers.RandomRotation(0.2, fill_mode='constant'), tf.keras.layers.RandomZoom(0.2)])\nreturn (training_dataset.map(lambda image, label: (turn(image, training=True), label)), validation_dataset)",
        return_cut_out="return (training_dataset.map(lambda image, label: (tf.image.resize(tf.image.random_crop(image, [tf.shape(image)[0], 120, 120, 3]), (150, 150)), label)), validation_dataset)",
    ),
    *wrong(
        "returned", BOTH_SPLITS, RETURN,
        return_swapped="return (validation_dataset, training_dataset)",
        return_reversed="return tuple(reversed((training_dataset, validation_dataset)))",
    ),
    *wrong(
        "returned", {"validation-data": "failed"}, RETURN,
        return_training_twice="return (training_dataset, training_dataset)",
        return_validation_of_training="validation_dataset = training_dataset.take(1)\nreturn (training_dataset, validation_dataset)",
    ),
    *wrong(
        "returned", {"train-data": "failed"}, RETURN,
        return_validation_twice="return (validation_dataset, validation_dataset)",
        return_joined="return (training_dataset.concatenate(validation_dataset), validation_dataset)",
    ),
    *wrong(
        "returned", {"train-data": "partial"}, RETURN,
        return_one_batch="return (training_dataset.take(1), validation_dataset)",
        return_skipped="return (training_dataset.skip(1), validation_dataset)",
        return_twice_over="return (training_dataset.repeat(2), validation_dataset)",
        return_whole_batches="return (training_dataset.unbatch().batch(32, drop_remainder=True), validation_dataset)",
    ),
    *wrong(
        "returned", {"validation-data": "partial"}, RETURN,
        return_half_of_validation="return (training_dataset, validation_dataset.take(1))",
        return_sharded="return (training_dataset, validation_dataset.unbatch().shard(2, 0).batch(32))",
    ),
    *wrong(
        "returned", SIZES, RETURN,
        return_unbatched="return (training_dataset.unbatch(), validation_dataset)",
        return_rebatched="return (training_dataset.rebatch(20), validation_dataset)",
        return_cropped="return (training_dataset.map(lambda image, label: (image[:, :140, :140], label)), validation_dataset)",
    ),
    *wrong(
        "returned", {"labels": "failed"}, RETURN,
        return_all_zero="return (training_dataset.map(lambda image, label: (image, label * 0)), validation_dataset.map(lambda image, label: (image, label * 0)))",
        return_rolled="return (training_dataset.map(lambda image, label: (image, tf.roll(label, 1, axis=0))), validation_dataset)",
        return_images_only="return (training_dataset.map(lambda image, label: image), validation_dataset.map(lambda image, label: image))",
        return_halves="return (training_dataset.map(lambda image, label: (image, label * 0.5)), validation_dataset)",
        return_one_hot="return (training_dataset.map(lambda image, label: (image, tf.one_hot(tf.cast(label[:, 0], tf.int32), 2))), validation_dataset)",
    ),
    made("return-turned-round-in-one", "returned label-mode", (RETURN, "return (training_dataset.map(lambda image, label: (image, 1.0 - tf.cast(label, tf.float32))), validation_dataset)"), {"labels": "partial"}),
    made("return-one-only", "returned", (RETURN, "return training_dataset"), {"validation-data": "failed"}, alone=True),
    made("return-nothing", "returned", (RETURN, "pass"), {name: "failed" for name in ("train-data", "validation-data", "batch-and-size", "labels", "scaling")}, alone=True),
    *wrong(
        "reading", {"validation-data": "failed"}, full("image_dataset_from_directory(..., directory=VALIDATION_DIR)"),
        validation_from_training=full("image_dataset_from_directory(..., directory=TRAIN_DIR)"),
        validation_split=full("image_dataset_from_directory(..., directory=TRAIN_DIR, validation_split=0.2, subset='validation')"),
        validation_replaced=full("image_dataset_from_directory(..., directory=VALIDATION_DIR.replace('validation', 'train'))"),
    ),
    *wrong(
        "reading", {"train-data": "failed"}, full("image_dataset_from_directory(..., directory=TRAIN_DIR)"),
        training_from_validation=full("image_dataset_from_directory(..., directory=VALIDATION_DIR)"),
        training_replaced=full("image_dataset_from_directory(..., directory=TRAIN_DIR.replace('train', 'validation'))"),
    ),
    *wrong(
        "reading", {"train-data": "partial"}, full("image_dataset_from_directory(..., directory=TRAIN_DIR)"),
        training_split=full("image_dataset_from_directory(..., directory=TRAIN_DIR, validation_split=0.2, subset='training')"),
    ),
    made("folders-swapped", "reading", [(full("training_dataset = image_dataset_from_directory(..., directory=TRAIN_DIR)\nvalidation_dataset = image_dataset_from_directory(..., directory=VALIDATION_DIR)"), full("training_dataset = image_dataset_from_directory(..., directory=VALIDATION_DIR)\nvalidation_dataset = image_dataset_from_directory(..., directory=TRAIN_DIR)"))], BOTH_SPLITS),
    *wrong(
        "batch", SIZES, full("image_dataset_from_directory(..., batch_size=32)"),
        batch_64=full("image_dataset_from_directory(..., batch_size=64)"),
        batch_20=full("image_dataset_from_directory(..., batch_size=20)"),
        batch_none=full("image_dataset_from_directory(..., batch_size=None)"),
        batch_one=full("image_dataset_from_directory(..., batch_size=1)"),
        batch_31=full("image_dataset_from_directory(..., batch_size=31)"),
    ),
    made("batch-of-one-only", "batch", [(full(TRAIN), full("training_dataset = image_dataset_from_directory(..., directory=TRAIN_DIR, batch_size=16)"))], SIZES),
    *wrong(
        "size", SIZES, full("image_dataset_from_directory(..., image_size=(150, 150))"),
        size_default=full("image_dataset_from_directory(...)"),
        size_180=full("image_dataset_from_directory(..., image_size=(180, 180))"),
        size_151=full("image_dataset_from_directory(..., image_size=(151, 151))"),
        size_not_square=full("image_dataset_from_directory(..., image_size=(150, 155))"),
        size_rgba=full("image_dataset_from_directory(..., image_size=(150, 150), color_mode='rgba')"),
        size_grey=full("image_dataset_from_directory(..., image_size=(150, 150), color_mode='grayscale')"),
    ),
    *wrong(
        "label-mode", {"labels": "failed"}, full("image_dataset_from_directory(..., label_mode='binary')"),
        labels_categorical=full("image_dataset_from_directory(..., label_mode='categorical')"),
        labels_none=full("image_dataset_from_directory(..., label_mode=None)"),
    ),
]

# ---------------------------------------------------------------- generators (revisions a and b)

FLOW = "_g.flow_from_directory(..., class_mode='binary')"
SIDES = "_g.flow_from_directory(..., target_size=(150, 150))"
ANY = "_g.flow_from_directory(...)"
BATCH = "_g.flow_from_directory(..., batch_size=_b)"
SCALED = "ImageDataGenerator(rescale=1.0 / 255.0)"
AUGMENTED = "ImageDataGenerator(..., rescale=1.0 / 255.0)"
BY_CHANNEL = "preprocessing_function=lambda image: (image - image.mean((0, 1))) / (image.std((0, 1)) + 1e-6)"
TRAINING = ("train_generator = _g.flow_from_directory(..., directory=TRAINING_DIR)", "train_generator = _g.flow_from_directory(train_dir, ...)")
VALIDATION = ("validation_generator = _g.flow_from_directory(..., directory=VALIDATION_DIR)", "validation_generator = _g.flow_from_directory(validation_dir, ...)")
OTHER = "TRAINING_DIR if 'TRAINING_DIR' in locals() else train_dir"
OTHER_VALIDATION = "VALIDATION_DIR if 'VALIDATION_DIR' in locals() else validation_dir"

GENERATORS = [
    *right(
        "label-mode", FLOW,
        flow_sparse="_g.flow_from_directory(..., class_mode='sparse')",
        flow_classes="_g.flow_from_directory(..., class_mode='binary', classes=['horses', 'humans'])",
        flow_turned_round="_g.flow_from_directory(..., class_mode='binary', classes=['humans', 'horses'])",
    ),
    *right(
        "size", SIDES,
        flow_sides_product="_g.flow_from_directory(..., target_size=(150,) * 2)",
        flow_sides_list="_g.flow_from_directory(..., target_size=[150, 150])",
        flow_nearest="_g.flow_from_directory(..., target_size=(150, 150), interpolation='bilinear')",
        flow_rgb="_g.flow_from_directory(..., target_size=(150, 150), color_mode='rgb')",
    ),
    *right(
        "shuffling", ANY,
        flow_not_shuffled="_g.flow_from_directory(..., shuffle=False)",
        flow_seed="_g.flow_from_directory(..., seed=7)",
        flow_getattr="getattr(_g, 'flow_from_directory')(...)",
        flow_links="_g.flow_from_directory(..., follow_links=True)",
    ),
    *right("batch", BATCH, flow_batch_product="_g.flow_from_directory(..., batch_size=_b * 1)"),
    *right(
        "scaling", SCALED,
        scaled_whole="ImageDataGenerator(rescale=1 / 255)",
        scaled_by_function="ImageDataGenerator(preprocessing_function=lambda image: image / 255.0)",
    ),
    *right(
        "augmentation", "ImageDataGenerator(..., rotation_range=40)",
        augmented_less="ImageDataGenerator(..., rotation_range=10)",
        augmented_filled="ImageDataGenerator(..., rotation_range=40, fill_mode='nearest')",
        augmented_not="ImageDataGenerator(...)",
        augmented_in_colour="ImageDataGenerator(..., rotation_range=40, brightness_range=(0.6, 1.4), channel_shift_range=40.0)",
    ),
    made("scaled-both-by-channel", "scaling", (AUGMENTED, f"ImageDataGenerator(..., {BY_CHANNEL})")),
    # ------------------------------------------------------------ mistakes
    *wrong(  # of one of the two only: no point is lost by it
        "scaling", {"scaling": "partial"}, SCALED,
        scaled_by_channel=f"ImageDataGenerator({BY_CHANNEL})",
        scaled_by_network="ImageDataGenerator(preprocessing_function=tf.keras.applications.inception_v3.preprocess_input)",
        scaled_by_itself="ImageDataGenerator(samplewise_center=True, samplewise_std_normalization=True)",
        scaled_in_first_place="ImageDataGenerator(1.0 / 255.0)",
        scaled_without_fit="ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)",
        scaled_not="ImageDataGenerator()",
    ),
    *wrong(
        "label-mode", {"labels": "failed"}, FLOW,
        flow_categorical="_g.flow_from_directory(..., class_mode='categorical')",
        flow_no_labels="_g.flow_from_directory(..., class_mode=None)",
        flow_default_labels="_g.flow_from_directory(...)",
    ),
    *wrong(
        "size", SIZES, SIDES,
        flow_180="_g.flow_from_directory(..., target_size=(180, 180))",
        flow_not_square="_g.flow_from_directory(..., target_size=(150, 155))",
        flow_default_size="_g.flow_from_directory(...)",
        flow_rgba="_g.flow_from_directory(..., target_size=(150, 150), color_mode='rgba')",
    ),
    *wrong(
        "batch", SIZES, BATCH,
        flow_batch_64="_g.flow_from_directory(..., batch_size=64)",
        flow_batch_10="_g.flow_from_directory(..., batch_size=10)",
        flow_batch_one="_g.flow_from_directory(..., batch_size=1)",
    ),
    *wrong(
        "reading", {"validation-data": "failed"}, VALIDATION,
        flow_validation_from_training=f"validation_generator = _g.flow_from_directory({OTHER}, ...)",
    ),
    *wrong(
        "reading", {"train-data": "failed"}, TRAINING,
        flow_training_from_validation=f"train_generator = _g.flow_from_directory({OTHER_VALIDATION}, ...)",
    ),
    made("flow-swapped", "reading", [(TRAINING, f"train_generator = _g.flow_from_directory({OTHER_VALIDATION}, ...)"), (VALIDATION, f"validation_generator = _g.flow_from_directory({OTHER}, ...)")], BOTH_SPLITS),
]

DATA = (*DATASETS, *GENERATORS)
