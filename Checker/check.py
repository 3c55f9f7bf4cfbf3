"""Checks a certificate of `fisherflow solve --certificate`."""

import json
import sys
from fractions import Fraction

from flint import arb, arb_poly, ctx, fmpz

from formulas import FUNCTIONS, Code, Malformed, Reader, rational, shown
from proof import MOST_LEAK, WANTED_LEAK, Box, Cell, Unproved, ball, column, identity, step

MOST_BITS, MOST_VARIABLES, DEEPEST, WANTED_DEPTH = 100_000, 200, 14, 4
# Numbers have as many digits as are allowed for below.
sys.set_int_max_str_digits(2 * MOST_BITS)


class Refuted(Exception):
    """A claim that is not proved, with its place and by how much it fails."""


def members(value, place, required, optional=()):
    if not isinstance(value, dict):
        raise Malformed(f"{place}: found {shown(value)}, expected an object")
    for key in value:
        if key not in required and key not in optional:
            raise Malformed(f"{place}: found the key {shown(key)}, expected {', '.join([*required, *optional])}")
    for key in required:
        if key not in value:
            raise Malformed(f"{place}: the key \"{key}\" is missing")
    return value


def items(value, place, count=None):
    if not isinstance(value, list) or count is not None and len(value) != count:
        expected = "a list" if count is None else f"a list of {count}"
        raise Malformed(f"{place}: found {shown(value)}, expected {expected}")
    return value


def dyadic(text, place):
    """`-3*2^-70`: its mantissa and exponent."""
    if isinstance(text, str):
        mantissa, power, exponent = text.partition("*2^")
        digits = mantissa.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) < MOST_BITS:
            if not power:
                return fmpz(mantissa), 0
            digits = exponent.removeprefix("-")
            if digits.isascii() and digits.isdigit() and len(digits) < 10:
                return fmpz(mantissa), int(exponent)
    raise Malformed(f"{place}: found {shown(text)}, expected a text such as \"-3*2^-70\"")


class System:
    """Variables, their derivatives as results of one code, and their starts."""

    def __init__(self, document):
        self.families, self.names, self.starts, self.sides, self.code = [], [], [], [], Code()
        if not isinstance(document, dict) or not document:
            raise Malformed(f"system: found {shown(document)}, expected an object of variables")
        variables, equations = {}, []
        for key, value in document.items():
            place = f"system.{key}"
            members(value, place, ["derivative", "initial"], ["for"])
            name, indices, assignments = self.family(key, value.get("for"), place)
            others = {other.partition("[")[0].strip() for other in document if other != key}
            if name in others or name in [*FUNCTIONS, "pi", "t"] or {name, *others} & set(indices) or len(set(indices)) < len(indices) or "t" in indices:
                raise Malformed(f"{place}: found a name that stands for something else too")
            self.families.append((name, None if not indices else len(assignments)))
            if len(self.names) + len(assignments) > MOST_VARIABLES:
                raise Malformed(f"{place}: more than {MOST_VARIABLES} variables are not served")
            for assignment in assignments:
                label = f"{name}[{','.join(str(assignment[index]) for index in indices)}]" if indices else name
                variables[label] = len(self.names)
                self.names.append(label)
                equations.append((value, place, assignment))
        for value, place, assignment in equations:
            code = Code()
            start = code.number_of(Reader(value["initial"], f"{place}.initial", assignment, code, {}).formula())
            if start is None:
                raise Malformed(f"{place}.initial: found {shown(value['initial'])}, expected a rational number")
            self.starts.append(start)
            self.sides.append(Reader(value["derivative"], f"{place}.derivative", assignment, self.code, variables).formula())

    @staticmethod
    def family(key, ranges, place):
        name, bracket, rest = key.replace(" ", "").partition("[")
        indices = rest.removesuffix("]").split(",") if bracket else []
        if not all(part.isidentifier() and part.isascii() for part in [name, *indices]) or bracket and not rest.endswith("]"):
            raise Malformed(f"{place}: found {shown(key)}, expected a variable such as x or m[i]")
        assignments = [{}]
        if bracket or ranges is not None:
            members(ranges, f"{place}.for", indices)
        for index in indices:
            ends = items(ranges[index], f"{place}.for.{index}", 2)
            if not all(type(end) is int and abs(end) <= 100_000 for end in ends) or ends[0] > ends[1]:
                raise Malformed(f"{place}.for.{index}: found {shown(ends)}, expected a range [first, last]")
            if len(assignments) * (ends[1] + 1 - ends[0]) > MOST_VARIABLES:
                raise Malformed(f"{place}: more than {MOST_VARIABLES} variables are not served")
            assignments = [{**old, index: i} for old in assignments for i in range(ends[0], ends[1] + 1)]
        return name, indices, assignments

    def leaves(self, value, place):
        """What stands for each variable, where scalars have one and families a list."""
        members(value, place, [name for name, _ in self.families])
        found = []
        for name, count in self.families:
            part = value[name]
            found += [(part, f"{place}.{name}")] if count is None else [
                (entry, f"{place}.{name}[{i}]") for i, entry in enumerate(items(part, f"{place}.{name}", count))
            ]
        return found


class Sample:
    def __init__(self, document, system, place):
        members(document, place, ["t", "variables", "radii"])
        self.time, self.place = rational(document["t"], f"{place}.t"), place
        self.values = [rational(*leaf) for leaf in system.leaves(document["variables"], f"{place}.variables")]
        self.radii = [rational(*leaf) for leaf in system.leaves(document["radii"], f"{place}.radii")]
        if self.time < 0 or any(radius < 0 for radius in self.radii):
            raise Malformed(f"{place}: found a time or a radius below 0")


class Piece:
    def __init__(self, document, system, place):
        members(document, place, ["start", "duration", "polynomials"])
        self.start, self.place = rational(document["start"], f"{place}.start"), place
        self.duration = rational(document["duration"], f"{place}.duration")
        if self.duration <= 0:
            raise Malformed(f"{place}.duration: found {shown(document['duration'])}, expected more than 0")
        self.end = self.start + self.duration
        self.coefficients = [
            [dyadic(text, f"{at}[{k}]") for k, text in enumerate(items(part, at))]
            for part, at in system.leaves(document["polynomials"], f"{place}.polynomials")
        ]

    def polynomials(self):
        return [arb_poly([arb(number) for number in numbers]) for numbers in self.coefficients]

    def bits(self):
        return max((int(m).bit_length() for numbers in self.coefficients for m, _ in numbers), default=0)


class Check:
    """Goes through the pieces of a certificate, and holds the samples against them."""

    def __init__(self, document):
        members(document, "certificate", ["certificate", "system", "samples", "pieces"])
        if document["certificate"] != 1 or type(document["certificate"]) is not int:
            raise Malformed(f"certificate: found version {shown(document['certificate'])}, expected 1")
        self.system = System(document["system"])
        self.samples = [
            Sample(sample, self.system, f"samples[{i}]") for i, sample in enumerate(items(document["samples"], "samples"))
        ]
        self.pieces = [
            Piece(piece, self.system, f"pieces[{i}]") for i, piece in enumerate(items(document["pieces"], "pieces"))
        ]
        if not self.samples or any(a.time >= b.time for a, b in zip(self.samples, self.samples[1:])):
            raise Malformed("samples: expected at least one, with increasing times")
        for before, piece in zip(self.pieces, self.pieces[1:]):
            if piece.start != before.end:
                raise Refuted(f"{piece.place}: starts at {piece.start}, and the piece before ends at {before.end}")
        radii = [radius for sample in self.samples for radius in sample.radii if radius]
        needed = max((radius.denominator.bit_length() - radius.numerator.bit_length() for radius in radii), default=0)
        self.bits = 96 + max([needed, *(piece.bits() for piece in self.pieces)])
        if self.bits > MOST_BITS:
            raise Malformed(f"certificate: its numbers have {self.bits} bits, expected at most {MOST_BITS}")
        self.depth, self.cells, self.proved = 1, 0, []

    def run(self):
        ctx.prec = self.bits
        size = len(self.system.names)
        if self.pieces and self.pieces[0].start != 0:
            raise Refuted(f"pieces[0]: starts at {self.pieces[0].start}, expected 0")
        values, time = [ball(start) for start in self.system.starts], Fraction(0)
        box = Box(identity(size), column([arb(0)] * size))
        waiting = list(self.samples)
        if waiting[0].time == 0:
            self.hold(waiting.pop(0), values, [arb(0)] * size)
        for piece in self.pieces:
            if not waiting:
                break
            ctx.prec = self.bits
            polynomials = piece.polynomials()
            gaps = [(before - polynomial(arb(0))).abs_upper() for before, polynomial in zip(values, polynomials)]
            box = box.widened(gaps)
            while time < piece.end and waiting:
                end = min(piece.end, waiting[0].time)
                box, last = self.stretch(piece, polynomials, time, end, box)
                time, ctx.prec = end, self.bits
                values = [polynomial(ball(time - piece.start)) for polynomial in polynomials]
                if waiting[0].time == time:
                    self.hold(waiting.pop(0), values, box.bounds())
        if waiting:
            raise Refuted(f"{waiting[0].place}: at t = {waiting[0].time}, and the pieces end at {time}")

    def stretch(self, piece, polynomials, start, end, box):
        """From one time of a piece to another, in as many cells as it takes: their number is a power of two."""
        open_cells, greatest, first = [(start, end - start, 0)], None, self.depth
        for _ in range(first):
            open_cells = [part for begin, length, depth in open_cells for part in self.halves(begin, length, depth)]
        open_cells.reverse()
        deepest = 0
        while open_cells:
            begin, length, depth = open_cells.pop()
            try:
                cell = Cell(self.system, polynomials, piece.start, begin + length / 2, length / 2, self.bits)
                box, greatest = step(cell, box, WANTED_LEAK if depth < WANTED_DEPTH else MOST_LEAK)
                self.cells += 1
                deepest = max(deepest, depth)
            except (Unproved, ValueError, ZeroDivisionError, OverflowError) as reason:
                if depth == DEEPEST:
                    raise Refuted(f"{piece.place}: no bound from t = {ball(begin).str(6, radius=False)} on: {reason}") from None
                open_cells += reversed(list(self.halves(begin, length, depth)))
        # Longer cells are tried again from time to time; where there are many, that costs little.
        self.depth = max(0, deepest - (deepest > 1 or self.cells % 8 == 0))
        return box, greatest

    @staticmethod
    def halves(begin, length, depth):
        yield begin, length / 2, depth + 1
        yield begin + length / 2, length / 2, depth + 1

    def hold(self, sample, values, bounds):
        ctx.prec = self.bits
        for name, claimed, radius, value, bound in zip(self.system.names, sample.values, sample.radii, values, bounds):
            distance = (ball(claimed) - value).abs_upper() + bound
            if not distance <= ball(radius):
                raise Refuted(
                    f"{sample.place}: {name} at t = {sample.time}: the distance is bounded by "
                    f"{distance.str(3, radius=False)}, more than the radius {ball(radius).str(3, radius=False)}"
                )
        self.proved.append((sample, max(bounds)))

    def statement(self):
        names, last = self.system.names, self.samples[-1].time
        shown_names = ", ".join(names if len(names) <= 8 else [*names[:7], "...", names[-1]])
        lines = [f"yes: the system of {shown_names} has a solution up to t = {last}, and at each time below it is within"]
        lines.append("the certificate's radii of the certificate's values.")
        for sample, bound in self.proved:
            lines.append(
                f"t = {sample.time}: radii up to {ball(max(sample.radii)).str(2, radius=False)}, "
                f"polynomials within {bound.str(2, radius=False)}"
            )
        return [*lines, f"{len(self.pieces)} pieces, {self.cells} cells"]


def unique(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("the same key stands twice in one object")
    return found


def no_number(text):
    raise Malformed(f"found the number {shown(text)}, expected a text or a whole number")


def parsed(text):
    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=no_number, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"certificate: {error}") from None


def text_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise Malformed(f"{path}: {error}") from None


def stated(path):
    """The key `system` of a problem file, with texts for all numbers."""
    text = text_of(path)
    try:
        if path.endswith(".json"):
            document = json.loads(text, object_pairs_hook=unique, parse_float=str, parse_int=str)
        else:
            import yaml

            document = yaml.load(text, yaml.BaseLoader)
        return document["system"]
    except ImportError:
        raise Malformed(f"{path}: reading YAML takes PyYAML, which is not installed; JSON takes nothing") from None
    except Exception as error:
        raise Malformed(f"{path}: found no system in it: {shown(str(error))}") from None


def compare(system, path):
    """Whether a problem file states the same system, letter by letter but for the blanks around formulas."""

    def plain(value):
        if isinstance(value, dict):
            return {key.replace(" ", ""): plain(part) for key, part in value.items()}
        return [plain(part) for part in value] if isinstance(value, list) else str(value).strip()

    ours, theirs = plain(system), plain(stated(path))
    if list(ours) != list(theirs):
        raise Refuted(f"{path}: states the variables {', '.join(theirs)}, the certificate {', '.join(ours)}")
    for name in ours:
        if ours[name] != theirs[name]:
            raise Refuted(f"{path}: states {name} as {shown(theirs[name])}, the certificate as {shown(ours[name])}")


def verdict(text, problem=None):
    """The exit status, and lines that say why."""
    try:
        document = parsed(text)
        check = Check(document)
        if problem is not None:
            compare(document["system"], problem)
        check.run()
    except Malformed as error:
        return 2, [f"no: {error}"]
    except Refuted as error:
        return 1, [f"no: {error}"]
    return 0, check.statement()


def main(arguments):
    if not 1 <= len(arguments) <= 2 or arguments[0].startswith("-"):
        print("usage: check.py CERTIFICATE [PROBLEM]", file=sys.stderr)
        return 2
    try:
        status, lines = verdict(text_of(arguments[0]), *arguments[1:])
    except Malformed as error:
        status, lines = 2, [f"no: {error}"]
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
