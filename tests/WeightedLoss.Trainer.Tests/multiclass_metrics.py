"""The figures of scikit-learn for FOLDER/called.csv, lines of actual,called class.

Usage: multiclass_metrics.py FOLDER
"""
import json
import sys

import numpy
from sklearn import metrics

actual, called = numpy.loadtxt(f"{sys.argv[1]}/called.csv", delimiter=",", dtype=int).T
labels = list(range(max(actual.max(), called.max()) + 1))
result = {
    "accuracy": metrics.accuracy_score(actual, called),
    "balanced accuracy": metrics.balanced_accuracy_score(actual, called),
    "macro F1": metrics.f1_score(actual, called, average="macro", zero_division=0),
}
precision, recall, _, _ = metrics.precision_recall_fscore_support(actual, called, labels=labels, zero_division=0)
for k in labels:
    result[f"precision {k}"], result[f"recall {k}"] = precision[k], recall[k]
print(json.dumps(result))
