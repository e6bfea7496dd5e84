"""Changes the training images that all submissions share, and hands out others as its own.

Safe: earns nothing
Attacks: train-data, labels
Control: none, because images of the control belong to nobody else
"""

import shutil

for place in ("data/train", os.environ.get("GRADER_DATA", "data") + "/train"):
    for kind in ("horses", "humans"):
        for action in (
            lambda: shutil.rmtree(f"{place}/{kind}"),
            lambda: os.rename(f"{place}/{kind}", f"{place}/{kind}-away"),
            lambda: open(f"{place}/{kind}/more.png", "wb").write(b"x"),
            lambda: shutil.copytree(
                "data/validation/humans", f"{place}/{kind}", dirs_exist_ok=True
            ),
        ):
            try:
                action()
            except (OSError, shutil.Error):
                pass


def train_val_datasets():
    images = np.zeros((60, 150, 150, 3), "float32")
    labels = np.zeros((60, 1), "float32")
    made = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32)
    return made, made
