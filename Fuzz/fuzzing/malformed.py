"""Files that are wrong: well-formed ones with something changed. What comes of them is a located message or, where the change
left a problem, an answer; never a signal, a hang, or a raw control character on the terminal."""

import re
from random import Random

from . import draws, models, systems
from .cases import Case

NUMBERS = [
    "1e400", "-1e400", "1e-320", "1e308", "1e100000", "1e-100000", "1e100001", "9" * 400, "0x1F", "1_000", "nan", "inf",
    "1/0", "0/0", "1/-3", "-0", "+", "-", ".", "1e", "e5", "1.2.3", "\u0661", "\uff11", "9223372036854775808",
    "-9223372036854775809", "18446744073709551616", "1/" + "9" * 100, "true", "null", "~", "", "[]", "{}", "[[]]", "1 / 3",
]

# Such a line cannot be right, whatever is around it.
WRONG_LINES = [
    "times: []", "times: [1, 1]", "times: [2, 1]", "times: [-1]", "times: yes", "times: {a: 1}", "times: [[0]]",
    "banana: 1", "tmies: [1]", "likelihood: gausian", "flow: {kind: natural-gradient}", "flow: {kind: gradients}",
    "model: {kind: formula}", "model: linear", "normalisation: average", "data: {inputs: [], targets: []}",
    "data: {inputs: [[1], [1, 2]], targets: [1, 1]}", "data: {file: nowhere.csv}", "initial: {seed: -1}",
    "initial: {seed: 1.5, scale: 1}", "initial: {parameters: x}", "initial: {}",
    "initial: {seed: 18446744073709551616}", "model: {kind: deep-linear, widths: [1]}",
    "model: {kind: deep-linear, widths: [1, 100000000000000000000, 1]}", "model: {kind: deep-linear, widths: [1, -1, 1]}",
    "model: {kind: mlp, widths: [1, 2, 1], activation: sine}", "model: {kind: diagonal, form: product, depth: 0}",
]

# Right-hand sides and families that cannot be right.
WRONG_SIDES = [
    "x +", "(x", "x)", "x**2", "2x", "sin(x)", "exp x", "y_unknown", "x[1]", "", "x @ 1", "1e", "exp(x, x)", "log()", "pi*x",
    "t'", "x = 1", "x; x", "\\u0000", "x" * 70000, "(" * 200 + "x" + ")" * 200, "m[i]", "x\u00b2", "e^", "x..1", "0x10",
]

LARGE = [
    'system:\n  "m[a,b,c,d]": {derivative: "1", initial: 0, for: {a: [1, 200001], b: [1, 200001], c: [1, 200001], d: [1, 200001]}}\ntimes: [1]\n',
    'system:\n  "m[i]": {derivative: "m[i+9223372036854775807]", initial: 0, for: {i: [1, 2]}}\ntimes: [1]\n',
    'system:\n  "m[i]": {derivative: "1", initial: 0, for: {i: [-9223372036854775808, 9223372036854775807]}}\ntimes: [1]\n',
    'system:\n  "m[i]": {derivative: "1", initial: 0, for: {i: [2, 1]}}\ntimes: [1]\n',
    'system:\n  "m[i]": {derivative: "1", initial: "1/(i - 1)", for: {i: [1, 2]}}\ntimes: [1]\n',
    'system:\n  "m[i]": {derivative: "1", initial: "9^(9^9)", for: {i: [1, 2]}}\ntimes: [1]\n',
    "model: {kind: mlp, widths: [1, 100000, 1]}\ndata: {inputs: [[1], [2]], targets: [1, 2]}\nlikelihood: gaussian\n"
    "flow: {kind: natural-gradient, fisher: training-inputs}\ninitial: {seed: 1}\ntimes: [1]\n",
    "model: {kind: deep-linear, widths: [1, 3000, 3000, 1]}\ndata: {inputs: [[1]], targets: [1]}\nlikelihood: gaussian\n"
    "flow: {kind: gradient}\ninitial: {seed: 1}\ntimes: [1]\n",
]


def make(random: Random) -> Case:
    kind = random.choice([_number, _line, _side, _bytes, _truncated, _large, _nested, _keys, _option])
    return kind(random)


def _whole(random: Random) -> Case:
    return random.choice([systems.make, models.make])(random)


def _case(name: str, text: bytes, arguments: list[str], expected: str = "mutated") -> Case:
    return Case(f"malformed {name}", text, arguments, expected=expected)


def _number(random: Random) -> Case:
    """A number replaced by another, or by none."""
    case = _whole(random)
    text = case.text.decode()
    places = list(re.finditer(r"(?<![\w.])\d+(?:/\d+)?", text))
    match = random.choice(places)
    return _case("number", (text[: match.start()] + random.choice(NUMBERS) + text[match.end() :]).encode(), case.arguments)


def _line(random: Random) -> Case:
    case = models.make(random)
    lines, wrong = case.text.decode().splitlines(), random.choice(WRONG_LINES)
    key = wrong.split(":")[0]
    kept = [line for line in lines if not line.startswith(key)]
    kept.insert(random.randint(0, len(kept)), wrong)
    return _case("line", ("\n".join(kept) + "\n").encode(), case.arguments, "malformed")


def _side(random: Random) -> Case:
    """A wrong formula, as a right-hand side or as a prediction."""
    wrong = random.choice(WRONG_SIDES)
    quoted = wrong if "\\" in wrong else wrong.replace('"', "")
    if random.random() < 0.3 and wrong not in ("m[i]", "x[1]", "pi*x"):
        text = f'system:\n  x: {{derivative: "1", initial: 0}}\ntimes: [1]\nprediction: {{x: "{quoted}"}}\n'
        return _case("formula", text.encode(), ["verify"], "malformed" if wrong else "mutated")
    text = f'system:\n  x: {{derivative: "{quoted}", initial: {draws.sized(random)}}}\ntimes: [1]\n'
    return _case("formula", text.encode(), ["solve"], "malformed")


def _bytes(random: Random) -> Case:
    """Single bytes changed, put in or left out: control characters and broken UTF-8 among them."""
    case = _whole(random)
    data = bytearray(case.text)
    for _ in range(random.choice([1, 1, 2, 5])):
        place = random.randrange(len(data))
        new = random.choice([0, 7, 8, 9, 10, 13, 27, 34, 38, 42, 44, 58, 91, 93, 123, 125, 127, 133, 155, 194, 255, 35, 33, 37, 64, 96])
        match random.randrange(3):
            case 0:
                data[place] = new
            case 1:
                data.insert(place, new)
            case 2:
                del data[place]
    return _case("bytes", bytes(data), case.arguments)


def _truncated(random: Random) -> Case:
    case = _whole(random)
    data = case.text[: random.randrange(len(case.text))]
    if random.random() < 0.3:
        data = random.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"---\n", b"%YAML 1.1\n---\n", b"\n\n\n", b"#\n"]) + case.text
    return _case("truncated", data, case.arguments)


def _large(random: Random) -> Case:
    return _case("large", random.choice(LARGE).encode(), ["solve", "--digits", "10"])


def _nested(random: Random) -> Case:
    depth = random.choice([10, 999, 1001, 20000])
    inner = random.choice(["[" * depth + "]" * depth, "{a: " * depth + "1" + "}" * depth, "- " * depth + "1"])
    names = "abcdefg"
    bomb = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(f"{y}: &{y} [{','.join(['*' + x] * 9)}]\n" for x, y in zip(names, names[1:]))
    return _case("nested", random.choice([f"times: {inner}\n", bomb]).encode(), ["solve"], "malformed")


def _keys(random: Random) -> Case:
    """A key left out, given twice, misspelt, or one with control characters and whole forged lines in it."""
    case = models.make(random)
    lines = case.text.decode().splitlines()
    place = random.randrange(len(lines))
    key = lines[place].split(":")[0]
    match random.randrange(4):
        case 0:
            expected = "mutated" if key == "normalisation" else "malformed"
            del lines[place]
        case 1:
            expected = "malformed"
            lines.append(lines[place])
        case 2:
            expected = "malformed"
            lines[place] = lines[place].replace(key, key[:-1] + random.choice("abc") + key[-1], 1)
        case _:
            expected = "malformed"
            name = random.choice(['"\\e[31mred\\e[0m"', '"a\\nfisherflow: all is well"', '"\\x07\\x9b"', '"' + "k" * 100000 + '"'])
            lines.append(f"{name}: 1")
    return _case("keys", ("\n".join(lines) + "\n").encode(), case.arguments, expected)


def _option(random: Random) -> Case:
    """A good file and times or digits that are none, or extreme."""
    case = systems.from_family(random)
    at = random.choice(["1e-320", "1e320", "1e-100000", "0,0", "2,1", "-1", "", ",", "x", "1e99999999", "0", "1/3,1/2", "nan", "9" * 500])
    digits = random.choice(["4", "5", "10000", "10001", "-5", "x", "1e3", "99999999999999999999", ""])
    extra = ["--at", at] if random.random() < 0.6 else ["--digits", digits]
    return _case("option", case.text, ["solve", *extra])
