"""The two classes of the stand-in data: a horse and a human, each in many poses and colours.

Both draw around the origin with about one unit of height, so that size and place tell nothing.
"""

from __future__ import annotations

from random import Random

from pen import Colour, Pen, Point, any_colour, apart, shade, step, vary

COATS: tuple[Colour, ...] = (
    (110, 66, 34), (150, 92, 48), (74, 48, 34), (40, 36, 36), (212, 206, 196), (150, 146, 144),
    (196, 156, 100), (122, 54, 34), (92, 84, 80), (228, 222, 208),
)  # fmt: skip
SKINS: tuple[Colour, ...] = (
    (250, 220, 196), (232, 186, 150), (204, 150, 112), (160, 108, 74), (112, 72, 50), (78, 52, 40),
)  # fmt: skip
HAIRS: tuple[Colour, ...] = (
    (28, 22, 20), (70, 44, 26), (120, 74, 36), (200, 160, 84), (150, 60, 30), (170, 168, 166),
)  # fmt: skip
CLOTHES: tuple[Colour, ...] = (
    (40, 60, 120), (150, 40, 46), (46, 110, 70), (230, 226, 216), (34, 34, 40), (120, 84, 50),
    (200, 170, 60), (120, 120, 126), (90, 60, 120), (206, 120, 60), (96, 70, 46), (180, 150, 110),
)  # fmt: skip


# ---------------------------------------------------------------- horse

GAITS: dict[str, tuple[float, float]] = {
    "standing": (4, 4), "walking": (18, 14), "trotting": (34, 40), "grazing": (8, 6),
    "rearing": (24, 50),
}  # fmt: skip
"""Pose → spread of the upper legs and bend of the lower legs, in degrees."""


def draw_horse(pen: Pen, random: Random) -> None:
    """A horse from the side: body, four legs with joints, neck, head, mane and tail."""
    pose = random.choices(list(GAITS), weights=(3, 4, 3, 2, 1))[0]
    if pose == "rearing":
        pen.turn -= random.uniform(6, 15)
    coat = vary(random, apart(random, COATS, pen.sheet.behind))
    hair = vary(random, random.choice((shade(coat, 0.45), (30, 26, 24), (220, 210, 190))), 10)
    girth = random.uniform(0.9, 1.15)
    for x in (-0.31, 0.29):
        _horse_leg(pen, random, (x + random.uniform(0.02, 0.06), 0.05), pose, shade(coat, 0.72))
    _horse_tail(pen, random, hair)
    pen.ellipse((0.0, 0.0), 0.4, 0.185 * girth, coat)
    pen.ellipse((-0.28, -0.02), 0.2, 0.2 * girth, coat)
    pen.ellipse((0.28, -0.01), 0.19, 0.2 * girth, coat)
    pen.ellipse((-0.05, -0.09), 0.34, 0.07, shade(coat, 1.12))
    for x in (-0.31, 0.29):
        _horse_leg(pen, random, (x, 0.07), pose, coat)
    _horse_head(pen, random, pose, coat, hair)
    if random.random() < 0.25:
        _saddle(pen, random)


def _horse_leg(pen: Pen, random: Random, hip: Point, pose: str, colour: Colour) -> None:
    spread, bend = GAITS[pose]
    upper = 90 + random.uniform(-spread, spread)
    lower = upper + random.uniform(-bend, bend)
    knee = step(hip, upper, 0.24)
    ankle = step(knee, lower, 0.23)
    hoof = step(ankle, lower, 0.045)
    pen.limb([hip, knee], [0.15, 0.08], colour)
    pen.limb([knee, ankle], [0.075, 0.05], colour)
    pen.limb([ankle, hoof], [0.055, 0.075], (40, 34, 30))


def _horse_head(pen: Pen, random: Random, pose: str, coat: Colour, hair: Colour) -> None:
    lift = {"grazing": random.uniform(25, 60)}.get(pose, random.uniform(-68, -28))
    root = (0.36, -0.07)
    poll = step(root, lift, random.uniform(0.36, 0.46))
    nose_angle = (
        lift + random.uniform(68, 100) if pose != "grazing" else lift + random.uniform(10, 50)
    )
    nose = step(poll, nose_angle, 0.27)
    crest = [step(root, lift - 90, 0.09), step(poll, lift - 90, 0.07)]
    pen.limb([crest[0], crest[1], step(poll, nose_angle, 0.05)], [0.11, 0.09, 0.05], hair)
    pen.limb([root, poll], [0.27, 0.14], coat)
    pen.limb([poll, nose], [0.15, 0.085], coat)
    pen.ellipse(nose, 0.05, 0.045, shade(coat, 0.7))
    for turn in (-62, -98):
        tip = step(poll, nose_angle + turn - 60, 0.15)
        pen.limb([poll, tip], [0.07, 0.012], shade(coat, 0.85))
    pen.ellipse(step(poll, nose_angle - 14, 0.085), 0.018, 0.018, (16, 14, 14))
    if random.random() < 0.3:
        pen.limb([step(poll, nose_angle, 0.05), nose], [0.03, 0.02], (236, 232, 224))


def _horse_tail(pen: Pen, random: Random, hair: Colour) -> None:
    angle = random.uniform(95, 150)
    root = (-0.45, -0.08)
    middle = step(root, angle, 0.2)
    pen.limb([root, middle, step(middle, angle - 30, 0.24)], [0.06, 0.1, 0.03], hair)


def _saddle(pen: Pen, random: Random) -> None:
    colour = vary(random, random.choice(CLOTHES))
    pen.polygon([(-0.14, -0.2), (0.1, -0.2), (0.13, 0.05), (-0.12, 0.05)], colour)
    pen.ellipse((-0.02, -0.2), 0.13, 0.04, shade(colour, 0.6))


# ---------------------------------------------------------------- human


def draw_human(pen: Pen, random: Random) -> None:
    """A person: torso, arms and legs with joints, head, hair and clothes."""
    skin = vary(random, random.choice(SKINS), 10)
    behind = pen.sheet.behind
    shirt, trousers = (vary(random, apart(random, CLOTHES, behind)) for _ in range(2))
    width = random.uniform(0.85, 1.2)
    stride, bent = random.choice(((4, 4), (14, 12), (28, 40), (8, 75)))
    hip, neck = (0.0, 0.04), (random.uniform(-0.03, 0.03), -0.31)
    reach = random.choice((14, 30, 70, 150))
    hair = vary(random, random.choice(HAIRS), 8)
    long_hair = random.random() < 0.4
    if long_hair:
        pen.limb([(neck[0], -0.44), (neck[0], -0.26)], [0.17, 0.15], hair)
    sides = [-1, 1]
    random.shuffle(sides)
    _human_arm(pen, random, neck, sides[0] * width, reach, shade(shirt, 0.8), skin)
    for side in sides:
        _human_leg(pen, random, hip, side * width, (stride, bent), trousers, skin)
    pen.polygon(
        [
            (neck[0] - 0.125 * width, neck[1] + 0.02), (neck[0] + 0.125 * width, neck[1] + 0.02),
            (0.095 * width, 0.08), (-0.095 * width, 0.08),
        ],
        shirt,
    )  # fmt: skip
    if random.random() < 0.25:
        pen.polygon([(-0.08, 0.0), (0.08, 0.0), (0.19 * width, 0.3), (-0.19 * width, 0.3)], shirt)
    _human_arm(pen, random, neck, sides[1] * width, reach, shirt, skin)
    _human_head(pen, random, neck, skin, hair)


def _human_leg(
    pen: Pen,
    random: Random,
    hip: Point,
    side: float,
    pose: tuple[float, float],
    colour: Colour,
    skin: Colour,
) -> None:
    stride, bent = pose
    start = (hip[0] + 0.05 * side, hip[1])
    upper = 90 - side * random.uniform(0, stride)
    lower = upper + random.uniform(0, bent) * random.choice((-1, 1))
    knee = step(start, upper, 0.21)
    ankle = step(knee, lower, 0.21)
    bare = random.random() < 0.2
    pen.limb([start, knee], [0.11, 0.085], colour)
    pen.limb([knee, ankle], [0.08, 0.055], skin if bare else colour)
    pen.limb([ankle, (ankle[0] + random.choice((-0.06, 0.06)), ankle[1] + 0.015)], [0.05, 0.045],
             vary(random, (50, 40, 36), 30))  # fmt: skip


def _human_arm(
    pen: Pen,
    random: Random,
    neck: Point,
    side: float,
    reach: float,
    colour: Colour,
    skin: Colour,
) -> None:
    shoulder = (neck[0] + 0.115 * side, neck[1] + 0.045)
    upper = 90 - (1 if side > 0 else -1) * random.uniform(4, reach)
    elbow = step(shoulder, upper, 0.16)
    hand = step(elbow, upper + random.uniform(-50, 50), 0.16)
    sleeve = skin if random.random() < 0.4 else colour
    pen.limb([shoulder, elbow], [0.075, 0.058], colour)
    pen.limb([elbow, hand], [0.055, 0.042], sleeve)
    pen.ellipse(hand, 0.03, 0.03, skin)


def _human_head(pen: Pen, random: Random, neck: Point, skin: Colour, hair: Colour) -> None:
    centre = (neck[0] + random.uniform(-0.02, 0.02), neck[1] - 0.125)
    pen.limb([neck, centre], [0.06, 0.06], shade(skin, 0.88))
    pen.ellipse((centre[0], centre[1] - 0.022), 0.078, 0.085, hair)
    pen.ellipse((centre[0], centre[1] + 0.012), 0.066, 0.078, skin)
    if random.random() < 0.85:  # the others are seen from behind
        for x in (-0.026, 0.026):
            pen.ellipse((centre[0] + x, centre[1] + 0.0), 0.009, 0.007, (26, 22, 24))
        pen.limb([(centre[0] - 0.02, centre[1] + 0.048), (centre[0] + 0.02, centre[1] + 0.048)],
                 [0.01, 0.01], (150, 70, 66))  # fmt: skip
    else:
        pen.ellipse((centre[0], centre[1] + 0.012), 0.066, 0.078, hair)
    if random.random() < 0.2:
        hat = any_colour(random)
        pen.ellipse((centre[0], centre[1] - 0.05), 0.115, 0.022, hat)
        pen.ellipse((centre[0], centre[1] - 0.085), 0.066, 0.05, hat)
