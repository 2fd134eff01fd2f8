#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/get-data brings, against the same sets from other sources (../shared/data, skipped where absent).

Downloads what scripts/get-data downloads. Prints a line a check and ends with 'N passed, N failed, N skipped'.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


def arc(line: dict) -> dict:
    return {"context": f"Question: {line['question']}\nAnswer:", "choices": line["choices"], "gold": line["gold"]}


def openbookqa(line: dict) -> dict:
    return {"context": line["question"], "choices": line["choices"], "gold": line["gold"]}


def piqa(line: dict) -> dict:
    return {key: line[key] for key in ("goal", "sol1", "sol2", "label")}


def boolq(line: dict) -> dict:
    return {"context": f"{line['passage']}\nQuestion: {line['question']}?\nAnswer:", "choices": ["yes", "no"],
            "gold": 0 if line["label"] else 1}


PAIRS = [("arc-easy-test", "arc/arc-easy-test.jsonl", arc),
         ("arc-challenge-test", "arc/arc-challenge-test.jsonl", arc),
         ("openbookqa-test", "openbookqa/openbookqa-main-test.jsonl", openbookqa),
         ("piqa-validation", "piqa/piqa-valid.jsonl", piqa),
         ("boolq-validation", "boolq/boolq-superglue-val.jsonl", boolq)]


def lines(path: pathlib.Path) -> list:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def main() -> int:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([ROOT / "scripts" / "get-data", "--out", out, *(name for name, _, _ in PAIRS), "mmlu-test"], check=True)
        for name, other, form in PAIRS:
            outcome = "skipped"
            if (SHARED / other).exists():
                equal = lines(pathlib.Path(out) / f"{name}.jsonl") == [form(line) for line in lines(SHARED / other)]
                outcome = "passed" if equal else "failed"
            counts[outcome] += 1
            print(f"{outcome}: {name}")
        mmlu = lines(pathlib.Path(out) / "mmlu-test.jsonl")
        sound = all(len(one["choices"]) == 4 and 0 <= one["gold"] < 4 and one["context"].endswith("\nAnswer:") for one in mmlu)
        counts["passed" if sound else "failed"] += 1
        print(f"{'passed' if sound else 'failed'}: mmlu-test")
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
