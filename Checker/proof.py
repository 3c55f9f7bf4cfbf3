"""What one cell of a candidate makes of the distance between it and the solution.

The proof. On a cell the time is t = c + h tau with -1 <= tau <= 1. P(tau) = p(t) are the polynomials, Z(tau) = z(t) is the
solution of z' = F(t, z), v = Z - P, and D = P' - h F(P). All bounds are meant entry by entry.

1. The defect (Cell.defect). F(P) is made of +, *, 1/x, exp, log, sqrt, logistic and softplus. FLINT encloses the Taylor
   coefficients of a composition from those of its parts, in balls, for all arguments in the heads' balls. With the
   coefficients D_k at tau = 0 and a ball D_K that contains the K-th coefficient at every tau in [-1, 1], Taylor's theorem
   with Lagrange's remainder gives |D| <= |D_0 + ... + D_(K-1) tau^(K-1)| + |D_K|, where the sum of the sizes of a polynomial's coefficients bounds it,
   or that of its Chebyshev coefficients, as |T_k| <= 1. That the balls are finite shows that all operations
   are defined, and analytic, along the cell.
2. The Jacobian (Cell.jacobian). In the same way, with derivatives by the chain rule and each variable's head widened by the
   tube's radius: |h dF/dz(P + e) - S(tau)| <= E for every tau and every constant e in the tube, with a matrix polynomial S. By
   the mean value theorem v' = h J v - D, where h J is an average of such matrices, so it is within E of S too, while v is in
   the tube. F is defined and analytic in all of the tube, so the solution goes on as long as it is there.
3. Coordinates (framed). v = B(tau) y with a matrix polynomial B, any one for which a polynomial C is found with
   |1 - CB| <= G, all row sums of G at most g < 1/2. Then CB is invertible, with |(CB)^-1| <= 1 + g/(1-g) in each entry, so B is,
   and y' = M y - B^-1 D, where M = (CB)^-1 C (S B - B' + Delta B), |Delta| <= E. The sums of the sizes of a polynomial's
   coefficients bound it on [-1, 1].
4. Comparison (compared). The coordinates are in groups, w_a is the Euclidean norm of a group, and
   w_a' <= -l_a w_a + sum_b N_ab w_b + gamma_a: N_ab bounds the norm of a block of M, gamma_a that of a part of B^-1 D. For a slow
   coordinate l_a = 0 and N_aa counts. For a fast group b is not a, and -l_a < 0 bounds the greatest eigenvalue of the block's
   symmetric part, by row sums. Let w <= X up to some tau, and k_a = sum_(b != a) N_ab X_b + gamma_a. Then up to that tau
   - fast: w_a <= max(w_a(-1), k_a / l_a), and the integral of w_a is at most I_a = (w_a(-1) + 2 k_a) / l_a;
   - slow: w_a <= w_a(-1) + 2 gamma_a + sum_b N_ab I_b, with I_b = 2 X_b for slow b.
   If all of these are less than X, then w cannot reach X first anywhere, and they hold on the whole cell. At its end, for fast
   groups, w_a <= exp(-2 l_a) w_a(-1) + k_a / l_a. If all starts and all gamma are 0, then v = 0 (Gronwall).
5. The tube (step). If the bound of |B| w is less than the tube's radii, v cannot leave the tube first: up to the first time at
   which it did, all of the above holds. So the solution exists up to the cell's end, and the bounds hold.
6. From cell to cell v is in a box, v = Q r with |y_j| <= r_j: y(-1) = B(-1)^-1 Q y_old, and Q y_new = B(1) y. Where two pieces do not
   meet, what they differ by is added to the box.

Frames, tubes and the division in cells are found here by any means: nothing of the proof depends on how. All numbers in bounds
are balls, or upper ends of balls.
"""

from dataclasses import dataclass
from functools import cache
from math import comb, factorial
from fractions import Fraction

from flint import acb_mat, arb, arb_mat, arb_poly, ctx, fmpq

from formulas import evaluate, series

# Bits for bounds; more are taken where what is bounded is a small difference.
BITS = 128
# Orders of the Jacobian along a cell, and of frames at most.
SLOPES = 10


class Unproved(Exception):
    """Why a cell proves nothing: a shorter one may."""


def exactly(value):
    return fmpq(value.numerator, value.denominator)


def ball(value):
    return arb(exactly(value))


def upper(matrix):
    """Upper bounds of the entries' absolute values."""
    return arb_mat([[entry.abs_upper() for entry in row] for row in matrix.tolist()])


def column(values):
    return arb_mat([[value] for value in values])


def entries(matrix):
    return matrix.entries()


def row_sum(matrix):
    """The greatest one."""
    sums = [sum(row, arb(0)).upper() for row in matrix.tolist()]
    if not is_finite(sums):
        raise Unproved("a bound is not finite")
    return max(sums)


def identity(size):
    return arb_mat([[int(i == j) for j in range(size)] for i in range(size)])


def is_finite(values):
    return all(value.is_finite() for value in values)


@dataclass
class Box:
    """Where the distance v lies: v = Q y with |y_j| <= r_j."""

    directions: arb_mat
    radii: arb_mat

    def bounds(self):
        return [entry.upper() for entry in entries(upper(self.directions) * self.radii)]

    def widened(self, gaps):
        """With room for a vector that is added, of which bounds are given."""
        return Box(self.directions, upper(self.radii + upper(self.directions.inv()) * column(gaps)))


class Cell:
    """The polynomials P(tau) = p(centre + half * tau), -1 <= tau <= 1."""

    def __init__(self, system, polynomials, start, centre, half, bits):
        self.system, self.centre, self.half, self.bits = system, ball(centre), ball(half), bits
        ctx.prec = bits
        moved = arb_poly([ball(centre - start), self.half])
        self.polynomials = [polynomial(moved) for polynomial in polynomials]

    def along(self, head, polynomials):
        """The variables, and the time last, as series around a tau."""
        return [series(polynomial.coeffs()) for polynomial in polynomials] + [
            series([self.centre + self.half * head, self.half])
        ]

    def defect(self):
        """Bounds of |D_i| on the cell, D = P' - half * F(P)."""
        order = self.order()
        while True:
            kept, missed = self.expanded_defect(order)
            if not is_finite(kept) or not is_finite(missed):
                raise Unproved("the right-hand side is not known to be analytic")
            enough = all(b <= a or b < a * 1e-3 + self.floor(i) for i, (a, b) in enumerate(zip(kept, missed)))
            if enough or order > 3 * self.longest():
                return [(a + b).upper() for a, b in zip(kept, missed)]
            order += 2 + order // 4

    def floor(self, i):
        return arb(2) ** (30 - self.bits)

    def longest(self):
        return max(len(polynomial.coeffs()) for polynomial in self.polynomials) + 4

    def order(self):
        """As many as the polynomials have that matter at these bits."""
        least = arb(2) ** (40 - self.bits)
        most = [k for polynomial in self.polynomials for k, c in enumerate(polynomial.coeffs()) if not abs(c) < least]
        return max(most, default=0) + 3

    def expanded_defect(self, order):
        """Sums of the coefficients below an order, and what the coefficient of that order can be at any tau."""
        ctx.prec, ctx.cap = self.bits, order
        sides = evaluate(self.system.code, self.system.sides, self.along(0, self.polynomials))
        kept = []
        for polynomial, side in zip(self.polynomials, sides):
            slope = polynomial.derivative()
            kept.append(greatest_value([slope[k] - self.half * side[k] for k in range(order)]))
        ctx.prec, ctx.cap = BITS, order + 1
        anywhere = arb(0, 1)
        moved = [polynomial(arb_poly([anywhere, 1])) for polynomial in self.polynomials]
        sides = evaluate(self.system.code, self.system.sides, self.along(anywhere, moved))
        missed = [
            ((order + 1) * polynomial[order + 1] - self.half * side[order]).abs_upper()
            for polynomial, side in zip(moved, sides)
        ]
        return kept, missed

    def jacobian(self, tube, orders):
        """Matrices S_k and E with |half * J - sum S_k tau^k| <= E, for all arguments within the tube around P."""
        ctx.prec, ctx.cap = BITS, orders
        shifts = [arb(0, radius) for radius in tube]
        size = len(shifts)

        def slopes(head, polynomials):
            moved = [polynomial + arb_poly([shift]) for polynomial, shift in zip(polynomials, shifts)]
            sides, rows = evaluate(self.system.code, self.system.sides, self.along(head, moved), gradients=True)
            if not is_finite([side[0] for side in sides]):
                raise Unproved("the right-hand side is not known to be analytic in the tube")
            return rows

        rows = slopes(0, self.polynomials)
        ctx.cap = orders + 1
        anywhere = arb(0, 1)
        rests = slopes(anywhere, [polynomial(arb_poly([anywhere, 1])) for polynomial in self.polynomials])
        parts = [[[arb(0)] * size for _ in range(size)] for _ in range(orders)]
        errors = [[arb(0)] * size for _ in range(size)]
        for i, (row, rest) in enumerate(zip(rows, rests)):
            for j, part in row.items():
                error = abs(self.half * rest[j][orders])
                for k in range(orders):
                    coefficient = self.half * part[k]
                    parts[k][i][j] = coefficient.mid()
                    error += coefficient.rad()
                errors[i][j] = error.upper()
                if not error.is_finite():
                    raise Unproved("the Jacobian is not known to be bounded")
        return [arb_mat(part) for part in parts], arb_mat(errors)


@cache
def chebyshev_row(power):
    """The Chebyshev coefficients of tau^power, of even or odd orders as the power is, from the greatest one down."""
    row = [arb(comb(power, j)) * arb(2) ** (1 - power) for j in range(power // 2 + 1)]
    if power % 2 == 0:
        row[-1] /= 2
    return row


def greatest_value(coefficients):
    """A bound of a polynomial on [-1, 1]: the sum of the sizes of its coefficients, or of its Chebyshev coefficients if that is less."""
    turned = [arb(0)] * len(coefficients)
    for power, coefficient in enumerate(coefficients):
        if not coefficient.is_zero():
            for j, weight in enumerate(chebyshev_row(power)):
                turned[power - 2 * j] += coefficient * weight
    return min(sum(map(abs, found), arb(0)).upper() for found in (coefficients, turned))


def solution(parts, start, length):
    """Coefficients of an approximate solution of X' = S X."""
    found = [start]
    for k in range(length - 1):
        total = arb_mat(start.nrows(), start.ncols())
        for l in range(min(k + 1, len(parts))):
            total += parts[l] * found[k - l]
        found.append((total * (arb(1) / (k + 1))).mid())
    return found


def inverse_series(parts, length):
    """Coefficients of an approximate inverse."""
    first = parts[0].inv().mid()
    found = [first]
    for k in range(1, length):
        total = arb_mat(first.nrows(), first.nrows())
        for l in range(1, min(k, len(parts) - 1) + 1):
            total += parts[l] * found[k - l]
        found.append((-(first * total)).mid())
    return found


def product(left, right):
    sums = [None] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            term = a * b
            sums[i + j] = term if sums[i + j] is None else sums[i + j] + term
    return sums


def size_of(parts):
    total = upper(parts[0])
    for part in parts[1:]:
        total += upper(part)
    return upper(total)


def at(parts, sign):
    total = parts[0]
    for k, part in enumerate(parts[1:], 1):
        total = total + part if sign > 0 or k % 2 == 0 else total - part
    return total


def units(tube):
    """Powers of two near the tube's radii."""
    return [max(-100_000, int(radius.man_exp()[1]) + int(radius.man_exp()[0]).bit_length()) for radius in tube]


def scaled(matrix, left, right):
    """Entry (i, j) times 2^(right_j - left_i)."""
    return arb_mat(
        [[entry * arb(2) ** (right[j] - left[i]) for j, entry in enumerate(row)] for i, row in enumerate(matrix.tolist())]
    )


def orthogonal(matrix, weights, count):
    """The first columns made orthogonal, the longest first, and the others as they are; in doubles, since any invertible matrix would do."""
    size = matrix.nrows()
    columns = [[float(matrix[i, j].mid()) for i in range(size)] for j in range(size)]
    order = sorted(range(count), key=lambda j: -float(weights[j, 0]) * length(columns[j]))
    units = [[float(i == j) for i in range(size)] for j in range(size)]
    found = independent([columns[j] for j in order] + (units if count == size else []), count, 1e-9)
    found = found if len(found) == count else columns[:count]
    rest = [[x / length(vector) for x in vector] for vector in columns[count:]]
    return arb_mat([[vector[i] for vector in found + rest] for i in range(size)])


def length(vector):
    return sum(x * x for x in vector) ** 0.5 or 1.0


def independent(vectors, count, least):
    """At most so many orthogonal vectors of length 1 from the first of these that are not nearly dependent."""
    found = []
    for vector in vectors:
        size = sum(x * x for x in vector) ** 0.5
        if len(found) == count or not 0 < size < float("inf"):
            continue
        vector = [x / size for x in vector]
        for _ in range(2):
            for other in found:
                part = sum(x * y for x, y in zip(vector, other))
                vector = [x - part * y for x, y in zip(vector, other)]
        if length(vector) > least and any(vector):
            found.append([x / length(vector) for x in vector])
    return found


def turned(frame, start, radii, count):
    """The frame with such slow columns that at the cell's start its slow coordinates are those of the box that weigh most."""
    size = frame[0].nrows()
    begin = at(frame, -1).solve(start)
    columns = [[float(begin[i, j].mid()) for i in range(count)] for j in range(size)]
    order = sorted(range(size), key=lambda j: -float(radii[j, 0]) * length(columns[j]))
    chosen = []
    for j in order:
        if len(independent([columns[k] for k in [*chosen, j]], count, 1e-3)) > len(chosen):
            chosen.append(j)
    if len(chosen) < count:
        return frame
    turn = [[begin[i, chosen[j]].mid() if j < count else arb(0) for j in range(count)] for i in range(count)]
    wide = arb_mat([[turn[i][j] if i < count and j < count else int(i == j) for j in range(size)] for i in range(size)])
    return [(part * wide).mid() for part in frame]


# The equation of y may make bounds grow by so much on a cell: where a cell is not to be cut on any account, and else.
MOST_LEAK, WANTED_LEAK = 0.4, 2e-3
# How many times as wide as the distance a tube is tried.
ROOM = 4
# The greatest |half * J| that a frame follows in all directions; places at which eigenvectors are taken.
LONGEST, NODES, STIFF_SLOPES = 3, 7, 24


def step(cell, box, leak=WANTED_LEAK):
    """Where the distance lies at the cell's end, and bounds of it on the cell."""
    defect = cell.defect()
    ctx.prec = BITS
    bounds = [entry + 2 * d for entry, d in zip(box.bounds(), defect)]
    least = arb(2) ** (-2 * cell.bits)
    tube, orders = [(ROOM * max(bounds) + least).upper()] * len(bounds), SLOPES
    parts, errors = cell.jacobian(tube, orders)
    for _ in range(8):
        # What distances may become, if the Jacobian is no larger: any guess is allowed.
        wanted = [(ROOM * entry + least).upper() for entry in reach(size_of(parts), bounds)]
        unit = units(wanted)
        if not row_sum(size_of([scaled(part, unit, unit) for part in parts])) < LONGEST:
            # Fast contractions take more orders, and make no distance grow.
            wanted, orders = [(ROOM * entry + least).upper() for entry in bounds], STIFF_SLOPES
        if len(parts) < orders or not all(a <= b for a, b in zip(wanted, tube)):
            tube = wanted
            parts, errors = cell.jacobian(tube, orders)
        found, greatest = framed(parts, errors, box, defect, wanted, leak)
        if all(a < b for a, b in zip(greatest, tube)):
            return found, greatest
        bounds = greatest
    raise Unproved("the distance leaves every tube that was tried")


def reach(rates, bounds):
    """About e^2|half J| times bounds."""
    total = term = column(bounds)
    for k in range(1, 12):
        term = rates * term * (arb(2) / k)
        total = upper(total + term)
    return entries(total)


def framed(parts, errors, box, defect, tube, leak):
    """The bounds at the end and on the cell, if the solution stays in the tube in which the Jacobian was taken."""
    size, none = len(tube), [0] * len(tube)
    unit = units(tube)
    parts, errors = [scaled(part, unit, unit) for part in parts], scaled(errors, unit, unit)
    start = scaled(box.directions, unit, none)
    added = column([d * arb(2) ** -k for d, k in zip(defect, unit)])
    rate = row_sum(size_of(parts))
    if rate < LONGEST:
        frame, blocks = moving(parts, start, float(rate)), []
    else:
        frame, blocks = separated(parts)
        frame = turned(frame, start, box.radii, size - sum(map(len, blocks)))
    inverse = inverse_series(frame, max(len(frame), len(parts)) if rate < LONGEST else STIFF_SLOPES + 12)
    # 1 - C B, and its row sums.
    gap = product(inverse, frame)
    gap[0] -= identity(size)
    away = row_sum(size_of(gap))
    if not away < 0.5:
        raise Unproved("the frame is not known to be invertible")
    beside = identity(size) + arb_mat([[(away / (1 - away)).upper()] * size] * size)
    inverse_size, frame_size = size_of(inverse), size_of(frame)
    change = product(parts, frame)
    for k in range(1, len(frame)):
        change[k - 1] -= frame[k] * k
    added = upper(beside * inverse_size * added)
    first = upper(at(frame, -1).solve(start)) * box.radii
    known = product(inverse, change) if blocks else [arb_mat(size, size)]
    rest = beside * inverse_size * errors * frame_size
    rest += (beside - identity(size)) * size_of(known) if blocks else beside * inverse_size * size_of(change)
    greatest, end = compared(known, upper(rest), blocks, upper(first), added, leak)
    greatest = entries(upper(frame_size * greatest))
    image = at(frame, 1)
    directions = orthogonal(image, end, size - sum(map(len, blocks)))
    radii = upper(upper(directions.solve(image)) * end)
    return (
        Box(scaled(directions, [-k for k in unit], none), radii),
        [(entry * arb(2) ** k).upper() for entry, k in zip(greatest, unit)],
    )


def moving(parts, start, rate):
    """B with B' = S B nearly, and nearly the box's directions at the start."""
    forward = solution(parts, identity(start.nrows()), orders_for(rate))
    turn = at(forward, -1).solve(start).mid()
    return [(part * turn).mid() for part in forward]


def compared(known, rest, blocks, first, added, leak):
    """Bounds of |y| on the cell and at its end, by first exit from X: docstring."""
    size = first.nrows()
    if not all(is_finite(entries(matrix)) for matrix in [*known, rest, first, added]):
        raise Unproved("a bound is not finite")
    alone = [[i] for i in range(size) if not any(i in block for block in blocks)]
    groups = alone + blocks
    sizes = upper(size_of(known) + rest)
    norms = [[norm([sizes[i, j] for i in a for j in b]) for b in groups] for a in groups]
    starts = [norm([first[i, 0] for i in group]) for group in groups]
    gamma = [norm([added[i, 0] for i in group]) for group in groups]
    decay = [arb(0)] * len(alone) + [contraction(known, rest, block) for block in blocks]
    slow = range(len(alone))
    if slow and not 2 * max(sum((norms[i][j] for j in slow), arb(0)).upper() for i in slow) < leak:
        raise Unproved("the Jacobian is not known well enough")
    if all(x.is_zero() for x in starts + gamma):
        return first, first

    def bounded(bounds):
        """What follows from bounds X that hold."""
        drive = [
            sum((norms[a][b] * bounds[b] for b in range(len(groups)) if b != a), gamma[a]) for a in range(len(groups))
        ]
        spent = [
            2 * bounds[b] if b in slow else ((starts[b] + 2 * drive[b]) / decay[b]).upper() for b in range(len(groups))
        ]
        return [
            (starts[a] + 2 * gamma[a] + sum((norms[a][b] * spent[b] for b in range(len(groups))), arb(0))).upper()
            if a in slow
            else max(starts[a], (drive[a] / decay[a]).upper())
            for a in range(len(groups))
        ], drive

    def widened(bounds):
        most = max(bounds)
        return [(bound * (1 + arb(2) ** -20) + most * arb(2) ** -60).upper() for bound in bounds]

    bounds = widened([start + 2 * d for start, d in zip(starts, gamma)])
    for attempt in range(12):
        found, _ = bounded(bounds)
        if all(a < b for a, b in zip(found, bounds)):
            break
        bounds = widened([max(a, b) for a, b in zip(found, bounds)])
    else:
        raise Unproved("no bound is found")
    for _ in range(3):
        bounds, drive = bounded(bounds)
    last = [
        bounds[a] if a in slow else min(bounds[a], ((-2 * decay[a]).exp() * starts[a] + drive[a] / decay[a]).upper())
        for a in range(len(groups))
    ]
    greatest, end = [arb(0)] * size, [arb(0)] * size
    for group, bound, at_end in zip(groups, bounds, last):
        for i in group:
            greatest[i], end[i] = bound, at_end
    return column(greatest), column(end)


def norm(values):
    return values[0] if len(values) == 1 else sum((value * value for value in values), arb(0)).sqrt().upper()


def contraction(known, rest, block):
    """A lower bound of the rate at which a block shrinks: minus its logarithmic norm, by row sums of the symmetric part."""
    worst = None
    for i in block:
        row = known[0][i, i] + sum((abs(part[i, i]) for part in known[1:]), arb(0)) + rest[i, i]
        for j in block:
            if j != i:
                row += sum((abs(part[i, j] + part[j, i]) for part in known), rest[i, j] + rest[j, i]) / 2
        worst = row if worst is None else worst.max(row)
    rate = (-worst).lower()
    if not rate > 0:
        raise Unproved("a fast direction is not known to shrink")
    return rate


def separated(parts):
    """Polynomials whose columns are slow directions, which are followed, and then fast ones, with these in blocks of 1 or 2.

    They come from eigenvectors at some places, in approximate arithmetic: any frame would do.
    """
    size = parts[0].nrows()
    places = [arb(0)] + [arb(sign * (2 * k + 1)) / NODES for k in range(NODES // 2) for sign in (1, -1)]
    spectra = [spectrum(value_at(parts, place)) for place in places]
    fast = [(value, vector) for value, vector in spectra[0] if value.real < -1 and value.imag >= 0]
    if not fast:
        raise Unproved("the cell is too long for a frame")
    groups = [[vector] for _, vector in fast]
    count = sum(1 if value.imag == 0 else 2 for value, _ in fast)
    tables = []
    for others in spectra:
        table, left = [], [pair for pair in others if pair[0].imag >= 0]
        for value, _ in fast:
            alike = [pair for pair in left if (pair[0].imag == 0) == (value.imag == 0)]
            if not alike:
                raise Unproved("the fast directions change their kind")
            best = min(alike, key=lambda pair: abs(pair[0] - value) / abs(value))
            left.remove(best)
            table.append(real_columns(best))
        tables.append(table)
    slow = [slow_projection(value_at(parts, place), table, count) for place, table in zip(places, tables)]
    kept = basis(slow[0], size - count)
    base = joined([*kept, *tables[0]])
    rows = base.inv().mid()
    nodes, blocks = [], []
    for projector, table in zip(slow, tables):
        first, columns = 0, []
        for part in [*(projector * part for part in kept), *table]:
            width = part.ncols()
            own = arb_mat([[rows[first + i, j] for j in range(size)] for i in range(width)])
            columns.append((part * (own * part).inv()).mid())
            first += width
        nodes.append(joined(columns))
    first = size - count
    for part in tables[0]:
        blocks.append(list(range(first, first + part.ncols())))
        first += part.ncols()
    frame = interpolated(places, nodes)
    if count < size:
        # The slow block is followed.
        inverse = inverse_series(frame, STIFF_SLOPES + 12)
        change = product(parts, frame)
        for k in range(1, len(frame)):
            change[k - 1] -= frame[k] * k
        keep = range(size - count)
        block = [arb_mat([[part[i, j].mid() for j in keep] for i in keep]) for part in product(inverse, change)[:STIFF_SLOPES]]
        rate = float(row_sum(size_of(block)))
        if not rate < float(LONGEST):
            raise Unproved("the cell is too long for a frame of its slow directions")
        follow = solution(block, identity(size - count), orders_for(rate))
        wide = [arb_mat([[part[i, j] if i in keep and j in keep else arb(int(k == 0 and i == j)) for j in range(size)] for i in range(size)]) for k, part in enumerate(follow)]
        frame = [part.mid() for part in product(frame, wide)]
    return frame, blocks


def value_at(parts, place):
    total = parts[-1]
    for part in reversed(parts[:-1]):
        total = total * place + part
    return total.mid()


def spectrum(matrix):
    """Approximate eigenvalues with right eigenvectors."""
    size = matrix.nrows()
    values, right = acb_mat(matrix).eig(right=True, algorithm="approx")
    found = []
    for k, value in enumerate(values):
        value = complex(value)
        if abs(value.imag) < 1e-12 * abs(value):
            value = complex(value.real, 0)
        found.append((value, [right[i, k] for i in range(size)]))
    return found


def real_columns(pair):
    value, vector = pair
    largest = max(abs(complex(x)) for x in vector)
    parts = [[x.real.mid() / largest for x in vector], [x.imag.mid() / largest for x in vector]]
    if value.imag == 0:
        # A real vector but for a factor.
        parts = [max(parts, key=lambda part: max(abs(float(x)) for x in part))]
    return arb_mat([list(row) for row in zip(*parts)]).mid()


def slow_projection(matrix, table, count):
    """A projection whose image is what all fast left eigenvectors leave out."""
    size = matrix.nrows()
    if count == size:
        return identity(size)
    transposed = spectrum(matrix.transpose())
    transposed.sort(key=lambda pair: pair[0].real)
    left = joined([real_columns(pair) for pair in transposed[:count] if pair[0].imag >= 0]).transpose()
    right = joined(table)
    if left.nrows() != right.ncols():
        raise Unproved("the fast directions are not apart")
    return (identity(size) - right * (left * right).inv() * left).mid()


def basis(projection, count):
    """A basis of its image, of so many dimensions: a list of no or one matrix."""
    whole = orthogonal(projection, column([arb(1)] * projection.nrows()), projection.nrows())
    return [arb_mat([[whole[i, j] for j in range(count)] for i in range(projection.nrows())])] if count else []


def joined(matrices):
    return arb_mat([[entry for matrix in matrices for entry in matrix.tolist()[i]] for i in range(matrices[0].nrows())])


def interpolated(places, matrices):
    """Coefficients of the matrix polynomial with these values."""
    size = len(places)
    powers = arb_mat([[place**k for k in range(size)] for place in places]).inv()
    found = []
    for k in range(size):
        total = arb_mat(matrices[0].nrows(), matrices[0].ncols())
        for j, matrix in enumerate(matrices):
            total += matrix * powers[k, j]
        found.append(total.mid())
    return found


def orders_for(rate):
    """Of a frame that moves at this rate."""
    order = SLOPES + 4
    while rate**order / factorial(order) > 1e-14:
        order += 1
    return order
