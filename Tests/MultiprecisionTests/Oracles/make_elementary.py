"""Writes elementary.csv: values of elementary functions by mpmath, 100 significant digits.

Run: python3 make_elementary.py > elementary.csv   (needs mpmath, nothing else)
Each line: function,argument,exponent,value. Arguments are exact rationals; exponent is empty except for pow.
Every value is computed at two working precisions that must agree on the digits written.
"""
from fractions import Fraction

from mpmath import mp, mpf

DIGITS = 100
SMALL = ["1/4", "-1/4", "3/1024", "-3/1024", f"1/{2**60}", f"-1/{2**60}", f"5/{2**300}", f"-5/{2**300}"]
MODERATE = ["1", "-1", "7/2", "-7/2", "1/10", "-1/10", "22/7", "-22/7", "40", "-40"]
LARGE = ["709", "-709", "1000", "-1000", "16001/16", "-16001/16", "100000", "-100000"]
POSITIVE = [f"1/{2**300}", f"3/{2**60}", "1/10", "1/2", "1", "1025/1024", f"{2**60 + 1}/{2**60}", "2", "10", "22/7",
            "4095/4096", "1000003", str(10**40), str(7**200)]
EXPONENTS = ["2", "-3", "1/2", "1/3", "-2/3", "7/5", "1/1000", "25/2"]


def real(text):
    fraction = Fraction(text)
    return mpf(fraction.numerator) / mpf(fraction.denominator)


FUNCTIONS = {
    "exp": (SMALL + MODERATE + LARGE + ["0"], mp.exp),
    "expMinusOne": (SMALL + MODERATE + LARGE + ["0"], mp.expm1),
    "log": (POSITIVE, mp.log),
    "logOnePlus": (SMALL + ["0", "1", "-1/2", "-1023/1024", "22/7", "1000003", str(10**40)], mp.log1p),
    "logistic": (SMALL + MODERATE + LARGE + ["0"], lambda x: 1 / (1 + mp.exp(-x))),
    "softplus": (SMALL + MODERATE + LARGE + ["0"], lambda x: mp.log1p(mp.exp(x))),
    "tanh": (SMALL + MODERATE + LARGE + ["0"], mp.tanh),
    "sqrt": (POSITIVE + ["0"], mp.sqrt),
}


def value(function, *arguments):
    texts = []
    for digits in (DIGITS + 300, DIGITS + 450):
        mp.dps = digits
        result = function(*[real(argument) for argument in arguments])
        texts.append(mp.nstr(result, DIGITS, strip_zeros=False))
    assert texts[0] == texts[1], (function, arguments)
    return texts[0]


print("function,argument,exponent,value")
for name, (arguments, function) in FUNCTIONS.items():
    for argument in arguments:
        print(f"{name},{argument},,{value(function, argument)}")
for argument in POSITIVE:
    for exponent in EXPONENTS:
        print(f"pow,{argument},{exponent},{value(mp.power, argument, exponent)}")
