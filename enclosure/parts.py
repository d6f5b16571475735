"""The list of parts: how each is made, how it is printed, where it goes."""

from dataclasses import dataclass

from . import base, chamber, coupon, foot, roof, strain, switch, walls, window

IN_DEG, OUT_DEG = 12.5, -12.5  # half of the toggle's throw each way


@dataclass(frozen=True)
class Printed:
    make: object
    pose: object
    material: str
    colour: str
    exploded: tuple = (0, 0, 0)
    in_house: bool = True
    quality: str = "body"


PRINTED = {
    "foot": Printed(foot.make, foot.print_pose, "TPU 95A", "#4a4f57", (0, 0, -46), True, "foot"),
    "base": Printed(base.make, base.print_pose, "PLA, stone grey", "#8d9299", (0, 0, -20)),
    "strain": Printed(strain.make, strain.print_pose, "PLA, any", "#c9803a", (0, 0, 14)),
    "walls": Printed(walls.make, walls.print_pose, "PLA, opaque cream", "#ecdfc3", (0, 0, 52)),
    "window": Printed(window.make, window.print_pose, "PLA, opaque blue", "#3f7f8c", (0, -50, 30)),
    "chamber": Printed(chamber.make, chamber.print_pose, "PLA, any", "#6f7f94", (-30, 0, 30)),
    "crank": Printed(
        switch.make_crank, switch.print_pose_crank, "PLA, any", "#c9803a", (24, 0, 26)
    ),
    "lever": Printed(switch.make, switch.print_pose, "PLA, yellow", "#f2b632", (72, 0, 52)),
    "roof": Printed(
        roof.make, roof.print_pose, "PLA, plain white", "#f6f3ea", (0, 0, 110), True, "roof"
    ),
    "coupon": Printed(
        coupon.make, coupon.print_pose, "PLA, the roof's", "#f6f3ea", (0, 0, 0), False, "roof"
    ),
}
TURNING = ("lever", "crank")
