"""The figures of scikit-learn for the cases of several classes that stdin lists as JSON: labels, predicted, weights or null, probabilities."""
import json
import sys

import numpy
from sklearn import metrics


def figures(case):
    y, predicted, p = (numpy.array(case[name]) for name in ("Labels", "Predicted", "Probabilities"))
    w = None if case["Weights"] is None else numpy.array(case["Weights"])
    labels = list(range(case["Classes"]))
    weighted = {"y_true": y, "y_pred": predicted, "sample_weight": w}
    precision, recall, f1, support = metrics.precision_recall_fscore_support(**weighted, labels=labels, zero_division=0)
    return {
        "Confusion": metrics.confusion_matrix(**weighted, labels=labels).astype(float).ravel().tolist(),
        "Precisions": precision.tolist(),
        "Recalls": recall.tolist(),
        "F1s": f1.tolist(),
        "Supports": support.astype(float).tolist(),
        "Accuracy": metrics.accuracy_score(**weighted),
        "BalancedAccuracy": metrics.balanced_accuracy_score(**weighted),
        "MacroF1": metrics.f1_score(**weighted, average="macro", zero_division=0),
        "MicroF1": metrics.f1_score(**weighted, average="micro", zero_division=0),
        "Matthews": metrics.matthews_corrcoef(**weighted),
        "LogLoss": metrics.log_loss(y, p, sample_weight=w, labels=labels),
    }


json.dump([figures(case) for case in json.load(sys.stdin)], sys.stdout)
