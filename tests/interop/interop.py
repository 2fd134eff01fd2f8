#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kelter writes, opened by other programs: transformers, tokenizers, gguf and llama-cpp-python.

Makes an environment of their own in BUILD/interop (downloads; llama-cpp-python is compiled, which takes minutes) and
runs itself there. Prints a line a check and ends with 'N passed, N failed, N skipped'.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"
DEFAULT_MODEL = "store:smollm2-135m-instruct"
PROMPT = "The capital of France is"
counts = {"passed": 0, "failed": 0, "skipped": 0}


def report(outcome: str, name: str, why: str = "") -> None:
    counts[outcome] += 1
    print(f"{outcome}: {name}" + (f": {why}" if why else ""), flush=True)


def check(name: str, holds: bool, why: str = "") -> None:
    report("passed" if holds else "failed", name, "" if holds else why)


class Kelter:
    """The programs of a build."""

    def __init__(self, build: pathlib.Path):
        self.build = build

    def cli(self, *arguments: str) -> str:
        done = subprocess.run([self.build / "bin" / "kelter-cli", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"kelter-cli {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def probe(self, what: str, model: str, given: str) -> bytes:
        return subprocess.run([self.build / "bin" / "interop-probe", what, model], input=given.encode(),
                              capture_output=True, check=True).stdout

    def encode(self, model: str, texts: list) -> list:
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        return [json.loads(line) for line in self.probe("encode", model, lines).splitlines()]

    def logits(self, model: str, ids: list):
        import numpy
        flat = numpy.frombuffer(self.probe("logits", model, json.dumps(ids)), dtype=numpy.float32)
        return flat.reshape(len(ids), -1)


# ---- tokenizers ---------------------------------------------------------------------------------------------

SCRIPTS = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "äöüßéèêçñøåœ", "абвгдежзиклмнопрст",
           "αβγδεζηθικλμ", "中文字符漢語日本語ひらがなカタカナ", "한국어말하기", "العربيةالنص", "हिन्दीपाठ", "ไทยภาษา", "🙂🚀👩‍👩‍👧🇩🇪✨", "½²³ⅷ①",
           ".,;:!?-_()[]{}<>/\\|@#$%^&*+=~`'\"", "\u0301\u0308\u200d\ufeff\u180e\u00a0\u3000"]
SPACES = [" ", " ", " ", "  ", "\n", "\n\n", "\t", " \n ", "\r\n", "   "]
PIECES = ["'s", "'LL", "don't", "I'm", "http://a.b/c?d=1", "1234567", "<|im_start|>", "</s>", "x = [1, 2]", "e\u0301"]


def random_texts(count: int) -> list:
    draw = random.Random(42)
    texts = ["", " ", "  ", "\n", "a", " a", "a "]
    while len(texts) < count:
        parts = []
        for _ in range(draw.randint(1, 12)):
            kind = draw.random()
            if kind < 0.1:
                parts.append(draw.choice(PIECES))
            elif kind < 0.15:
                parts.append(chr(draw.choice([draw.randint(1, 0xD7FF), draw.randint(0xE000, 0x10FFFF)])))
            else:
                script = draw.choice(SCRIPTS)
                parts.append("".join(draw.choice(script) for _ in range(draw.randint(1, 8))))
            parts.append(draw.choice(SPACES) if draw.random() < 0.7 else "")
        texts.append("".join(parts))
    return texts


def compare_tokenizer(kelter: Kelter, name: str, model: str, file: pathlib.Path) -> None:
    from tokenizers import Tokenizer
    peer = Tokenizer.from_file(str(file))
    texts = random_texts(10000)
    ours = kelter.encode(model, texts)
    theirs = [one.ids for one in peer.encode_batch(texts)]
    wrong = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    first = f"{len(wrong)} texts differ, the first is {texts[wrong[0]]!r}: {ours[wrong[0]]} against {theirs[wrong[0]]}" if wrong else ""
    check(f"tokenizers on {len(texts)} texts: {name}", not wrong, first)


def check_tokenizers(kelter: Kelter, place: pathlib.Path) -> None:
    # What Kelter wrote, against the package; then vocabularies of others, in their own files.
    compare_tokenizer(kelter, "SmolLM2 as exported", DEFAULT_MODEL, place / "hf" / "tokenizer.json")
    for name in ["smollm2-135m-instruct/tokenizer.json", "torchtune-tiny/tiny_bpe_tokenizer.json"]:
        file = SHARED / "data" / "tokenizers" / name
        if not file.exists():
            report("skipped", f"tokenizers: {name}", "the reference data are not beside the checkout")
            continue
        folder = place / pathlib.Path(name).parent.name
        folder.mkdir()
        (folder / "tokenizer.json").write_bytes(file.read_bytes())
        (folder / "config.json").write_text("{}")
        compare_tokenizer(kelter, name, str(folder), folder / "tokenizer.json")
    small = SHARED / "data" / "stories260k" / "stories260K.gguf"
    if not small.exists():
        return report("skipped", "tokenizers: SentencePiece", "the reference data are not beside the checkout")
    kelter.cli("export", str(small), "--format", "hf", "--out", str(place / "stories"))
    compare_tokenizer(kelter, "SentencePiece as exported", str(small), place / "stories" / "tokenizer.json")


# ---- chat templates ----------------------------------------------------------------------------------------

def random_conversations(count: int) -> list:
    draw = random.Random(7)
    texts = random_texts(2000)
    talks = []
    for _ in range(count):
        roles = (["system"] if draw.random() < 0.4 else []) + ["user", "assistant"] * draw.randint(0, 4) + ["user"]
        talks.append([{"role": role, "content": draw.choice(texts)} for role in roles])
    return talks


def check_chat(kelter: Kelter, place: pathlib.Path) -> None:
    """The model's own template and those of other families, as transformers renders them."""
    from transformers import AutoTokenizer
    peer = AutoTokenizer.from_pretrained(place / "hf")
    special = {"bos_token": peer.bos_token, "eos_token": peer.eos_token}
    families = json.loads((HERE.parent / "golden" / "chat-templates.json").read_text(encoding="utf-8"))["families"]
    for name, template in [("SmolLM2's own", peer.chat_template), *families.items()]:
        talks = random_conversations(300)
        if name == "mistral":
            talks = [[turn for turn in talk if turn["role"] != "system"] for talk in talks]
        if name == "llama-3.1":
            special["date_string"] = "26 Jul 2024"
        asked = "".join(json.dumps({"messages": talk, "variables": special, "template": template}) + "\n" for talk in talks)
        ours = [json.loads(line).get("text") for line in kelter.probe("chat", DEFAULT_MODEL, asked).splitlines()]
        theirs = [peer.apply_chat_template(talk, chat_template=template, tokenize=False, add_generation_prompt=True, **{
            key: value for key, value in special.items() if key == "date_string"}) for talk in talks]
        wrong = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
        check(f"transformers: {len(talks)} conversations in the template {name}", len(ours) == len(theirs) and not wrong,
              f"{len(wrong)} differ, the first: {ours[wrong[0]]!r} against {theirs[wrong[0]]!r}" if wrong else "")


# ---- models -------------------------------------------------------------------------------------------------

def check_transformers(kelter: Kelter, place: pathlib.Path) -> None:
    import numpy
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    folders = {"SmolLM2": place / "hf"}
    if (place / "stories").exists():
        folders["stories260K"] = place / "stories"
    for name, folder in folders.items():
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        ids = AutoTokenizer.from_pretrained(folder)(PROMPT).input_ids
        with torch.no_grad():
            theirs = model(torch.tensor([ids])).logits[0].numpy()
        ours = kelter.logits(str(folder), ids)
        off = float(numpy.abs(ours - theirs).max())
        limit = 1e-4 * max(1.0, float(numpy.abs(theirs).max()))
        check(f"transformers: logits of {name}", off <= limit, f"{off} off, at most {limit}")


def floats_of(folder: pathlib.Path) -> dict:
    from safetensors.numpy import load_file
    return load_file(folder / "model.safetensors")


def stored_rows(name: str, values, heads: int):
    """Query and key rows in the order of a GGUF file of the llama architecture."""
    if not any(part in name for part in ("q_proj", "k_proj")):
        return values
    head_dim = values.shape[0] // heads
    return values.reshape(heads, 2, head_dim // 2, values.shape[1]).swapaxes(1, 2).reshape(values.shape)


def check_gguf(kelter: Kelter, place: pathlib.Path) -> None:
    """The blocks in the file are those that the gguf package makes of the same numbers."""
    import gguf
    import numpy
    floats = floats_of(place / "hf")
    name, stored = "model.layers.0.self_attn.q_proj.weight", "blk.0.attn_q.weight"
    config = json.loads((place / "hf" / "config.json").read_text())
    values = stored_rows(name, floats[name], config["num_attention_heads"])
    for kind in ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"]:
        kelter.cli("export", str(place / "hf"), "--format", "gguf", "--type", kind, "--out", str(place / f"{kind}.gguf"))
        tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(place / f"{kind}.gguf").tensors}
        wanted = gguf.quants.quantize(values, gguf.GGMLQuantizationType[kind])
        have = numpy.asarray(tensors[stored].data)
        check(f"gguf: bytes of {kind}", have.tobytes() == wanted.tobytes(), f"{stored} differs")
        decoded = gguf.quants.dequantize(have, gguf.GGMLQuantizationType[kind])
        check(f"gguf: numbers of {kind}", numpy.array_equal(decoded.reshape(values.shape), gguf.quants.dequantize(wanted, gguf.GGMLQuantizationType[kind]).reshape(values.shape)))


def check_llama_cpp(kelter: Kelter, place: pathlib.Path) -> None:
    from llama_cpp import Llama
    kelter.cli("export", str(place / "hf"), "--format", "gguf", "--type", "F32", "--out", str(place / "F32.gguf"))
    ids = kelter.encode(str(place / "F32.gguf"), [PROMPT])[0]
    answer = json.loads(kelter.cli("generate", str(place / "F32.gguf"), "--prompt", PROMPT, "--max-tokens", "32", "--dtype", "float32", "--json"))
    peer = Llama(str(place / "F32.gguf"), n_ctx=512, verbose=False, logits_all=False)
    theirs = []
    for token in peer.generate(ids, temp=0.0, top_k=1, repeat_penalty=1.0):
        theirs.append(token)
        if len(theirs) == 32:
            break
    ours = answer["ids"]
    check("llama.cpp: 32 greedy tokens of F32", theirs[:len(ours)] == ours and len(ours) > 0, f"{theirs} against {ours}")
    for kind in ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"]:
        peer = Llama(str(place / f"{kind}.gguf"), n_ctx=64, verbose=False)
        check(f"llama.cpp: opens {kind}", next(peer.generate(ids, temp=0.0, top_k=1)) is not None)


def run_checks(build: pathlib.Path) -> int:
    kelter = Kelter(build)
    with tempfile.TemporaryDirectory() as scratch:
        place = pathlib.Path(scratch)
        try:
            kelter.cli("export", DEFAULT_MODEL, "--format", "hf", "--type", "float32", "--out", str(place / "hf"))
        except RuntimeError as error:
            report("skipped", "interop", str(error))
        else:
            for part in (check_tokenizers, check_chat, check_transformers, check_gguf, check_llama_cpp):
                try:
                    part(kelter, place)
                except Exception as error:  # pylint: disable=broad-except  # a peer may throw anything: that part failed
                    report("failed", part.__name__, repr(error))
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


def environment(build: pathlib.Path) -> pathlib.Path:
    """A Python with the peers, and with the torch of the checkout."""
    place = build / "interop"
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        torch = HERE.parents[1] / ".venv" / "lib" / version / "site-packages"
        (place / "lib" / version / "site-packages" / "torch.pth").write_text(f"{torch}\n")
        (place / "complete").touch()
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with kelter-cli and interop-probe")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return run_checks(options.build)
    python = environment(options.build)
    return subprocess.run([python, __file__, "--build", options.build, "--inside"], check=False,
                          env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}).returncode


if __name__ == "__main__":
    sys.exit(main())
