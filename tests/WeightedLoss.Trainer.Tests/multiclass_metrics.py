"""The figures of scikit-learn for FOLDER/predicted.csv, lines of actual,predicted class.

Usage: multiclass_metrics.py FOLDER
"""
import json
import sys

import numpy
from sklearn import metrics

actual, predicted = numpy.loadtxt(f"{sys.argv[1]}/predicted.csv", delimiter=",", dtype=int).T
labels = list(range(max(actual.max(), predicted.max()) + 1))
result = {
    "accuracy": metrics.accuracy_score(actual, predicted),
    "balanced accuracy": metrics.balanced_accuracy_score(actual, predicted),
    "macro F1": metrics.f1_score(actual, predicted, average="macro", zero_division=0),
}
precision, recall, _, _ = metrics.precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
for k in labels:
    result[f"precision {k}"], result[f"recall {k}"] = precision[k], recall[k]
print(json.dumps(result))
