"""What a function does at a point where its pieces meet: decided by the pieces' gradients, then by their Hessians."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import null_space, qr
from scipy.optimize import lsq_linear

from hesswidget.derivatives.switches.pieces import Pieces
from hesswidget.derivatives.switches.sides import NOISE, Identity, Switch
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE
from hesswidget.second_derivative_test.kinks import fan as fans
from hesswidget.second_derivative_test.kinks.fan import Fan, weights_to_zero
from hesswidget.second_derivative_test.kinks.quadrics import SAME, Border, Quadrics

FEW = 8  # switches that depend on each other, of which all combinations of sides are looked at
KNOWN = 4 * NOISE  # of the point: it is known no better
ZERO = fans.ZERO
MOST_PRODUCTS = 2_000  # Hessian-vector products
WAYS = 12  # directions, and their opposites, in which nested pieces are told apart
LEVEL_RADII = 1e-2, 3e-2  # of the reach: at which a function that is level to second order is looked at
CORRECTIONS = 6  # of a place, until pieces meet there
MOST_ENTRIES = 2_000_000  # of the changes of a Hessian across switches


@dataclass(frozen=True)
class Kink:
    """What a function does where its pieces meet.

    Attributes
    ----------
    kind : str
        ``minimum``, ``maximum``, ``weak minimum`` and ``weak maximum`` (f is level along where the pieces meet, and
        else rises or falls), ``saddle`` (f takes both signs, and zero is a mean of the pieces' gradients),
        ``slope`` (it takes both, and zero is none), ``jump`` (f is not continuous) or ``undecided``.
    switches : tuple of Switch
        What makes the pieces.
    is_sharp : bool
        The gradient jumps; else the second derivatives do.
    crossings : list of (ndarray, float, float)
        Directions across the switches, with the slope, or where that is continuous the second derivative, on the left
        and on the right.
    evidence : list of (str, ndarray, float)
        What f does along a direction besides: ``falls`` or ``rises``, with the slope or second derivative.
    """

    kind: str
    switches: tuple[Switch, ...]
    is_sharp: bool
    crossings: list[tuple[np.ndarray, float, float]] = field(default_factory=list)
    evidence: list[tuple[str, np.ndarray, float]] = field(default_factory=list)


def kink(pieces: Pieces, is_stationary: bool) -> Kink | None:
    """Return what a function does where its pieces meet; None where they fit smoothly together.

    To first order the function is the sum of piecewise linear functions, one for each group of switches that have to
    do with each other, in independent directions; each is decided by its `Fan`. In the directions that are left the
    pieces' mean with weights that make the gradient zero, the Lagrangian, is decided by its Hessian (Lemaréchal,
    Oustry and Sagastizábal, 2000, the U-Lagrangian; Lewis, 2002, partial smoothness), and across switches at which
    the gradient is continuous by the pieces' Hessians.

    Parameters
    ----------
    pieces : Pieces
        Those that meet.
    is_stationary : bool
        Whether the gradient, where it is continuous, is zero.

    Raises
    ------
    Exception
        Whatever the function raises on a piece.
    """
    if not pieces.switches:
        return None
    if max(map(len, _chains(pieces.switches))) > FEW:  # before each of their sides costs a gradient
        return Kink("undecided", pieces.switches, True)
    return _Meeting(pieces, is_stationary).decided()


def _chains(switches: Sequence[Switch]) -> list[list[int]]:
    """Part switches into those whose quantities depend on each other."""
    places = {switch.identity: k for k, switch in enumerate(switches)}
    parts: list[set[int]] = []
    for k, switch in enumerate(switches):
        joined = {k, *(places[a] for a in switch.upstream if a in places)}
        apart = [p for p in parts if not p & joined]
        parts = [*apart, joined.union(*(p for p in parts if p & joined))]
    return [sorted(p) for p in parts]


class _Group:
    """Switches that have to do with each other."""

    def __init__(self, members: list[int], is_nested: bool) -> None:
        self.members, self.is_nested = members, is_nested
        self.sides: list[dict[Identity, float]] = []  # of the cells, where nested
        self.gradients = np.empty((0, 0))
        self.normals: list[np.ndarray] = []
        self.basis = np.empty((0, 0))
        self.slope = np.empty(0)
        self.fan: Fan | None = None

    @property
    def verdict(self) -> str:
        return self.fan.verdict if self.fan else "open"


class _Meeting:
    """The pieces that meet at a point, looked at."""

    def __init__(self, pieces: Pieces, is_stationary: bool) -> None:
        self.pieces, self.is_stationary = pieces, is_stationary
        self.switches = pieces.switches
        self.names = [s.identity for s in self.switches]
        quantities, rows = pieces.quantities({})
        moved = (
            pieces.point - np.linalg.pinv(rows, rcond=ZERO) @ quantities
            if np.any(quantities)
            else pieces.point
        )
        self.place = moved
        self.rows = pieces.quantities({}, moved)[1]
        self.rows[self._is_flat()] = 0.0
        self.first = pieces.gradient({}, moved)
        self.rest = np.zeros_like(self.first)  # of the gradient, in directions that cross no kink
        flipped = [{name: -1.0} for name in self.names]
        self.jumps = np.array([pieces.gradient(s, moved) for s in flipped]) - self.first
        self.value = float(pieces.value(moved, {}))
        self.steps = np.array([float(pieces.value(moved, s)) for s in flipped]) - self.value
        self.is_whole = bool(
            np.all(np.isfinite(self.first))
            and np.all(np.isfinite(self.jumps))
            and np.all(np.isfinite(self.rows))
            and np.all(np.isfinite(self.steps))
        )

    def _is_flat(self) -> np.ndarray:
        """Find the switches whose quantity has the gradient zero, within what the point's rounding makes it."""
        lengths = np.linalg.norm(self.rows, axis=1)
        reach = self.pieces.reach
        if reach == 0:
            return lengths == 0
        step = np.random.default_rng(0).normal(size=len(self.place))
        step *= 1e-3 * reach / np.linalg.norm(step)
        changes = np.linalg.norm(self.pieces.quantities({}, self.place + step)[1] - self.rows, axis=1)
        return lengths <= KNOWN * 1e3 * changes * len(self.place) ** 0.5

    # --- which switches matter ---

    def decided(self) -> Kink | None:
        if not self.is_whole:
            return None
        if np.any(torn := self._is_torn()):
            return self._kink("jump", np.flatnonzero(torn))
        sharp = self._is_sharp()
        nested = self._is_nested()
        if not np.any(sharp) and not np.any(nested):
            return self._of_second_order()
        flat = sharp & ~nested & ~np.any(self.rows, axis=1)
        if np.any(flat):  # the gradient jumps where no plane parts the directions
            return self._kink("undecided", np.flatnonzero(flat))
        groups = self._groups(np.flatnonzero(sharp | nested), nested)
        if groups is None or any(group.fan is None for group in groups):
            return self._kink("undecided", np.flatnonzero(sharp | nested))
        kinked = []
        for group in groups:
            slopes = group.fan.slopes if group.fan else np.empty((0, 0))
            if np.all(np.abs(slopes - slopes[0]) <= self._level):  # its pieces fit together
                self.rest = self.rest + group.basis @ slopes[0]
            else:
                kinked.append(group)
        return self._of_first_order(kinked) if kinked else self._of_second_order()

    @property
    def _level(self) -> float:
        """A slope that is none beside those that meet."""
        return ZERO * float(max(np.max(np.abs(self.first)), np.max(np.abs(self.jumps), initial=0.0)))

    def _is_torn(self) -> np.ndarray:
        size = np.linalg.norm(self.first) + np.linalg.norm(self.jumps, axis=1)
        return np.abs(self.steps) > ZERO * (abs(self.value) + size * np.max(np.abs(self.place)))

    def _is_sharp(self) -> np.ndarray:
        """Find at which switches the gradient jumps, by more than the point's rounding makes it."""
        sizes = np.linalg.norm(self.jumps, axis=1)
        sharp = sizes > self._level
        near = KNOWN * self.pieces.reach
        sharpest = int(np.argmax(sizes))
        if near > 0 and sharp[sharpest]:
            is_one = sizes[sharpest] > near * self._bend(sharpest)
            for k in (
                np.flatnonzero(sharp & (sizes < 1e-6 * sizes[sharpest])) if is_one else np.flatnonzero(sharp)
            ):
                sharp[k] = sizes[k] > near * self._bend(int(k))
        return sharp

    def _bend(self, k: int) -> float:
        """How much the gradient's jump at a switch changes across it."""
        across = self.rows[k] if np.any(self.rows[k]) else self.jumps[k]
        across = across / np.linalg.norm(across)
        step = 1e-3 * self.pieces.reach * across
        sides = {self.names[k]: -1.0}
        change = self.pieces.gradient(sides, self.place + step) - self.pieces.gradient({}, self.place + step)
        return float(np.linalg.norm(change - self.jumps[k]) / np.linalg.norm(step))

    def _is_nested(self) -> np.ndarray:
        """Find the switches whose quantities depend on others, and those others."""
        nested = np.zeros(len(self.switches), dtype=bool)
        for k, switch in enumerate(self.switches):
            above = [self.names.index(name) for name in switch.upstream if name in self.names]
            if above:
                nested[[k, *above]] = True
        return nested

    # --- to first order ---

    def _groups(self, members: np.ndarray, nested: np.ndarray) -> list[_Group] | None:
        """Part switches into groups in independent directions, each with its fan; None where there are too many."""
        groups = [_Group([int(k)], False) for k in members if not nested[k]]
        chains = ([k for k in chain if nested[k]] for chain in _chains(self.switches))
        groups += [_Group(chain, True) for chain in chains if set(chain) & set(members.tolist())]
        while True:
            for group in groups:
                if group.is_nested and not group.sides and not self._enumerate(group):
                    return None
            merged = self._merged(groups)
            if len(merged) == len(groups):
                break
            groups = merged
        bases = np.concatenate([group.basis for group in groups], axis=1)
        shares = np.linalg.lstsq(bases, self.first, rcond=None)[0]
        self.rest = self.first - bases @ shares
        at = 0
        for group in groups:
            width = group.basis.shape[1]
            own = group.basis @ shares[at : at + width]
            at += width
            self._fan(group, own)
        return groups

    def _enumerate(self, group: _Group) -> bool:
        """Look at all combinations of sides; False where there are too many."""
        if len(group.members) > FEW:
            return False
        gradients, group.normals, group.sides = [], [], []
        for chosen in itertools.product((1.0, -1.0), repeat=len(group.members)):
            sides = {self.names[k]: s for k, s in zip(group.members, chosen, strict=True)}
            gradients.append(self.pieces.gradient(sides, self.place))
            rows = self.pieces.quantities(sides, self.place)[1][group.members]
            group.normals.append(rows * np.array(chosen)[:, None])
            group.sides.append(sides)
        group.gradients = np.array(gradients)
        return bool(np.all(np.isfinite(group.gradients)))

    def _merged(self, groups: list[_Group]) -> list[_Group]:
        """Join groups whose directions depend on each other linearly."""
        rows, owners = [], []
        for at, group in enumerate(groups):
            own = np.concatenate(group.normals) if group.is_nested else self.rows[group.members]
            group.basis = _span(own)
            rows += list(group.basis.T)
            owners += [at] * group.basis.shape[1]
        columns = np.array(rows).T
        _, triangle, order = qr(columns, mode="economic", pivoting=True)
        rank = int(np.sum(np.abs(np.diag(triangle)) > 1e-8))
        parts = {at: {at} for at in range(len(groups))}
        for j in range(rank, len(order)):
            shares = np.linalg.lstsq(triangle[:rank, :rank], triangle[:rank, j], rcond=None)[0]
            joined = set().union(
                parts[owners[order[j]]],
                *(parts[owners[order[i]]] for i in np.flatnonzero(np.abs(shares) > 1e-8)),
            )
            for at in joined:
                parts[at] = joined
        made = []
        for part in {id(p): p for p in parts.values()}.values():
            if len(part) == 1:
                made.append(groups[next(iter(part))])
                continue
            members = sorted(k for at in part for k in groups[at].members)
            made.append(_Group(members, any(groups[at].is_nested for at in part)))
        return made

    def _fan(self, group: _Group, own: np.ndarray) -> None:
        """Make the fan of a group, whose share of the first piece's gradient is `own`."""
        B = group.basis
        group.slope = own
        if group.is_nested:
            slopes = own + group.gradients - self.first
            if np.max(np.abs(slopes - slopes @ B @ B.T)) <= 1e3 * self._level:
                group.fan = fans.of_cells(slopes @ B, [normal @ B for normal in group.normals])
            return
        jumps = self.jumps[group.members]
        if np.max(np.abs(jumps - jumps @ B @ B.T)) <= 1e3 * self._level:  # else f is not continuous
            group.fan = fans.of_jumps(own @ B, jumps @ B, self.rows[group.members] @ B)

    def _of_first_order(self, groups: list[_Group]) -> Kink:
        verdicts = {group.verdict for group in groups}
        members = np.array(sorted(k for group in groups for k in group.members))
        ups = {v for v in verdicts if v.startswith("rises")}
        downs = {v for v in verdicts if v.startswith("falls")}
        if "slopes" in verdicts:
            return self._kink("slope", members, groups)
        kind = "minimum" if ups else "maximum"
        if "both" in verdicts or (ups and downs):
            kind = "saddle"
        weak = [group for group in groups if group.verdict.endswith("weakly")]
        W, mixture, allowed = self._left(groups, weak)
        if self._has_slope_left(W, mixture):
            return self._kink("slope", members, groups)
        if kind == "saddle" or W.shape[1] == 0:
            return self._kink(kind, members, groups)
        sign, other = ("rises", "falls") if kind == "minimum" else ("falls", "rises")
        if not mixture:
            same = len(members) == len(self.names) and self._all_bend(sign)
            return self._kink(kind if same else "undecided", members, groups)
        quadrics = self._quadrics(W, mixture, allowed, set(members.tolist()))
        if quadrics is None:
            return self._kink("undecided", members, groups)
        if quadrics.verdict == sign:
            return self._kink(kind, members, groups)
        level, direction = quadrics.low if kind == "minimum" else quadrics.high
        if quadrics.verdict in ("both", other, f"{other} somewhere"):
            return self._kink("saddle", members, groups, [(other, W @ direction, level)])
        level_along = [("is level", W @ direction, 0.0)]
        if quadrics.verdict == "open" and not weak and self._is_level_where_pieces_meet(members, W):
            return self._kink(f"weak {kind}", members, groups, level_along)
        return self._kink("undecided", members, groups, level_along)

    def _is_level_where_pieces_meet(self, members: np.ndarray, W: np.ndarray) -> bool:
        """Whether f is the same, within rounding, at places around the point at which all of the switches are met."""
        if len(members) < len(self.names) or self.pieces.reach == 0:
            return False
        rng = np.random.default_rng(0)
        ways = rng.normal(size=(WAYS, W.shape[1])) @ W.T
        size = max(np.linalg.norm(self.first), np.max(np.linalg.norm(self.jumps, axis=1)))
        rounding = KNOWN * (abs(self.value) + size * self.pieces.reach)
        for way in ways / np.linalg.norm(ways, axis=1, keepdims=True):
            for radius in LEVEL_RADII:
                place = self.place + radius * self.pieces.reach * way
                for _ in range(CORRECTIONS):
                    quantities, rows = self.pieces.quantities({}, place)
                    place = place - np.linalg.pinv(rows, rcond=ZERO) @ quantities
                if not abs(float(self.pieces.value(place, {})) - self.value) <= rounding:
                    return False
        return True

    def _has_slope_left(self, W: np.ndarray, mixture: list[tuple[float, dict[Identity, float]]]) -> bool:
        """Whether f slopes in directions that cross no switch, by more than the point's distance from a level place."""
        rest = float(np.linalg.norm(self.rest))
        if rest <= self._level * len(self.rest) ** 0.5:
            return False
        bends = [w * self.pieces.product(s, self.rest / rest, self.place) for w, s in mixture]
        bend = float(np.linalg.norm(sum(bends, 0 * self.rest)))
        return rest > STATIONARITY_TOLERANCE * bend * self.pieces.reach

    def _all_bend(self, sign: str, in_planes: bool = True) -> bool:
        """Whether every piece is definite, and, if asked, the pieces meet in planes.

        So f rises, or falls, where it is level to first order; if that is everywhere, wherever the pieces meet.
        """
        n = len(self.first)
        if len(self.names) > FEW or 2 ** len(self.names) * n > MOST_PRODUCTS:
            return False
        forms, bends = [], [np.zeros((n, n))]
        for chosen in itertools.product((1.0, -1.0), repeat=len(self.names)):
            sides = dict(zip(self.names, chosen, strict=True))
            forms.append(self.pieces.hessian(sides, np.eye(n), self.place))
            for k in range(len(self.names)) if in_planes else ():
                bends.append(self.pieces.quantity_hessian(sides, k, np.eye(n), self.place))
        size = max(float(np.max(np.abs(form))) for form in forms)
        values = np.concatenate([np.linalg.eigvalsh((a + a.T) / 2) for a in forms])
        is_definite = np.min(values if sign == "rises" else -values) > ZERO * size
        return bool(is_definite and not np.any(np.abs(bends) > ZERO * size))

    def _of_nested_bends(self) -> Kink | None:
        """Decide by the pieces' definiteness alone: where borders depend on sides, no one direction is looked at."""
        ways = np.random.default_rng(0).normal(size=(WAYS, len(self.first)))
        products = np.array(
            [[self.pieces.product(self._sides(d), v, self.place) for d in (*ways, *-ways)] for v in ways[:2]]
        )
        if np.max(np.abs(products - products[:, :1])) <= SAME * np.max(np.abs(products)):
            return None
        kinds = {"rises": "minimum", "falls": "maximum"}
        kind = next((kinds[sign] for sign in kinds if self._all_bend(sign, in_planes=False)), "undecided")
        return self._kink(kind, np.arange(len(self.names)), is_sharp=False)

    def _left(
        self, groups: list[_Group], weak: list[_Group]
    ) -> tuple[np.ndarray, list[tuple[float, dict[Identity, float]]], list[np.ndarray]]:
        """Return the directions that first order leaves open, the Lagrangian as a mixture, and which way is open.

        The mixture is empty where it is not known.
        """
        sharp = [group for group in groups if group not in weak]
        n = len(self.first)
        spans = np.concatenate([group.basis for group in sharp], axis=1) if sharp else np.zeros((n, 0))
        W = null_space(spans.T) if spans.shape[1] else np.eye(n)
        if W.shape[1] == 0:
            return W, [], []
        sides: dict[Identity, float] = {}
        allowed = []
        for group in weak:
            if len(group.members) > 1 or group.fan is None or len(group.fan.level_edges) != 1:
                return W, [], []
            k, edge = group.members[0], group.basis @ group.fan.level_edges[0]
            side = 1.0 if self.rows[k] @ edge > 0 else -1.0
            sides[self.names[k]] = side
            allowed.append(side * (W.T @ self.rows[k]))
        plain = [group for group in sharp if not group.is_nested]
        nested = [group for group in sharp if group.is_nested]
        if len(nested) > 1:
            return W, [], []
        for group in plain:
            jumps = self.jumps[group.members]
            shares = lsq_linear(jumps.T, -group.slope, bounds=(0, 1)).x
            sides |= {self.names[k]: 1 - 2 * t for k, t in zip(group.members, shares, strict=True)}
        mixture = [(1.0, sides)]
        for group in nested:
            weights = weights_to_zero(group.slope + group.gradients - self.first)
            mixture = [(w, {**sides, **s}) for w, s in zip(weights, group.sides, strict=True) if w > 0]
        return W, mixture, allowed

    # --- to second order ---

    def _of_second_order(self) -> Kink | None:
        if not self.is_stationary:
            bent = [k for k in range(min(FEW, len(self.names))) if self._is_bent(k)]
            return self._kink("slope", np.array(bent), is_sharp=False) if bent else None
        if np.any(self._is_nested()):
            return self._of_nested_bends()
        quadrics = self._quadrics(np.eye(len(self.first)), [(1.0, {})], [], set())
        if quadrics is None:
            return self._kink("undecided", np.arange(len(self.names)), is_sharp=False)
        if not self.bent or quadrics.is_one:
            return None
        chosen = np.array(self.bent)
        kind = {"rises": "minimum", "falls": "maximum", "both": "saddle"}.get(quadrics.verdict, "undecided")
        evidence = []
        for word, (level, direction) in (("falls", quadrics.low), ("rises", quadrics.high)):
            if quadrics.verdict in ("both", f"{word} somewhere"):
                evidence.append((word, direction, level))
            elif kind == "undecided":
                evidence.append(("is level", direction, 0.0))
        return self._kink(kind, chosen, None, evidence, is_sharp=False)

    def _is_bent(self, k: int) -> bool:
        """Whether the second derivatives jump across a switch."""
        across = self.rows[k]
        products = [self.pieces.product(self._sides(d), across, self.place) for d in (across, -across)]
        return bool(np.max(np.abs(products[1] - products[0])) > SAME * np.max(np.abs(products)))

    def _quadrics(
        self,
        W: np.ndarray,
        mixture: list[tuple[float, dict[Identity, float]]],
        allowed: list[np.ndarray],
        besides: set[int],
    ) -> Quadrics | None:
        """Return the Hessians, in directions W, of a mixture of pieces, across the switches not yet decided.

        None where it cannot be told on which side of a switch a direction leads, or there are too many pieces.
        """

        def hessian(held: Mapping[Identity, float]) -> np.ndarray:
            form = np.sum([w * self.pieces.hessian({**s, **held}, W, self.place) for w, s in mixture], axis=0)
            return (form + form.T) / 2

        def product(held: Mapping[Identity, float], v: np.ndarray) -> np.ndarray:
            return W.T @ np.sum(
                [w * self.pieces.product({**s, **held}, W @ v, self.place) for w, s in mixture], axis=0
            )

        if (len(self.names) - len(besides)) * W.shape[1] ** 2 > MOST_ENTRIES:
            return None
        first, nested = hessian({}), self._is_nested()
        # What cancels in the mean of the pieces leaves rounding of the size of each.
        scale = float(np.max(np.abs(self.pieces.hessian({}, W, self.place)), initial=0.0))
        changes, borders = [], []
        self.bent: list[int] = []
        for k in (k for k in range(len(self.names)) if k not in besides):
            other = {self.names[k]: -1.0}
            normal = W.T @ self.rows[k]
            length = float(np.linalg.norm(normal))
            is_plane = length > ZERO * np.linalg.norm(self.rows[k])
            unit = normal / (length or 1.0)
            across = product(other, unit) - product({}, unit)
            along = float(unit @ across)
            if is_plane and np.max(np.abs(across - along * unit)) <= SAME * abs(along):
                change = along * np.outer(unit, unit)  # as where the gradient is continuous
            else:
                change = hessian(other) - first
            if np.max(np.abs(change)) <= SAME * max(np.max(np.abs(first)), np.max(np.abs(change + first))):
                continue
            if nested[k] or (not is_plane and W.shape[1] < len(self.first)):
                return None  # how its quantity bends along the curve on which the pieces meet is not known
            bend = np.zeros_like(first) if is_plane else self.pieces.quantity_hessian({}, k, W, self.place)
            if not is_plane and not np.any(bend):
                return None
            self.bent.append(k)
            changes.append((change + change.T) / 2)
            borders.append(Border(normal if is_plane else 0 * normal, bend))
        names = [self.names[k] for k in self.bent]

        def form(sides: tuple[float, ...]) -> np.ndarray:
            if sides not in known:
                known[sides] = hessian(dict(zip(names, sides, strict=True)))
            return known[sides]

        known: dict[tuple[float, ...], np.ndarray] = {}
        if self._add_up(first, changes, names, product):
            return Quadrics(first, changes, borders, allowed, scale=scale)
        if len(names) > FEW or 2 ** len(names) * W.shape[1] > MOST_PRODUCTS:
            return None
        return Quadrics(first, changes, borders, allowed, form, scale)

    def _add_up(
        self,
        first: np.ndarray,
        changes: list[np.ndarray],
        names: list[Identity],
        product: Callable[[Mapping[Identity, float], np.ndarray], np.ndarray],
    ) -> bool:
        """Whether the Hessian of any piece is the first one with the changes across the switches between."""
        rng = np.random.default_rng(0)
        for _ in range(3 if len(names) > 1 else 0):
            sides, v = rng.choice([-1.0, 1.0], len(names)), rng.normal(size=len(first))
            expected = first @ v + sum((c @ v for c, s in zip(changes, sides, strict=True) if s < 0), 0 * v)
            found = product(dict(zip(names, sides, strict=True)), v)
            if not np.max(np.abs(found - expected)) <= SAME * max(
                np.max(np.abs(found)), np.max(np.abs(expected))
            ):
                return False
        return True

    # --- what is said ---

    def _kink(
        self,
        kind: str,
        members: np.ndarray,
        groups: list[_Group] | None = None,
        evidence: list[tuple[str, np.ndarray, float]] | None = None,
        is_sharp: bool = True,
    ) -> Kink:
        switches = tuple(self.switches[int(k)] for k in members)
        crossings = []
        for k in members[:2]:
            length = np.linalg.norm(self.rows[k])
            if kind != "jump" and length > 0:
                across = self.rows[k] / length
                across = across if across[np.argmax(np.abs(across))] > 0 else -across
                crossings.append((across, *(self._along(s * across, s, is_sharp) for s in (-1.0, 1.0))))
        evidence = list(evidence or [])
        if is_sharp and kind in ("slope", "saddle", "undecided") and groups and not evidence:
            for word, sign in (("falls", -1.0), ("rises", 1.0)):
                direction = self._steepest(groups, sign)
                if direction is not None and (kind != "slope" or sign < 0):
                    evidence.append((word, direction, self._along(direction, 1.0, True)))
        return Kink(kind, switches, is_sharp, crossings, evidence)

    def _steepest(self, groups: list[_Group], sign: float) -> np.ndarray | None:
        """Return a unit direction along which the slope has a sign: an edge of a fan, or what is left across them."""
        best, found = 0.0, None
        for group in groups:
            if group.fan is None:
                continue
            k = int(np.argmax(sign * group.fan.rates))
            if sign * group.fan.rates[k] > max(best, self._level):
                best, found = sign * group.fan.rates[k], (group, group.fan.edges[k])
        rest = float(np.linalg.norm(self.rest))
        if rest > best and rest > self._level:
            return sign * self.rest / rest
        if found is None:
            return None
        group, edge = found
        rows = [g.basis for g in groups]
        system = np.concatenate(rows, axis=1).T
        wanted = np.concatenate(
            [g.basis.T @ g.basis @ edge if g is group else np.zeros(g.basis.shape[1]) for g in groups]
        )
        direction = np.linalg.lstsq(system, wanted, rcond=None)[0]
        return direction / np.linalg.norm(direction)

    def _along(self, direction: np.ndarray, sign: float, is_sharp: bool) -> float:
        """Return the slope, or the second derivative, along a direction; `sign` turns the slope."""
        sides = self._sides(direction)
        if is_sharp:
            return sign * float(self.pieces.gradient(sides, self.place) @ direction)
        return float(self.pieces.hessian(sides, direction[:, None], self.place)[0, 0])

    def _sides(self, direction: np.ndarray) -> dict[Identity, float]:
        """Return the sides of the switches along a direction, those that others depend on first."""
        sides: dict[Identity, float] = {}
        for _ in range(1 + int(np.any(self._is_nested())) * FEW):
            heights = self.pieces.quantities(sides, self.place)[1] @ direction
            found = {name: -1.0 if h < 0 else 1.0 for name, h in zip(self.names, heights, strict=True)}
            if found == sides:
                break
            sides = found
        return sides


def _span(rows: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the span of some rows, as columns."""
    lengths = np.linalg.norm(rows, axis=1)
    units = rows[lengths > 0] / lengths[lengths > 0, None]
    if not len(units):
        return np.zeros((rows.shape[1], 0))
    left, sizes, _ = np.linalg.svd(units.T, full_matrices=False)
    return left[:, sizes > 1e-8 * sizes[0]]
