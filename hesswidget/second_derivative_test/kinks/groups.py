"""Switches that have to do with each other: f is, to first order, a sum over groups, in independent directions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import qr

from hesswidget.derivatives.switches.sides import Identity, Switch
from hesswidget.second_derivative_test.kinks import fan as fans
from hesswidget.second_derivative_test.kinks.fan import Fan
from hesswidget.second_derivative_test.kinks.junction import MAX_COMBINED, Junction

DEPENDENT = 1e-8  # of unit vectors: a component that small is none


@dataclass(eq=False)
class Group:
    """Switches whose quantities depend on each other, or whose normals do so linearly.

    Attributes
    ----------
    members : list of int
    is_nested : bool
        The quantities of some depend on the sides of others: its cells are looked at one by one.
    cells : list of Cell
        Of a nested group, every combination of sides.
    basis : ndarray, shape (n, r)
        Of the span of the normals, orthonormal.
    gradient : ndarray, shape (n,)
        Its share of the first piece's gradient.
    fan : Fan or None
        What its pieces do, in the basis; None where it is not known.
    """

    members: list[int]
    is_nested: bool
    cells: list[Cell] = field(default_factory=list)
    basis: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    gradient: np.ndarray = field(default_factory=lambda: np.empty(0))
    fan: Fan | None = None


@dataclass(frozen=True)
class Cell:
    """One combination of sides: the piece's gradient, (n,), and inward normals of where it holds, (k, n)."""

    sides: dict[Identity, float]
    gradient: np.ndarray
    normals: np.ndarray


@dataclass(frozen=True)
class Partition:
    """Groups across which the gradient jumps, and the gradient in directions that cross none, shape (n,)."""

    groups: list[Group]
    smooth_gradient: np.ndarray


def chains(switches: Sequence[Switch]) -> list[list[int]]:
    """Part switches into those whose quantities depend on each other."""
    order = {switch.identity: k for k, switch in enumerate(switches)}
    parts: list[set[int]] = []
    for k, switch in enumerate(switches):
        joined = {k, *(order[a] for a in switch.upstream if a in order)}
        apart = [p for p in parts if not p & joined]
        parts = [*apart, joined.union(*(p for p in parts if p & joined))]
    return [sorted(p) for p in parts]


def partition(junction: Junction, members: np.ndarray, nested: np.ndarray) -> Partition | None:
    """Part switches into groups in independent directions, each with its fan.

    Parameters
    ----------
    junction : Junction
    members : ndarray of int
        The switches that count.
    nested : ndarray of bool, shape (k,)
        Those that depend on others, and those others.

    Returns
    -------
    Partition or None
        None where there are too many cells, or it is not known what the pieces of a group do.
    """
    groups = _independent(junction, members, nested)
    if groups is None:
        return None
    bases = np.concatenate([group.basis for group in groups], axis=1)
    shares = np.linalg.lstsq(bases, junction.gradient, rcond=None)[0]
    smooth = junction.gradient - bases @ shares
    ends = np.cumsum([group.basis.shape[1] for group in groups])
    kinked = []
    for group, share in zip(groups, np.split(shares, ends[:-1]), strict=True):
        group.gradient = group.basis @ share
        group.fan = _fan(junction, group)
        if group.fan is None:
            return None
        if np.all(
            np.abs(group.fan.gradients - group.fan.gradients[0]) <= junction.level
        ):  # its pieces fit together
            smooth = smooth + group.basis @ group.fan.gradients[0]
        else:
            kinked.append(group)
    return Partition(kinked, smooth)


def _independent(junction: Junction, members: np.ndarray, nested: np.ndarray) -> list[Group] | None:
    groups = [Group([int(k)], False) for k in members if not nested[k]]
    parts = ([k for k in chain if nested[k]] for chain in chains(junction.switches))
    groups += [Group(part, True) for part in parts if set(part) & set(members.tolist())]
    while True:
        for group in groups:
            if group.is_nested and not group.cells:
                if len(group.members) > MAX_COMBINED:
                    return None
                group.cells = _cells(junction, group.members)
                if not all(np.all(np.isfinite(cell.gradient)) for cell in group.cells):
                    return None
        merged = _merged(junction, groups)
        if len(merged) == len(groups):
            return groups
        groups = merged


def _cells(junction: Junction, members: list[int]) -> list[Cell]:
    cells = []
    for signs in itertools.product((1.0, -1.0), repeat=len(members)):
        sides = {junction.names[k]: s for k, s in zip(members, signs, strict=True)}
        gradient = junction.pieces.gradient(sides, junction.point)
        normals = junction.pieces.quantities(sides, junction.point)[1][members]
        cells.append(Cell(sides, gradient, normals * np.array(signs)[:, None]))
    return cells


def _merged(junction: Junction, groups: list[Group]) -> list[Group]:
    """Join groups whose directions depend on each other linearly; all groups are given their bases."""
    owners: list[int] = []
    for at, group in enumerate(groups):
        normals = [cell.normals for cell in group.cells] or [junction.normals[group.members]]
        group.basis = _span(np.concatenate(normals))
        owners += [at] * group.basis.shape[1]
    vectors = np.concatenate([group.basis for group in groups], axis=1)
    _, triangle, order = qr(vectors, mode="economic", pivoting=True)
    rank = int(np.sum(np.abs(np.diag(triangle)) > DEPENDENT))
    parts = {at: {at} for at in range(len(groups))}
    for j in range(rank, len(order)):
        shares = np.linalg.lstsq(triangle[:rank, :rank], triangle[:rank, j], rcond=None)[0]
        joined = set().union(
            parts[owners[order[j]]],
            *(parts[owners[order[i]]] for i in np.flatnonzero(np.abs(shares) > DEPENDENT)),
        )
        for at in joined:
            parts[at] = joined
    merged = []
    for part in {id(p): p for p in parts.values()}.values():
        if len(part) == 1:
            merged.append(groups[next(iter(part))])
            continue
        members = sorted(k for at in part for k in groups[at].members)
        merged.append(Group(members, any(groups[at].is_nested for at in part)))
    return merged


def _fan(junction: Junction, group: Group) -> Fan | None:
    """Return what the pieces of a group do; None where that is not known, or f would not be continuous."""
    B, tolerance = group.basis, 1e3 * junction.level
    if group.is_nested:
        gradients = np.array([group.gradient + cell.gradient - junction.gradient for cell in group.cells])
        if np.max(np.abs(gradients - gradients @ B @ B.T)) <= tolerance:
            return fans.of_cells(gradients @ B, [cell.normals @ B for cell in group.cells])
        return None
    jumps = junction.gradient_jumps[group.members]
    if np.max(np.abs(jumps - jumps @ B @ B.T)) <= tolerance:
        return fans.of_jumps(group.gradient @ B, jumps @ B, junction.normals[group.members] @ B)
    return None


def _span(vectors: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the span of some rows, as columns."""
    lengths = np.linalg.norm(vectors, axis=1)
    units = vectors[lengths > 0] / lengths[lengths > 0, None]
    if not len(units):
        return np.zeros((vectors.shape[1], 0))
    left, sizes, _ = np.linalg.svd(units.T, full_matrices=False)
    return left[:, sizes > DEPENDENT * sizes[0]]
