"""Rewrites of the function that reads the digits."""

from __future__ import annotations

from rewriting import made, right, wrong

OPEN = "data = np.load('digits.npz')"
TRAIN = "x_train = data['x_train'][..., np.newaxis] / 16.0"
TEST = "x_test = data['x_test'][..., np.newaxis] / 16.0"
IMAGES = "_x = data[_k][..., np.newaxis] / 16.0"
LABELS_TRAIN = "y_train = data['y_train']"
LABELS_TEST = "y_test = data['y_test']"
LABELS = f"{LABELS_TRAIN}\n{LABELS_TEST}"
RETURN = "return ((x_train, y_train), (x_test, y_test))"

NO_TRAIN = {"train-data": "failed"}
NO_TEST = {"test-data": "failed"}
NO_LABELS = {"labels": "failed"}
NOT_SCALED = {"scaled": "failed"}
HALF_SCALED = {"scaled": "partial"}
NO_SHAPE = {"shape": "failed"}
NOTHING = {"train-data": "failed", "test-data": "failed", "shape": "failed", "scaled": "failed", "labels": "failed"}


def both(train, test=None):
    """A change of both lines that prepare images: `{x}` stands for the name of the array."""
    return [
        (TRAIN, "x_train = " + train.replace("{x}", "data['x_train']")),
        (TEST, "x_test = " + (test or train).replace("{x}", "data['x_test']")),
    ]


DATA = [
    *right(
        "open", OPEN,
        open_dict="with np.load('digits.npz') as file:\n    data = dict(file)",
        open_path="data = np.load(__import__('pathlib').Path('digits.npz'))",
        open_here="data = np.load('./digits.npz')",
        open_no_pickle="data = np.load('digits.npz', allow_pickle=False)",
        open_stream="with open('digits.npz', 'rb') as stream:\n    file = np.load(stream)\n    data = {name: file[name] for name in file.files}",
        open_keyword="data = np.load(file='digits.npz')",
    ),
    made("images-expanded", "images", both("np.expand_dims({x}, -1) / 16.0")),
    made("images-expanded-by-tensorflow", "images", both("tf.expand_dims({x} / 16, -1)")),
    made("images-reshaped", "images", both("{x}.reshape((len({x}), 8, 8, 1)) / 16.0")),
    made("images-reshaped-open", "images", both("{x}.reshape(-1, 8, 8, 1) / 16.0")),
    made("images-none", "images", both("{x}[:, :, :, None] / 16.0")),
    made("images-float32", "images", both("{x}.astype('float32')[..., np.newaxis] / 16.0")),
    made("images-float32-first", "images", both("np.float32({x})[..., np.newaxis] / np.float32(16)")),
    made("images-cast", "images", both("tf.cast({x}[..., np.newaxis], tf.float32) / 16.0")),
    made("images-times", "images", both("{x}[..., np.newaxis] * (1 / 16)")),
    made("images-by-maximum", "images", both("{x}[..., np.newaxis] / data['x_train'].max()")),
    made("images-rescaling", "images", both("np.array(tf.keras.layers.Rescaling(1 / 16)({x}[..., np.newaxis]))")),
    made("images-half-precision", "images", both("({x}[..., np.newaxis] / 16.0).astype('float16')")),
    made("images-divided-twice", "images", both("{x}[..., np.newaxis] / 4 / 4")),
    made("images-in-place", "images", both("np.divide({x}[..., np.newaxis], 16.0)")),
    made("images-listed", "images", both("np.array([image[..., np.newaxis] / 16.0 for image in {x}])")),
    *right(
        "labels", LABELS,
        labels_int32="y_train = data['y_train'].astype('int32')\ny_test = data['y_test'].astype('int32')",
        labels_bytes="y_train = data['y_train'].astype('uint8')\ny_test = data['y_test'].astype('uint8')",
        labels_column="y_train = data['y_train'].reshape(-1, 1)\ny_test = data['y_test'].reshape(-1, 1)",
        labels_copied="y_train = np.array(data['y_train'])\ny_test = np.array(data['y_test'])",
        labels_float="y_train = data['y_train'].astype('float32')\ny_test = data['y_test'].astype('float32')",
        labels_together="y_train, y_test = (data[f'y_{part}'] for part in ('train', 'test'))",
    ),
    *right(
        "result", RETURN,
        result_lists="return [[x_train, y_train], [x_test, y_test]]",
        result_named="train = (x_train, y_train)\ntest = (x_test, y_test)\nreturn train, test",
        result_tensors="tensor = tf.convert_to_tensor\nreturn (tensor(x_train), tensor(y_train)), (tensor(x_test), tensor(y_test))",
        result_shuffled="order = np.random.default_rng(1).permutation(len(x_train))\nreturn (np.array(x_train)[order], np.array(y_train)[order]), (x_test, y_test)",
        result_sorted="order = np.argsort(np.ravel(y_test), kind='stable')\nreturn (x_train, y_train), (np.array(x_test)[order], np.array(y_test)[order])",
        result_printed="print(np.shape(x_train), np.shape(x_test))\nreturn (x_train, y_train), (x_test, y_test)",
        result_checked="assert len(x_train) == len(y_train)\nreturn (x_train, y_train), (x_test, y_test)",
        result_backwards="return (x_train[::-1], y_train[::-1]), (x_test, y_test)",
    ),
    # ------------------------------------------------------------ mistakes
    made("train-from-test", "images labels", [(TRAIN, TRAIN.replace("'x_train'", "'x_test'")), (LABELS_TRAIN, "y_train = data['y_test']")], NO_TRAIN),
    made("test-from-train", "images labels", [(TEST, TEST.replace("'x_test'", "'x_train'")), (LABELS_TEST, "y_test = data['y_train']")], NO_TEST),
    *wrong(
        "result images labels", {**NO_TRAIN, **NO_TEST}, RETURN,
        parts_swapped="return (x_test, y_test), (x_train, y_train)",
        parts_joined="x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])\nreturn (x, y), (x, y)",
        parts_crossed="half = len(x_test) // 2\nx, y = np.concatenate([x_test, x_train[half:]]), np.concatenate([y_test, y_train[half:]])\nreturn (x, y), (x_train[:half], y_train[:half])",
    ),
    *wrong(
        "result images labels", {"train-data": "partial"}, RETURN,
        train_cut_short="return (x_train[:-5], y_train[:-5]), (x_test, y_test)",
        train_from_the_second="return (x_train[1:], y_train[1:]), (x_test, y_test)",
        train_every_other="return (x_train[::2], y_train[::2]), (x_test, y_test)",
        train_of_some_digits="kept = np.ravel(y_train) < 8\nreturn (x_train[kept], y_train[kept]), (x_test, y_test)",
    ),
    *wrong(
        "result images labels", {"test-data": "partial"}, RETURN,
        test_cut_short="return (x_train, y_train), (x_test[:-3], y_test[:-3])",
        test_halved="return (x_train, y_train), (x_test[::2], y_test[::2])",
    ),
    *wrong(
        "result labels images", NO_LABELS, RETURN,
        labels_backwards="return (x_train, y_train[::-1]), (x_test, y_test[::-1])",
        labels_shuffled="return (x_train, np.random.default_rng(2).permutation(y_train)), (x_test, y_test)",
        images_shuffled="return (np.random.default_rng(2).permutation(x_train), y_train), (x_test, y_test)",
        labels_sorted="return (x_train, np.sort(y_train)), (x_test, y_test)",
        labels_moved_on="return (x_train, np.roll(y_train, 1)), (x_test, y_test)",
    ),
    *wrong(
        "labels result", NO_LABELS, LABELS,
        labels_all_zero="y_train = data['y_train'] * 0\ny_test = data['y_test'] * 0",
        labels_even_or_odd="y_train = data['y_train'] % 2\ny_test = data['y_test'] % 2",
    ),
    made("never-scaled", "images", both("{x}[..., np.newaxis]"), NOT_SCALED),
    made("never-scaled-float", "images", both("{x}[..., np.newaxis].astype('float32')"), NOT_SCALED),
    made("scaled-by-255", "images", both("{x}[..., np.newaxis] / 255.0"), NOT_SCALED),
    made("scaled-twice", "images", both("{x}[..., np.newaxis] / 16.0 / 16.0"), NOT_SCALED),
    made("scaled-the-other-way", "images", both("{x}[..., np.newaxis] * 16.0"), NOT_SCALED),
    made("scaled-to-minus-one", "images", both("{x}[..., np.newaxis] / 8.0 - 1"), NOT_SCALED),
    made("scaled-train-only", "images", [(TEST, "x_test = data['x_test'][..., np.newaxis]")], HALF_SCALED),
    made("scaled-test-only", "images", [(TRAIN, "x_train = data['x_train'][..., np.newaxis]")], HALF_SCALED),
    made("no-channels", "images", both("{x} / 16.0"), NO_SHAPE),
    made("channels-first", "images", both("{x}[:, np.newaxis] / 16.0"), NO_SHAPE),
    made("three-channels", "images", both("np.repeat({x}[..., np.newaxis], 3, -1) / 16.0"), NO_SHAPE),
    made("flattened", "images", both("{x}.reshape(-1, 64) / 16.0"), NO_SHAPE),
    made("one-axis-too-many", "images", both("{x}[..., np.newaxis, np.newaxis] / 16.0"), NO_SHAPE),
    *wrong(
        "open images labels result", NOTHING, OPEN,
        open_another_file="data = np.load('numbers.npz')",
        open_nothing="data = None",
        open_raises="raise ValueError('later')",
    ),
    *wrong(
        "open images labels result", NOTHING, RETURN,
        result_none="return None",
        result_forgotten="pass",
        result_printed_only="print((x_train, y_train), (x_test, y_test))",
        result_words="return ('x_train', 'y_train'), ('x_test', 'y_test')",
    ),
]
