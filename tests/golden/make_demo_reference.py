#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes demo-reference.json: what an independent program measures on the demo data.

Independent means: the weights are de-quantised by the `gguf` package and run in
float32 by `transformers` on PyTorch; nothing of Kelter is used.  The tokens come
from the `tokenizers` package and the model's own tokenizer.json, because the
tokenizer that transformers rebuilds from a GGUF file splits this model's text
differently.  Made with torch 2.11.0, transformers 4.57.6, accelerate 1.15.0, gguf
0.19.0 and tokenizers 0.22.2; the JSON names the versions it was made with.

Perplexity, protocol "gptq": the whole file is tokenised once, without special
tokens; it is cut into windows of W tokens that do not overlap, the tail is
dropped; the NLL of a window is the mean over its W-1 predictions of
log-sum-exp(logits) - logit[target], in float64 over float32 logits; the
perplexity is exp of the mean over the windows.

Questions: for each choice, context + " " + choice is tokenised as one string and
the tokens beyond the first len(tokens(context)) are scored by the sum of their
log-probabilities.  acc takes the largest sum, acc_norm the largest sum divided by
the number of characters of the choice (without the space); the first one wins a tie.
"""

import argparse
import datetime
import hashlib
import importlib.metadata
import json
import math
import os
import platform

import gguf
import numpy as np
import tokenizers
import torch
import transformers

WANTED = (("prose-en.txt", 1024), ("test-en.txt", 1024), ("test-de.txt", 512), ("test-fr.txt", 512))
FALLBACK = 256
LISTED = 20


def sha256(path):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            h.update(block)
    return h.hexdigest()


def load_model(path):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        os.path.dirname(os.path.abspath(path)), gguf_file=os.path.basename(path),
        dtype=torch.float32, attn_implementation="eager")
    model.eval()
    # The loader must have understood the file: its settings against the metadata,
    # and its embedding against the table that gguf itself de-quantises.
    reader = gguf.GGUFReader(path)

    def meta(key):
        field = reader.fields["llama." + key]
        return field.parts[field.data[0]].tolist()[0]
    config = model.config
    assert config.num_hidden_layers == meta("block_count")
    assert config.hidden_size == meta("embedding_length")
    assert config.num_attention_heads == meta("attention.head_count")
    assert config.num_key_value_heads == meta("attention.head_count_kv")
    assert math.isclose(config.rope_theta, meta("rope.freq_base"), rel_tol=1e-6)
    assert math.isclose(config.rms_norm_eps, meta("attention.layer_norm_rms_epsilon"), rel_tol=1e-5)
    assert all(p.dtype == torch.float32 for p in model.parameters())
    tensors = {t.name: t for t in reader.tensors}

    def same(name, weight):
        t = tensors[name]
        table = gguf.dequantize(t.data, t.tensor_type).astype(np.float32)
        assert np.array_equal(table, weight.detach().numpy()), name
    same("token_embd.weight", model.model.embed_tokens.weight)
    same("output.weight" if "output.weight" in tensors else "token_embd.weight", model.lm_head.weight)
    for i, layer in enumerate(model.model.layers):
        same(f"blk.{i}.attn_v.weight", layer.self_attn.v_proj.weight)
        same(f"blk.{i}.ffn_down.weight", layer.mlp.down_proj.weight)
        same(f"blk.{i}.ffn_norm.weight", layer.post_attention_layernorm.weight)
    return model


def target_log_probs(model, ids):
    """float64 log-probability of ids[1:], each given what stands before it."""
    with torch.no_grad():
        logits = model(torch.tensor([ids[:-1]]), use_cache=False).logits[0].to(torch.float64)
    target = logits.gather(1, torch.tensor(ids[1:]).unsqueeze(1)).squeeze(1)
    return target - torch.logsumexp(logits, dim=1)


def encode(tok, text):
    return tok.encode(text, add_special_tokens=False).ids


def measure_text(model, tok, path, window):
    with open(path, "rb") as f:
        data = f.read()
    ids = encode(tok, data.decode("utf-8"))
    if len(ids) < window:
        window = FALLBACK
    nlls = []
    for start in range(0, len(ids) - window + 1, window):
        nlls.append(-target_log_probs(model, ids[start:start + window]).mean().item())
    mean = math.fsum(nlls) / len(nlls)
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "tokens": len(ids),
        "first_tokens": ids[:16],
        "window": window,
        "windows": len(nlls),
        "predictions": len(nlls) * (window - 1),
        "window_nll": nlls,
        "mean_nll": mean,
        "perplexity": math.exp(mean),
    }


def measure_questions(model, tok, path):
    with open(path, encoding="utf-8", newline="\n") as f:
        items = [json.loads(line) for line in f]
    hits, hits_norm, choice, choice_norm, listed = [], [], [], [], []
    margins, margins_norm = [], []
    grades = {}
    unclean = 0
    for item in items:
        prefix = encode(tok, item["context"])
        sums, norms = [], []
        for c in item["choices"]:
            whole = encode(tok, item["context"] + " " + c)
            unclean += whole[:len(prefix)] != prefix
            log_probs = target_log_probs(model, whole)
            sums.append(log_probs[len(prefix) - 1:].sum().item())
            norms.append(sums[-1] / len(c))
        a, b = sums.index(max(sums)), norms.index(max(norms))
        choice.append(a)
        choice_norm.append(b)
        hits.append(int(a == item["gold"]))
        hits_norm.append(int(b == item["gold"]))
        margins.append(max(sums) - sorted(sums)[-2])
        margins_norm.append(max(norms) - sorted(norms)[-2])
        grades.setdefault(str(item["grade"]), []).append(hits[-1])
        if len(listed) < LISTED:
            listed.append(sums)
    n = len(items)

    def rate(vector):
        p = sum(vector) / n
        return {"value": p, "stderr": math.sqrt(p * (1.0 - p) / n)}
    return {
        "sha256": sha256(path),
        "count": n,
        "acc": rate(hits),
        "acc_norm": rate(hits_norm),
        "acc_by_grade": {g: {"count": len(v), "acc": sum(v) / len(v)} for g, v in sorted(grades.items())},
        "hits": hits,
        "hits_norm": hits_norm,
        "chosen": choice,
        "chosen_norm": choice_norm,
        "smallest_margin": min(margins),
        "smallest_margin_norm": min(margins_norm),
        "contexts_not_a_token_prefix": unclean,
        "first_log_likelihoods": listed,
    }


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True, help="GGUF file of the model")
    p.add_argument("--tokenizer", required=True, help="tokenizer.json of the same model")
    p.add_argument("--data", required=True, help="folder with the demo texts and questions.jsonl")
    p.add_argument("--out", required=True, help="JSON file to write")
    p.add_argument("--threads", type=int, default=1)
    args = p.parse_args()

    torch.set_num_threads(args.threads)
    tok = tokenizers.Tokenizer.from_file(args.tokenizer)
    tok.no_truncation()
    tok.no_padding()
    model = load_model(args.model)

    result = {
        "what": "Reference measurements of the demo data by an independent program in float32",
        "made_by": "tests/golden/make_demo_reference.py",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "accelerate": importlib.metadata.version("accelerate"),
            "gguf": importlib.metadata.version("gguf"),
            "tokenizers": tokenizers.__version__,
        },
        "model": {"file": os.path.basename(args.model), "sha256": sha256(args.model),
                  "precision": "de-quantised to float32, float32 arithmetic"},
        "tokenizer": {"file": os.path.basename(args.tokenizer), "sha256": sha256(args.tokenizer)},
        "protocol": {
            "name": "gptq",
            "text": "whole file tokenised once, no special tokens, windows without overlap, tail dropped",
            "window_nll": "mean over window-1 predictions, float64 log-sum-exp over float32 logits",
            "perplexity": "exp of the mean over windows of window_nll",
            "acc": "largest sum of log-probabilities of the tokens of ' ' + choice, encoded with the context",
            "acc_norm": "largest such sum divided by the number of characters of the choice",
        },
        "texts": {},
    }
    for name, window in WANTED:
        path = os.path.join(args.data, name)
        r = measure_text(model, tok, path, window)
        result["texts"][name] = r
        print(f"{name}: {r['bytes']} bytes, {r['tokens']} tokens, {r['windows']} windows of "
              f"{r['window']}, perplexity {r['perplexity']:.4f}", flush=True)
    q = measure_questions(model, tok, os.path.join(args.data, "questions.jsonl"))
    result["questions"] = {"file": "questions.jsonl", **q}
    print(f"questions: {q['count']}, acc {q['acc']['value']:.4f} +- {q['acc']['stderr']:.4f}, "
          f"acc_norm {q['acc_norm']['value']:.4f} +- {q['acc_norm']['stderr']:.4f}, by grade "
          f"{q['acc_by_grade']}, margins {q['smallest_margin']:.2e} {q['smallest_margin_norm']:.2e}, "
          f"not a prefix: {q['contexts_not_a_token_prefix']}")
    with open(args.out, "w", encoding="utf-8", newline="\n") as f:
        json.dump(result, f, indent=1, ensure_ascii=False)
        f.write("\n")


if __name__ == "__main__":
    main()
