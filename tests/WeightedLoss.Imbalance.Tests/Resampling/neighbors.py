"""The nearest neighbours that scikit-learn finds for the cases that stdin lists as JSON: rows and k."""
import json
import sys

import numpy
from sklearn.neighbors import NearestNeighbors


def neighbors(case):
    rows = numpy.array(case["Rows"])
    return NearestNeighbors(n_neighbors=case["K"], algorithm="brute").fit(rows).kneighbors(return_distance=False).tolist()


json.dump([neighbors(case) for case in json.load(sys.stdin)], sys.stdout)
