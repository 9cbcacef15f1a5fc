"""The minima that scipy finds for the cases that stdin lists as JSON: scores and labels for Platt, logits [n, K] and labels for temperature."""
import json
import sys

import numpy
from scipy import optimize, special


def platt(case):
    z, y = numpy.array(case["Scores"]), numpy.array(case["Labels"])
    positives = y.sum()
    t = numpy.where(y == 1, (positives + 1) / (positives + 2), 1 / (len(y) - positives + 2))
    x = (z - z.mean()) / z.std()

    def gradient(ab):
        error = special.expit(ab[0] * x + ab[1]) - t
        return [error @ x, error.sum()]

    def hessian(ab):
        p = special.expit(ab[0] * x + ab[1])
        h = p * (1 - p)
        return [[h @ x**2, h @ x], [h @ x, h.sum()]]

    def loss(ab):
        m = ab[0] * x + ab[1]
        return (numpy.logaddexp(0, m) - t * m).sum()

    start = optimize.minimize(loss, [0, 0], jac=gradient, method="BFGS").x
    a, b = optimize.root(gradient, start, jac=hessian, tol=1e-14).x
    return [a / z.std(), b - a * z.mean() / z.std()]


def temperature(case):
    z, y = numpy.array(case["Logits"]), numpy.array(case["Labels"])
    n, k = z.shape
    t = numpy.full(z.shape, 1 / (n + k))
    t[numpy.arange(n), y] = (n + 1) / (n + k)
    slope = lambda inverse: ((special.softmax(inverse * z, axis=1) - t) * z).sum()
    return optimize.brentq(slope, 0, 1e4, xtol=1e-14, rtol=1e-14) if slope(0) < 0 else 0.0


cases = json.load(sys.stdin)
json.dump({"Platt": [platt(c) for c in cases["Platt"]], "Temperature": [temperature(c) for c in cases["Temperature"]]}, sys.stdout)
