"""The figures of scikit-learn for the binary cases that stdin lists as JSON: scores, probabilities, labels, weights or null, threshold, bins."""
import json
import sys

import numpy
from sklearn import metrics
from sklearn.calibration import calibration_curve


def figures(case):
    y, s, p = (numpy.array(case[name]) for name in ("Labels", "Scores", "Probabilities"))
    w = None if case["Weights"] is None else numpy.array(case["Weights"])
    predicted = (s >= case["Threshold"]).astype(int)
    tn, fp, fn, tp = metrics.confusion_matrix(y, predicted, labels=[0, 1], sample_weight=w).ravel()
    precision, recall, thresholds = metrics.precision_recall_curve(y, s, sample_weight=w)
    fpr, tpr, _ = metrics.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
    weighted = {"y_true": y, "y_pred": predicted, "sample_weight": w}
    result = {
        "Confusion": [tp, fp, tn, fn],
        "Precision": metrics.precision_score(**weighted, zero_division=0),
        "Recall": metrics.recall_score(**weighted),
        "Specificity": metrics.recall_score(**weighted, pos_label=0),
        "F1": metrics.f1_score(**weighted),
        "FHalf": metrics.fbeta_score(**weighted, beta=0.5),
        "FTwo": metrics.fbeta_score(**weighted, beta=2),
        "Accuracy": metrics.accuracy_score(**weighted),
        "BalancedAccuracy": metrics.balanced_accuracy_score(**weighted),
        "Matthews": metrics.matthews_corrcoef(**weighted),
        "AveragePrecision": metrics.average_precision_score(y, s, sample_weight=w),
        "RocArea": metrics.roc_auc_score(y, s, sample_weight=w),
        "PrecisionRecallArea": metrics.auc(recall, precision),
        # Ours go from the highest threshold down and have no point for calling nothing positive.
        "Thresholds": thresholds[::-1].tolist(),
        "Precisions": precision[:-1][::-1].tolist(),
        "Recalls": recall[:-1][::-1].tolist(),
        "FalsePositiveRates": fpr[1:].tolist(),
        "TruePositiveRates": tpr[1:].tolist(),
        "LogLoss": metrics.log_loss(y, p, sample_weight=w),
        "Brier": metrics.brier_score_loss(y, p, sample_weight=w),
    }
    for name, strategy in (("Width", "uniform"), ("Count", "quantile")):
        positives, means = calibration_curve(y, p, n_bins=case["Bins"], strategy=strategy)
        result["Rates" + name], result["Means" + name] = positives.tolist(), means.tolist()
    result["Confusion"] = [float(cell) for cell in result["Confusion"]]
    return result


json.dump([figures(case) for case in json.load(sys.stdin)], sys.stdout)
