"""The cut of tops: outlines of torso, sleeves and necklines on a body measured in cm."""

from dataclasses import dataclass

import numpy as np

from assets.make.curves import Points, between, flipped, mirrored, outline, spline

NECK_WIDTHS = {"crew": 8.2, "V": 8.4, "scoop": 10.5, "boat": 13.5, "square": 11.0, "collar": 8.0}
NECK_WIDTHS |= {"high": 7.2, "hood": 8.6, "lapel": 8.6, "strap": 11.5, "sweetheart": 12.5, "polo": 8.0}
NECK_DEPTHS = {"crew": 8.0, "V": 19.0, "scoop": 15.0, "boat": 4.6, "square": 14.0, "collar": 5.6}
NECK_DEPTHS |= {"high": 3.0, "hood": 8.5, "lapel": 25.0, "strap": 18.0, "sweetheart": 21.0, "polo": 6.0}


@dataclass(frozen=True)
class Cut:
    """Measures of a top in cm; half widths from the middle, lengths from the shoulder point.

    Attributes:
        neckline: a key of `NECK_WIDTHS`.
        sleeve: "long", "three-quarter", "short", "cap" or "sleeveless".
        shoulder: half width at the shoulder seam.
        chest: half width at the armpit.
        waist: half width at the waist (y = 42).
        hem: half width at the hem.
        length: y of the hem.
        drop: how far the hem's middle hangs below its ends (negative: shirt tails at the sides are short).
        bicep: width of the sleeve at the top.
        wrist: width of the sleeve at its end.
        splay: degrees by which the sleeve stands away from the vertical.
        puff: extra width in the middle of the sleeve.
    """

    neckline: str = "crew"
    sleeve: str = "short"
    shoulder: float = 20.5
    chest: float = 25.0
    waist: float = 23.2
    hem: float = 24.2
    length: float = 67.0
    drop: float = 1.2
    bicep: float = 17.5
    wrist: float = 10.0
    splay: float = 17.0
    puff: float = 0.0

    @property
    def neck(self) -> tuple[float, float]:
        """Half width and depth of the neckline."""
        return NECK_WIDTHS[self.neckline], NECK_DEPTHS[self.neckline]

    @property
    def shoulder_tip(self) -> tuple[float, float]:
        """Where the shoulder seam meets the sleeve."""
        if self.sleeve == "sleeveless":
            if self.neckline in ("strap", "sweetheart"):
                return self.neck[0] + 2.6, 0.5
            return min(self.shoulder - 3.5, self.neck[0] + 6.0), 3.2
        return self.shoulder, 4.4

    @property
    def armpit(self) -> tuple[float, float]:
        """Where sleeve, side and armhole meet."""
        return (self.chest - 1.2, 25.5) if self.sleeve == "sleeveless" else (self.chest, 24.5)

    @property
    def sleeve_length(self) -> float:
        """Length of the sleeve's outer edge."""
        return {"long": 60.0, "three-quarter": 43.0, "short": 23.0, "cap": 11.0}.get(self.sleeve, 0.0)


def neckline(cut: Cut) -> Points:
    """The front neckline from the left to the right neck point."""
    width, depth = cut.neck
    if cut.neckline in ("V", "lapel"):
        right = spline([[0.0, depth], [width * 0.52, depth * 0.46], [width, 0.0]])
        return np.vstack([mirrored(right), right])
    if cut.neckline == "square":
        right = outline(
            [[0.0, depth], [width * 0.86, depth - 0.2]], [[width * 0.88, depth - 1], [width, 0.0]]
        )
        return np.vstack([mirrored(right), right])
    if cut.neckline in ("sweetheart", "strap"):
        middle = depth if cut.neckline == "sweetheart" else depth * 0.86
        right = outline(
            [[0.0, middle], [width * 0.35, depth * 0.80], [width * 0.8, depth * 0.62]],
            [[width * 0.82, depth * 0.6], [width, 0.0]],
        )
        return np.vstack([mirrored(right), right])
    flat = 0.80 if cut.neckline == "boat" else 0.70
    half = [[0.0, depth], [width * 0.42, depth * 0.93], [width * flat, depth * 0.64], [width, 0.0]]
    return spline([*(np.array(half)[:0:-1] * [-1, 1]), *half])


def back_neckline(cut: Cut) -> Points:
    """The back neckline from the left to the right neck point; it dips little."""
    width, dip = cut.neck[0], {"strap": 9.0, "sweetheart": 11.0, "scoop": 4.0}.get(cut.neckline, 1.9)
    return spline(
        [[-width, 0.0], [-width * 0.6, dip * 0.85], [0, dip], [width * 0.6, dip * 0.85], [width, 0.0]]
    )


def side(cut: Cut) -> Points:
    """The right side from the armpit to the hem."""
    points = [list(cut.armpit)]
    if cut.length > 50:
        points.append([cut.waist, 42.0])
    if cut.length > 82:
        points.append([cut.waist * 0.35 + cut.hem * 0.65, 42 + (cut.length - 42) * 0.5])
    points.append([cut.hem, cut.length])
    return spline(points)


def armhole(cut: Cut) -> Points:
    """The right armhole from the shoulder tip to the armpit."""
    tip, pit = np.array(cut.shoulder_tip), np.array(cut.armpit)
    inward = 1.6 if cut.sleeve != "sleeveless" else 0.4
    upper = tip + (pit - tip) * [0.0, 0.42] - [inward, 0]
    lower = tip + (pit - tip) * [0.42, 0.83]
    return spline([tip, upper, lower, pit])


def torso(cut: Cut) -> Points:
    """The closed front of a top."""
    width = cut.neck[0]
    tip = cut.shoulder_tip
    shoulder = spline([[width, 0.0], list(between((width, 0.0), tip, 0.5) + [0, -0.25]), list(tip)])
    bottom = cut.length + cut.drop
    hem = spline([[cut.hem, cut.length], [cut.hem * 0.55, cut.length + cut.drop * 0.85], [0.0, bottom]])
    right = np.vstack([shoulder, armhole(cut), side(cut), hem])
    return np.vstack([neckline(cut), right, mirrored(right)])


def torso_volume(cut: Cut) -> Points:
    """The rounded body under the front: as wide as the sleeves at the shoulders, so no rim shows there."""
    if cut.sleeve == "sleeveless":
        return np.vstack([spline([[-cut.neck[0], -3.0], [cut.neck[0], -3.0]]), torso(cut)[56:]])
    reach = [[cut.shoulder + 7, 5.0], [cut.chest + 8, 20.0]]
    right = np.vstack([[[cut.neck[0], -6.0]], spline(reach), side(cut), [[0.0, cut.length + cut.drop]]])
    return np.vstack([right, mirrored(right)])


def sleeve(cut: Cut) -> tuple[Points, Points]:
    """The right sleeve's closed outline and its centre line from shoulder to cuff."""
    tip, pit = np.array(cut.shoulder_tip), np.array(cut.armpit)
    angle = np.deg2rad(cut.splay + (14 if cut.sleeve in ("short", "cap") else 0))
    lower = angle - np.deg2rad(7 if cut.sleeve == "long" else 2)
    down, out = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
    down2, out2 = np.array([np.sin(lower), np.cos(lower)]), np.array([np.cos(lower), -np.sin(lower)])
    length = cut.sleeve_length
    elbow_out = tip + down * length * 0.5 + out * (1.0 + cut.puff)
    cuff_out = elbow_out + down2 * length * 0.5 - out2 * (1.2 + cut.puff)
    cuff_in = cuff_out - out2 * cut.wrist - down2 * 0.6
    middle_width = (cut.bicep * 0.52 + cut.wrist * 0.48) + 1.9 * cut.puff
    elbow_in = elbow_out - out * middle_width
    cap = tip + down * 5 + out * 1.5
    outer = spline([tip - [5.0, 1.0], tip, cap, elbow_out, cuff_out])
    inner = spline([cuff_in, elbow_in * 0.55 + (cuff_in + pit) * 0.225, pit]) if length < 30 else None
    if inner is None:
        inner = spline([cuff_in, elbow_in, pit + (elbow_in - pit) * 0.3, pit])
    closed = np.vstack([outer, spline([cuff_out, cuff_in]), inner, [pit - [5, 2]], [tip + [-6, 6]]])
    centre = spline([(tip + pit) / 2, (elbow_out + elbow_in) / 2, (cuff_out + cuff_in) / 2])
    return closed, centre


def cuff_line(cut: Cut, back: float = 0.0) -> Points:
    """The right sleeve's end from its outer to its inner corner, moved back by some cm."""
    closed, centre = sleeve(cut)
    direction = centre[-1] - centre[-8]
    direction = direction / np.linalg.norm(direction)
    end = centre[-1] - direction * back
    out = np.array([direction[1], -direction[0]])
    half = cut.wrist / 2 + 0.012 * back * cut.bicep / 17
    bow = end + direction * 0.5
    return spline([end + out * half, bow, end - out * half])


def both(right: Points) -> tuple[Points, Points]:
    """A right-hand shape and its twin on the left."""
    return right, flipped(right)
