#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks resources/demo/questions.jsonl: well-formed, without duplicates, and
without a position or length bias that a guesser could use.

Usage: check_demo_questions.py [questions.jsonl]

Prints the baselines and exits 0, or prints one sentence and exits 1.

A strategy that never reads the question ("always the k-th choice", "always the
longest", "always the shortest") is scored; among choices of equal length the
length strategies are taken to guess, so a tie of two counts one half.  The file
fails when an exact two-sided binomial test rejects a hit rate of 0.25 for any
of them at the 5 % level.  (Ties make the true spread smaller than binomial, so
the rounding of the length scores to whole hits is harmless.)
"""

import json
import math
import os
import sys

MINIMUM = 200
CHOICES = 4
ALPHA = 0.05
KEYS = {"context", "choices", "gold", "grade"}


def fail(sentence):
    print(sentence)
    sys.exit(1)


def two_sided_p(hits, n, p):
    """Exact binomial test: total probability of outcomes no likelier than `hits`."""
    def log_pmf(k):
        return (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
                + k * math.log(p) + (n - k) * math.log(1.0 - p))
    limit = log_pmf(hits) + 1e-9
    return min(1.0, math.fsum(math.exp(log_pmf(k)) for k in range(n + 1) if log_pmf(k) <= limit))


def read_items(path):
    items = []
    seen = {}
    try:
        with open(path, "rb") as f:
            lines = f.read().decode("utf-8").split("\n")
    except OSError as e:
        fail(f"The question file cannot be read: {e}.")
    except UnicodeDecodeError:
        fail("The question file is not valid UTF-8.")
    if lines and lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            item = json.loads(line)
        except ValueError:
            fail(f"Line {number} is not a JSON object.")
        if not isinstance(item, dict) or set(item) != KEYS:
            fail(f"Line {number} does not have exactly the keys context, choices, gold and grade.")
        context, choices, gold, grade = (item[k] for k in ("context", "choices", "gold", "grade"))
        if (not isinstance(context, str) or not context.startswith("Question: ")
                or not context.endswith("\nAnswer:")):
            fail(f"Line {number}: the context is not of the form 'Question: ...\\nAnswer:'.")
        if not isinstance(choices, list) or len(choices) != CHOICES:
            fail(f"Line {number} does not have exactly {CHOICES} choices.")
        if any(not isinstance(c, str) or not c or c != c.strip() for c in choices):
            fail(f"Line {number} has a choice that is empty, no string or has spaces at an end.")
        if len({c.casefold() for c in choices}) != CHOICES:
            fail(f"Line {number} has the same choice twice.")
        if type(gold) is not int or not 0 <= gold < CHOICES:
            fail(f"Line {number}: gold is not an integer from 0 to {CHOICES - 1}.")
        if type(grade) is not int or grade not in (1, 2, 3):
            fail(f"Line {number}: grade is not 1, 2 or 3.")
        key = " ".join(context.casefold().split())
        if key in seen:
            fail(f"Line {number} repeats the question of line {seen[key]}.")
        seen[key] = number
        items.append(item)
    if len(items) < MINIMUM:
        fail(f"The file has {len(items)} questions, fewer than {MINIMUM}.")
    return items


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    default = os.path.join(here, "..", "..", "resources", "demo", "questions.jsonl")
    items = read_items(sys.argv[1] if len(sys.argv) > 1 else default)
    n = len(items)

    scores = {}
    for k in range(CHOICES):
        scores[f"always choice {k}"] = float(sum(i["gold"] == k for i in items))
    for name, pick in (("always the longest", max), ("always the shortest", min)):
        total = 0.0
        for i in items:
            lengths = [len(c) for c in i["choices"]]
            best = pick(lengths)
            if lengths[i["gold"]] == best:
                total += 1.0 / lengths.count(best)
        scores[name] = total

    grades = [sum(i["grade"] == g for i in items) for g in (1, 2, 3)]
    print(f"{n} questions, of grade 1/2/3: {grades[0]}/{grades[1]}/{grades[2]}")
    biased = None
    for name, hits in scores.items():
        p = two_sided_p(round(hits), n, 1.0 / CHOICES)
        print(f"{name:20s} {hits / n:.4f}  (p = {p:.3f})")
        if p < ALPHA and biased is None:
            biased = (name, hits / n, p)
    if biased:
        fail("The questions are biased: the strategy '%s' scores %.4f, which differs from chance "
             "(p = %.4f)." % biased)
    print("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
