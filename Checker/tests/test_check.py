"""The checker accepts what is true and refuses whatever is altered."""

import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from check import verdict
from tests.candidates import DECAY, DUFFING, FUNCTIONS, LOGISTIC, LORENZ, SMALL, TWO_BODIES, certificate


def check(document, problem=None):
    return verdict(json.dumps(document), problem)


def leaves(value, path=()):
    """All parts of a document: their paths."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from leaves(value[place], (*path, place))


def part(document, path):
    for key in path:
        document = document[key]
    return document


def altered(document, path, value):
    changed = copy.deepcopy(document)
    if not path:
        return value
    part(changed, path[:-1])[path[-1]] = value
    return changed


class AcceptanceTests(unittest.TestCase):
    def test_true_certificates_are_accepted(self):
        cases = {
            "decay": certificate(DECAY, ["0.5", 2], "1/2", radius="1e-24"),
            "logistic": certificate(LOGISTIC, [1, 3], "1/2"),
            "lorenz": certificate(LORENZ, ["1/8"], "1/64"),
            "two bodies": certificate(TWO_BODIES, [1], "1/8"),
            "duffing": certificate(DUFFING, [1], "1/8"),
            "functions": certificate(FUNCTIONS, ["1/2"], "1/16", order=24),
            "small": certificate(SMALL, ["1/2", 1], "1/4", order=20),
            "fast decay": certificate({"x": ("-1000*(x - 1/(1 + t))", "1.001")}, ["1/64"], "1/512", radius="1e-15"),
        }
        for name, document in cases.items():
            with self.subTest(name):
                status, lines = check(document)
                self.assertEqual(status, 0, lines)

    def test_a_long_linear_piece_with_a_fast_contraction_is_accepted(self):
        """Polynomials that a Taylor series would not give: 1/(1 + t) is near a polynomial, and the rate is 10^6."""
        document = certificate({"x": ("-1000000*(x - t) + 1", "0")}, [4], 4, order=2, solved={"x": ("1", "0")})
        self.assertEqual(check(document)[0], 0, check(document))


class AlterationTests(unittest.TestCase):
    """Every number, text, key and item altered in turn."""

    @classmethod
    def setUpClass(cls):
        cls.true = certificate(SMALL, ["1/2", 1], "1/2", order=14, bits=80, radius="1e-10")
        cls.paths = list(leaves(cls.true))

    def refuse(self, document, what, statuses=(1, 2)):
        status, lines = check(document)
        self.assertIn(status, statuses, f"{what}: {lines}")
        self.assertTrue(lines[0].startswith("no: "), lines)

    def test_the_certificate_itself_is_accepted(self):
        self.assertEqual(check(self.true)[0], 0)

    def test_what_is_no_number_and_what_is_of_another_type_is_malformed(self):
        for path in self.paths:
            for value in [None, True, 1.5, float("nan"), float("inf"), "NaN", "inf", "-", "", [], {}, [[]], 7, -1]:
                # The version and the ends of ranges are whole numbers.
                if value != part(self.true, path):
                    # No pieces are a list of pieces, and no coefficients a polynomial.
                    is_list = isinstance(part(self.true, path), list) and value == []
                    self.refuse(altered(self.true, path, value), f"{path}: {value}", (1, 2) if is_list else (2,))

    def test_missing_keys_are_malformed(self):
        for path in self.paths:
            if path and isinstance(path[-1], str):
                changed = copy.deepcopy(self.true)
                del part(changed, path[:-1])[path[-1]]
                self.refuse(changed, f"without {path}", (2,))

    def test_more_keys_are_malformed(self):
        for path in self.paths:
            if isinstance(part(self.true, path), dict):
                self.refuse(altered(self.true, (*path, "more"), "1"), f"more in {path}", (2,))

    def test_items_dropped_doubled_and_exchanged(self):
        for path in self.paths:
            value = part(self.true, path)
            if not isinstance(value, list):
                continue
            for place in range(len(value)):
                what = f"{path}[{place}]"
                if path == ("samples",):
                    # What is claimed less is still true.
                    self.assertEqual(check(altered(self.true, path, value[:place] + value[place + 1 :]))[0], 0, what)
                elif path[-1] != "x" and path[-1] != "y" or self.effect(path, place) > Fraction(1, 10**8):
                    self.refuse(altered(self.true, path, value[:place] + value[place + 1 :]), f"without {what}")
                    self.refuse(altered(self.true, path, value[: place + 1] + value[place:]), f"{what} twice")
                if path != ("samples",) and place and value[place] != value[place - 1] and self.effect(path, place) > Fraction(1, 10**8):
                    swapped = value[: place - 1] + [value[place], value[place - 1]] + value[place + 1 :]
                    self.refuse(altered(self.true, path, swapped), f"{what} exchanged")

    def effect(self, path, place):
        """About how much a coefficient moves its polynomial."""
        if path[-1] not in ("x", "y"):
            return 1
        mantissa, _, power = part(self.true, path)[place].partition("*2^")
        return abs(Fraction(int(mantissa)) * Fraction(2) ** int(power or 0)) / 2**place

    def test_numbers_moved(self):
        for path in self.paths:
            value = part(self.true, path)
            if not isinstance(value, str) or path[0] == "system":
                continue
            kind = path[-1] if isinstance(path[-1], str) else "coefficient"
            if kind == "coefficient":
                mantissa, _, power = value.partition("*2^")
                # Ten times the radius at the piece's end.
                extra = Fraction(2 ** path[-1], 10**9)
                number = Fraction(int(mantissa)) * Fraction(2) ** int(power or 0)
                for sign in (1, -1):
                    moved = round((number + sign * extra) * 2**100)
                    self.refuse(altered(self.true, path, f"{moved}*2^-100"), f"{path}", (1,))
                continue
            number = Fraction(value)
            wrong = {
                "t": [number + Fraction(1, 10**6), number - Fraction(1, 10**6), -number],
                "start": [number + Fraction(1, 10**6), number - Fraction(1, 10**6), number + 1],
                "duration": [-number, 0, number - Fraction(1, 10**6), number + Fraction(1, 10**6), 2 * number],
            }.get(kind)
            if wrong is None and path[-2] == "variables":
                wrong = [number + 2 * Fraction(1, 10**10), number - 2 * Fraction(1, 10**10), -number, 10 * number]
            if wrong is None:
                wrong = [-number, number / 10**8, 0]
                # Less is claimed with a larger radius.
                self.assertEqual(check(altered(self.true, path, str(2 * number)))[0], 0)
            last = path[:2] == ("pieces", len(self.true["pieces"]) - 1)
            for moved in wrong:
                if last and kind == "duration" and moved > number:
                    # Nothing is said of times after the last sample.
                    self.assertEqual(check(altered(self.true, path, str(moved)))[0], 0)
                else:
                    self.refuse(altered(self.true, path, str(moved)), f"{path}: {value} as {moved}")

    def test_the_system_altered(self):
        for name, key, text in [
            ("x", "derivative", "y - x*t/2 + 1e-7"),
            ("x", "derivative", "y - x*t/2.0000001"),
            ("x", "derivative", "y - x^1.0000001*t/2"),
            ("x", "derivative", "y + x*t/2"),
            ("x", "derivative", "x - y*t/2"),
            ("x", "derivative", "y - x*t/2 + log(x - 2)"),
            ("x", "derivative", "y - x*t/2 + 0/(x - x)"),
            ("y", "derivative", "-2.0000001*x"),
            ("y", "derivative", "-2*x^2"),
            ("y", "derivative", "2*x"),
            ("x", "initial", "0.5000001"),
            ("y", "initial", "-1"),
            ("x", "derivative", "y - x*t/2 + 2^1e9*x"),
        ]:
            self.refuse(altered(self.true, ("system", name, key), text), f"{name}: {text}", (1,))
        for text in ["", "x +", "(x", "x)", "2 x", "sin(x)", "x[1]", "w", "x ** 2", "1/0*x", "x$", "\\frac{x}{2}", "pi*x", "exp x", "x^(1/0)"]:
            self.refuse(altered(self.true, ("system", "x", "derivative"), text), text, (2,))
        for text in ["x", "sqrt(2)", "t", "1/0"]:
            self.refuse(altered(self.true, ("system", "x", "initial"), text), text, (2,))

    def test_keys_that_stand_twice_and_texts_that_are_cut(self):
        text = json.dumps(self.true)
        self.assertEqual(verdict(text.replace('"samples"', '"certificate": 1, "samples"', 1))[0], 2)
        for length in range(0, len(text) - 1, 97):
            self.assertEqual(verdict(text[:length])[0], 2, length)
        self.assertEqual(verdict("[" * 100_000)[0], 2)


class FamilyTests(unittest.TestCase):
    def document(self, **ranges):
        single = certificate({"a": ("-2*a", "1"), "b": ("a - 4*b", "2")}, [1], "1/4", order=30, bits=120, radius="1e-15")
        def pair(value):
            return {"m": [value["a"], value["b"]]}

        single["system"] = {
            "m[i]": {"derivative": "-2*i*m[i] + (i - 1)*m[1]", "initial": "i", "for": {"i": [1, 2]}} | ranges
        }
        for sample in single["samples"]:
            sample["variables"], sample["radii"] = pair(sample["variables"]), pair(sample["radii"])
        for piece in single["pieces"]:
            piece["polynomials"] = pair(piece["polynomials"])
        return single

    def test_families_are_written_out(self):
        self.assertEqual(check(self.document())[0], 0)

    def test_other_ranges_are_refused(self):
        for wrong in [{"i": [0, 1]}, {"i": [1, 3]}, {"i": [2, 1]}, {"i": [1]}, {"j": [1, 2]}, {"i": [1, 10**5]}, {"i": ["1", 2]}]:
            status, lines = check(self.document(**{"for": wrong}))
            self.assertIn(status, (1, 2), f"{wrong} {lines}")


class AdversaryTests(unittest.TestCase):
    """Polynomials of a slightly different equation, with radii that hide it."""

    def test_candidates_of_other_equations_are_refused(self):
        for wrong, true in [
            ({"x": ("-1.00000001*x", "1")}, DECAY),
            ({"x": ("-x + 1e-9*exp(-100*(t - 1/4)^2)", "1")}, DECAY),
            ({"x": ("-x", "1.000000001")}, DECAY),
            (TWO_BODIES | {"u": ("-1.00000001*x/(x^2 + y^2)^(3/2)", "0")}, TWO_BODIES),
            (LORENZ | {"z": ("x*y - 8/3*z + 1e-9", "1")}, LORENZ),
        ]:
            document = certificate(true, ["1/2"], "1/32", order=24, radius="1e-12", solved=wrong)
            status, lines = check(document)
            self.assertEqual(status, 1, lines)

    def test_polynomials_beyond_a_singularity_are_refused(self):
        document = certificate({"x": ("x^2", "1")}, [2], 2, order=8, radius="1e9")
        self.assertEqual(check(document)[0], 1)

    def test_a_second_solution_is_refused(self):
        """x' = sqrt(x) from 0 has t^2/4 and 0: neither is the solution."""
        for wrong in [{"x": ("t/2", "0")}, {"x": ("0", "0")}]:
            document = certificate({"x": ("sqrt(x)", "0")}, [1], 1, order=4, solved=wrong)
            self.assertEqual(check(document)[0], 1)

    def test_jumps_between_pieces_are_counted(self):
        document = certificate(DECAY, [1], "1/4", order=24, radius="1e-12")
        numbers = document["pieces"][2]["polynomials"]["x"]
        mantissa, power = numbers[0].split("*2^")
        numbers[0] = f"{int(Fraction(int(mantissa)) * (1 + Fraction(1, 10**9)))}*2^{power}"
        self.assertEqual(check(document)[0], 1)


class ProblemFileTests(unittest.TestCase):
    def test_the_problem_file_must_state_the_same(self):
        document = certificate(DECAY, [1], "1/2", order=30)
        folder = Path(os.environ.get("TMPDIR", "/tmp"))
        for text, status in [
            ('{"system": {"x": {"derivative": " -x ", "initial": 1}}, "times": [1]}', 0),
            ('{"system": {"x": {"derivative": "-1*x", "initial": 1}}}', 1),
            ('{"system": {"x": {"derivative": "-x", "initial": 2}}}', 1),
            ('{"system": {"y": {"derivative": "-x", "initial": 1}}}', 1),
            ('{"model": {}}', 2),
            ("{", 2),
        ]:
            path = folder / f"checker-{os.getpid()}.json"
            path.write_text(text)
            try:
                self.assertEqual(check(document, str(path))[0], status, text)
            finally:
                path.unlink()


@unittest.skipUnless("FISHERFLOW" in os.environ, "FISHERFLOW names no executable")
class CommandTests(unittest.TestCase):
    """Certificates of the command."""

    ROOT = Path(__file__).resolve().parents[2]
    SYSTEMS = (
        "Examples/system Examples/stiff Fuzz/testsets/detest-a1 Fuzz/testsets/detest-a3 Fuzz/testsets/detest-b5 Fuzz/testsets/detest-d1 "
        "Fuzz/testsets/detest-e2 Fuzz/testsets/kepler-06 Fuzz/testsets/lotka-volterra Fuzz/testsets/toda "
        "Fuzz/testsets/stiff-a1 Fuzz/testsets/stiff-c1 Fuzz/testsets/stiff-d3"
    ).split()

    def certificate(self, problem, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/certificate.json"
            command = [os.environ["FISHERFLOW"], "solve", str(problem), "--certificate", path, *options]
            subprocess.run(command, capture_output=True, check=True)
            return Path(path).read_text()

    def test_certificates_of_the_command_are_accepted(self):
        for name in self.SYSTEMS:
            with self.subTest(name):
                problem = self.ROOT / f"{name}.yaml"
                text = self.certificate(problem, "--digits", "15")
                status, lines = verdict(text, str(problem))
                self.assertEqual(status, 0, lines)
                self.assertEqual(verdict(text, str(self.ROOT / "Examples/lorenz.yaml"))[0], 1)

    def test_more_digits_and_other_times(self):
        text = self.certificate(self.ROOT / "Examples/lorenz.yaml", "--digits", "60", "--at", "0,1/3,2")
        status, lines = verdict(text)
        self.assertEqual(status, 0, lines)
        # A claim of one digit more than the polynomials have.
        document = json.loads(text)
        for radii in [sample["radii"] for sample in document["samples"]]:
            radii["x"] = "1e-72"
        self.assertEqual(verdict(json.dumps(document))[0], 1)

    def test_an_equilibrium(self):
        with tempfile.TemporaryDirectory() as folder:
            problem = Path(folder) / "problem.json"
            problem.write_text('{"system": {"x": {"derivative": "x^2 - x", "initial": 1}}, "times": [0, 1000]}')
            status, lines = verdict(self.certificate(problem, "--digits", "20"), str(problem))
            self.assertEqual(status, 0, lines)


if __name__ == "__main__":
    unittest.main()
