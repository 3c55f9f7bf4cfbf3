"""Random exact numbers of all sizes."""

from fractions import Fraction
from random import Random


def plain(random: Random) -> Fraction:
    """A small rational, as people write them."""
    return Fraction(random.choice([-1, 1]) * random.randint(1, 30), random.choice([1, 1, 2, 3, 4, 5, 7, 10, 100]))


def mild(random: Random) -> Fraction:
    """From -2 to 2: data that do not make a flow stiff."""
    return Fraction(random.randint(-20, 20), random.choice([10, 10, 10, 11]))


def positive(random: Random) -> Fraction:
    return abs(plain(random))


def power_of_ten(random: Random, low: int, high: int) -> Fraction:
    return Fraction(10) ** random.randint(low, high)


def sized(random: Random) -> Fraction:
    """Mostly plain, sometimes 0, tiny or huge."""
    kind = random.random()
    if kind < 0.6:
        return plain(random)
    if kind < 0.7:
        return Fraction(0)
    if kind < 0.8:
        return plain(random) * power_of_ten(random, -5, 5)
    if kind < 0.9:
        return plain(random) * power_of_ten(random, -60, 30)
    return plain(random) * power_of_ten(random, -300, 300)


def times(random: Random, longest: Fraction) -> list[Fraction]:
    """One to four increasing times up to about the longest, with 0 or a tiny one among them at times."""
    chosen = {longest * Fraction(random.randint(1, 100), 100) for _ in range(random.randint(1, 3))}
    if random.random() < 0.25:
        chosen.add(Fraction(0))
    if random.random() < 0.1:
        chosen.add(longest * power_of_ten(random, -40, -5))
    if random.random() < 0.05:
        return [Fraction(0)]
    return sorted(chosen)


def digits(random: Random) -> int:
    return random.choice([5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60])
