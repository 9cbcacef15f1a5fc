"""Average precision of scikit-learn's logistic regression on FOLDER/training.csv and FOLDER/validation.csv (label last).

Usage: logistic_regression.py FOLDER POSITIVE_WEIGHT
"""
import json
import sys

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

folder, weight = sys.argv[1], float(sys.argv[2])
training = numpy.loadtxt(f"{folder}/training.csv", delimiter=",")
validation = numpy.loadtxt(f"{folder}/validation.csv", delimiter=",")

result = {}
for name, positive_weight in ("unweighted", 1.0), ("weighted", weight):
    model = LogisticRegression(class_weight={0: 1.0, 1: positive_weight}, max_iter=2000)
    model.fit(training[:, :-1], training[:, -1])
    scores = model.decision_function(validation[:, :-1])
    result[name] = average_precision_score(validation[:, -1], scores)
print(json.dumps(result))
