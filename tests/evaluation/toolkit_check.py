#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares report.json of `siamtrack eval` with what the got10k package says on the same files.

usage: toolkit_check.py RESULTS DATA

RESULTS is the output folder of `siamtrack eval --rules got10k`; DATA the folder of OTB-style
sequences it was made with. Exits with 77 (skipped) when the package is not installed.
"""

import json
import pathlib
import sys

TOLERANCE = 1e-6


def own_numbers(report, tracker, sequence):
    found = report["experiments"]["ope"][tracker]["sequences"].get(sequence)
    return None if found is None else (found["auc"], found["precision_20"], found["success_50"])


def read_boxes(path, numpy):
    text = path.read_text().replace(",", " ").replace("\t", " ")
    return numpy.array([[float(v) for v in line.split()] for line in text.splitlines() if line.strip()])


def toolkit_numbers(result_file, truth_file, numpy, experiment):
    boxes, truth = read_boxes(result_file, numpy), read_boxes(truth_file, numpy)
    count = min(len(boxes), len(truth))
    boxes, truth = boxes[:count], truth[:count]
    boxes[0] = truth[0]
    overlaps, errors = experiment._calc_metrics(boxes, truth)
    success, precision = experiment._calc_curves(overlaps, errors)
    return success.mean(), precision[20], success[10]


def main(arguments):
    try:
        import numpy
        from got10k.experiments import ExperimentOTB
    except ImportError:
        print("skipped: the package got10k is not installed")
        return 77
    experiment = ExperimentOTB.__new__(ExperimentOTB)  # its constructor wants to download OTB
    experiment.nbins_iou, experiment.nbins_ce = 21, 51
    results, data = pathlib.Path(arguments[0]), pathlib.Path(arguments[1])
    report = json.loads((results / "report.json").read_text())
    worst, compared = 0.0, 0
    ours, theirs = {}, {}
    for tracker in report["experiments"]["ope"]:
        for entry in report["sequences"]:
            name = f"{entry['dataset']}/{entry['name']}"
            truth = data / entry["name"] / "groundtruth_rect.txt"
            own = own_numbers(report, tracker, name)
            if own is None or not truth.exists():
                continue
            result = results / "ope" / entry["dataset"] / tracker / f"{entry['name']}.txt"
            expected = toolkit_numbers(result, truth, numpy, experiment)
            worst = max(worst, *(abs(a - b) for a, b in zip(own, expected)))
            compared += 1
            ours.setdefault(tracker, []).append(own[0])
            theirs.setdefault(tracker, []).append(float(expected[0]))
    rank = lambda table: sorted(table, key=lambda t: -sum(table[t]) / len(table[t]))
    print(f"{compared} results, largest difference {worst:.2e}, ranking {rank(ours)}")
    return 0 if compared > 0 and worst <= TOLERANCE and rank(ours) == rank(theirs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
