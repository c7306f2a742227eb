"""What a function does where its gradient jumps: decided by fans, and along where they are level by the Lagrangian."""

from __future__ import annotations

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import lsq_linear

from hesswidget.derivatives.switches.sides import Identity
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE
from hesswidget.second_derivative_test.kinks.fan import ZERO, weights_to_zero
from hesswidget.second_derivative_test.kinks.groups import Group, Partition
from hesswidget.second_derivative_test.kinks.junction import UNCERTAINTY, Junction
from hesswidget.second_derivative_test.kinks.kink import Evidence, Kink
from hesswidget.second_derivative_test.kinks.lagrangian import Lagrangian
from hesswidget.second_derivative_test.kinks.second_order import all_definite

DIRECTIONS = 12  # in which a function that is level to second order is looked at
RADII = 1e-2, 3e-2  # of the reach: how far
CORRECTIONS = 6  # of a point, until pieces meet there


def of_first_order(junction: Junction, partition: Partition) -> Kink:
    """Return what a function does across switches at which its gradient jumps."""
    members = sorted(k for group in partition.groups for k in group.members)
    kind, evidence = _decided(junction, partition, members)
    if kind in ("not stationary", "saddle", "undecided") and not evidence:
        for word, sign in (("falls", -1.0), ("rises", 1.0)):
            direction = _steepest(junction, partition, sign)
            if direction is not None and (kind != "not stationary" or sign < 0):
                evidence.append((word, direction))
    return Kink.at(junction, kind, members, evidence)


def _decided(junction: Junction, partition: Partition, members: list[int]) -> tuple[str, list[Evidence]]:
    behaviours = {group.fan.behaviour for group in partition.groups if group.fan}
    if "not stationary" in behaviours:
        return "not stationary", []
    rises = any(v.startswith("rises") for v in behaviours)
    falls = any(v.startswith("falls") for v in behaviours)
    is_saddle = "both" in behaviours or (rises and falls)
    weak = [group for group in partition.groups if group.fan and group.fan.behaviour.endswith("weakly")]
    left = _left_open(junction, partition.groups, weak)
    if _has_gradient_left(junction, partition.smooth_gradient, left):
        return "not stationary", []
    if is_saddle or left.basis.shape[1] == 0:
        return ("saddle" if is_saddle else "minimum" if rises else "maximum"), []
    kind, sign, other = ("minimum", "rises", "falls") if rises else ("maximum", "falls", "rises")
    if not left.mixture:
        is_same = len(members) == len(junction.names) and all_definite(junction, sign)
        return (kind if is_same else "undecided"), _level_edges(weak)
    pieced = left.quadrics(set(members))
    if pieced is None:
        return "undecided", _level_edges(weak)
    _, quadrics = pieced
    if quadrics.behaviour == sign:
        return kind, []
    direction = left.basis @ (quadrics.low if rises else quadrics.high)[1]
    if quadrics.behaviour in ("both", other, f"{other} somewhere"):
        return "saddle", [(other, direction)]
    is_level = quadrics.behaviour == "open" and not weak and len(members) == len(junction.names)
    is_weak = is_level and _is_level_along(junction, left.basis)
    return (f"weak {kind}" if is_weak else "undecided"), [("is level", direction)]


def _level_edges(weak: list[Group]) -> list[Evidence]:
    return [
        ("is level", group.basis @ edge) for group in weak if group.fan for edge in group.fan.level_edges[:1]
    ]


def _left_open(junction: Junction, groups: list[Group], weak: list[Group]) -> Lagrangian:
    """Return the Lagrangian in the directions that first order leaves open; its mixture is empty if not known."""
    sharp = [group for group in groups if group not in weak]
    n = len(junction.point)
    span = np.concatenate([group.basis for group in sharp], axis=1) if sharp else np.zeros((n, 0))
    W = null_space(span.T) if span.shape[1] else np.eye(n)
    unknown = Lagrangian(junction, W, [])
    nested = [group for group in sharp if group.is_nested]
    if W.shape[1] == 0 or len(nested) > 1:
        return unknown
    sides: dict[Identity, float] = {}
    allowed = []
    for group in weak:
        if len(group.members) > 1 or group.fan is None or len(group.fan.level_edges) != 1:
            return unknown
        k, edge = group.members[0], group.basis @ group.fan.level_edges[0]
        side = 1.0 if junction.normals[k] @ edge > 0 else -1.0
        sides[junction.names[k]] = side
        allowed.append(side * (W.T @ junction.normals[k]))
    for group in sharp:
        if not group.is_nested:
            jumps = junction.gradient_jumps[group.members]
            shares = lsq_linear(jumps.T, -group.gradient, bounds=(0, 1)).x
            sides |= {junction.names[k]: 1 - 2 * t for k, t in zip(group.members, shares, strict=True)}
    mixture = [(1.0, sides)]
    for group in nested:
        gradients = [group.gradient + cell.gradient - junction.gradient for cell in group.cells]
        weights = weights_to_zero(np.array(gradients))
        mixture = [(w, {**sides, **c.sides}) for w, c in zip(weights, group.cells, strict=True) if w > 0]
    return Lagrangian(junction, W, mixture, allowed)


def _has_gradient_left(junction: Junction, gradient: np.ndarray, left: Lagrangian) -> bool:
    """Whether the gradient in directions that cross no switch is more than what the point is off by makes it."""
    norm = float(np.linalg.norm(gradient))
    if norm <= junction.level * len(gradient) ** 0.5:
        return False
    products = [w * junction.pieces.product(s, gradient / norm, junction.point) for w, s in left.mixture]
    bend = float(np.linalg.norm(sum(products, 0 * gradient)))
    return norm > STATIONARITY_TOLERANCE * bend * junction.pieces.reach


def _is_level_along(junction: Junction, basis: np.ndarray) -> bool:
    """Whether f is the same, within rounding, at points around at which all of the switches are met."""
    pieces = junction.pieces
    if pieces.reach == 0:
        return False
    directions = np.random.default_rng(0).normal(size=(DIRECTIONS, basis.shape[1])) @ basis.T
    jump = np.max(np.linalg.norm(junction.gradient_jumps, axis=1))
    size = max(np.linalg.norm(junction.gradient), jump)
    rounding = UNCERTAINTY * (abs(junction.value) + size * pieces.reach)
    for direction in directions / np.linalg.norm(directions, axis=1, keepdims=True):
        for radius in RADII:
            point = junction.point + radius * pieces.reach * direction
            for _ in range(CORRECTIONS):
                quantities, normals = pieces.quantities({}, point)
                point = point - np.linalg.pinv(normals, rcond=ZERO) @ quantities
            if not abs(float(pieces.value(point, {})) - junction.value) <= rounding:
                return False
    return True


def _steepest(junction: Junction, partition: Partition, sign: float) -> np.ndarray | None:
    """Return a unit direction along which f rises or falls: an edge of a fan, or what is left across them."""
    best, steepest = 0.0, None
    for group in partition.groups:
        if group.fan is None:
            continue
        k = int(np.argmax(sign * group.fan.values))
        if sign * group.fan.values[k] > max(best, junction.level):
            best, steepest = sign * group.fan.values[k], (group, group.fan.edges[k])
    norm = float(np.linalg.norm(partition.smooth_gradient))
    if norm > best and norm > junction.level:
        return sign * partition.smooth_gradient / norm
    if steepest is None:
        return None
    along, edge = steepest
    # Along the edge in its own group, and level in the others.
    system = np.concatenate([group.basis for group in partition.groups], axis=1).T
    components = [
        group.basis.T @ group.basis @ edge if group is along else np.zeros(group.basis.shape[1])
        for group in partition.groups
    ]
    direction = np.linalg.lstsq(system, np.concatenate(components), rcond=None)[0]
    return np.asarray(direction / np.linalg.norm(direction))
