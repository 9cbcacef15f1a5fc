#!/usr/bin/python3
"""Writes double-oracle.txt: exact values of the functions that the double kernels are made of.

Needs mpmath (Debian: python3-mpmath). Run it in its folder; the output is the same every time.

A line is: function, x, f(x) rounded to nearest, and what the rounding lost as a fraction of the last place in 2^-16ths
(all in hexadecimal, doubles as their bits). Results that are not normal numbers are left out.
"""
import random
import struct
import sys

from mpmath import exp, floor, frexp, ldexp, log, log1p, mp, mpf

mp.prec = 400
RANDOM = random.Random(20190604)
SMALLEST_NORMAL = mpf(2) ** -1022


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def near(x, steps=2):
    """A double and its neighbours."""
    return [from_bits(bits(x) + step) for step in range(-steps, steps + 1)]


def log_uniform(low, high, count):
    """Random doubles whose binary exponents are spread evenly."""
    return [RANDOM.uniform(1, 2) * 2.0 ** RANDOM.uniform(low, high) for _ in range(count)]


def uniform(low, high, count):
    return [RANDOM.uniform(low, high) for _ in range(count)]


def softplus(x):
    return log1p(exp(x))


def sigmoid(x):
    return 1 / (1 + exp(-x))


LN2 = float(log(mpf(2)))

# Around the multiples of ln 2 / 2 the reduction of exp changes over; below 708.39 its results are normal numbers.
MAGNITUDES = (
    [x for n in list(range(1, 70)) + list(range(70, 2043, 29)) for x in near(n * LN2 / 2, 1)]
    + log_uniform(-60, 9.4, 500)
    + uniform(0, 2, 200)
    + uniform(0, 40, 200)
    + uniform(0, 708.39, 200)
    + near(36.7368005696771, 2)  # where 1 + exp(-x) starts to be 1
    + [708.39, 5e-324, 2.2250738585072014e-308, 1e-200]
)
BOTH_SIGNS = [x if i % 2 == 0 else -x for i, x in enumerate(MAGNITUDES)]

TABLE = {
    "exp-negative": (lambda x: exp(-x), MAGNITUDES),
    "log1p-unit": (
        log1p,
        log_uniform(-60, -1, 400) + uniform(0, 1, 600)
        + [x for k in range(1, 17) for x in near(k / 16, 2) if x <= 1]
        + near(2 ** 0.5 - 1, 3) + [1e-300, 2.2250738585072014e-308]
    ),
    "log1p": (
        log1p,
        log_uniform(-60, 64, 600) + log_uniform(-3, 3, 600) + uniform(0, 1, 200)
        # 1 + x near 2^k and near sqrt(2)*2^k, where the reduction changes over
        + [x for k in range(1, 64) for x in near(2.0 ** k - 1, 1) + near(2.0 ** (k + 0.5) - 1, 1)]
        + near(2 ** 0.5 - 1, 3) + [1.0, 1e-300, 2.2250738585072014e-308]
    ),
    "softplus": (softplus, BOTH_SIGNS + [0.0, 1e5, 1e300]),
    "sigmoid": (sigmoid, BOTH_SIGNS + [0.0, 1e5, 1e300]),
}


def line(name, f, x):
    exact = f(mpf(x))
    if exact < SMALLEST_NORMAL:
        return None

    rounded = float(exact)
    _, exponent = frexp(mpf(rounded))
    ulp = ldexp(mpf(1), int(exponent) - 53)
    lost = int(floor((exact - mpf(rounded)) / ulp * 65536 + mpf(1) / 2))
    return f"{name} {bits(x):016x} {bits(rounded):016x} {lost:x}"


with open("double-oracle.txt", "w", encoding="ascii", newline="\n") as table:
    for name, (f, points) in TABLE.items():
        lines = [text for text in (line(name, f, x) for x in sorted(set(p for p in points if p >= 0 or name in ("softplus", "sigmoid")))) if text]
        print(name, len(lines), file=sys.stderr)
        table.write("\n".join(lines) + "\n")
