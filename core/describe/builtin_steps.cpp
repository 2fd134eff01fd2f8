// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/builtin_steps.h"

namespace kelter {
namespace {

constexpr const char* steps = R"json([
{"id": "source.model", "version": 1, "family": "source", "title": "Model",
 "inputs": [], "outputs": [{"name": "model", "type": "model"}],
 "parameters": [
  {"id": "path", "type": "path", "label": "Model", "unit": "none",
   "help": "A GGUF file, a Hugging Face folder, a Kelter folder, or store:NAME for a model of the model store. A relative path starts at the document's folder."}],
 "card": {
  "summary": "Opens a model in the format it is stored in; nothing is expanded or converted.",
  "formula": "W as stored, for example Q4_1: w = d q + m with one d and m for 32 weights",
  "paper": "none: the file formats are GGUF (llama.cpp) and safetensors (Hugging Face)",
  "cost": "Opening maps the file; its hash is computed once and remembered.",
  "saves": "Nothing. Its bytes are the first baseline: every ratio is stated against them."}},

{"id": "source.text", "version": 1, "family": "source", "title": "Text",
 "inputs": [], "outputs": [{"name": "text", "type": "text"}],
 "parameters": [
  {"id": "path", "type": "path", "label": "Text file", "unit": "none",
   "help": "The file to take text from; resource:demo/prose-en.txt is a text shipped with Kelter."},
  {"id": "format", "type": "choice", "label": "Format", "unit": "none", "default": "plain",
   "choices": ["plain", "wikitext-lines", "jsonl", "chat"],
   "help": "plain takes the file as it is; wikitext-lines joins its lines as the GPTQ protocol does; jsonl takes one field of each line; chat writes the conversation of each JSON line (messages with role and content, prompt and completion, or instruction and output) as the model's chat template says."},
  {"id": "field", "type": "text", "label": "Field", "unit": "none", "default": "text", "visible": {"format": ["jsonl"]},
   "help": "The key of each JSON line that holds the text."},
  {"id": "samples", "type": "integer", "label": "Samples", "unit": "windows", "default": 128, "minimum": 1,
   "help": "How many windows are taken. Fewer are used, with a warning, if the text does not give as many."},
  {"id": "length", "type": "integer", "label": "Length", "unit": "tokens", "default": 2048, "minimum": 2,
   "help": "The length of each window."},
  {"id": "sampling", "type": "choice", "label": "Sampling", "unit": "none", "default": "sequential",
   "choices": ["sequential", "random", "published", "packed", "packed-random"],
   "help": "sequential takes windows that do not overlap from the start of the text, tokenised once as a whole; random takes windows at random places; published draws them as the code of GPTQ, SparseGPT and Wanda does after random.seed(seed): each from a random line (jsonl, chat) or the whole text, with the special tokens of the tokenizer; packed puts the samples of all lines one behind the other, with the end token between two of them, and cuts windows from that; packed-random does so in a random order. Choose a packed one for many short samples."},
  {"id": "seed", "type": "integer", "label": "Seed", "unit": "none", "default": 0, "minimum": 0, "visible": {"sampling": ["random", "published", "packed-random"]},
   "help": "Chooses the random places, or the order. The same seed gives the same windows on every machine."}],
 "card": {
  "summary": "Windows of a text for methods that need to see what the model computes (calibration).",
  "formula": "windows x_1 ... x_n of equal length, cut from the tokenised text",
  "paper": "none",
  "cost": "Tokenising the text once.",
  "saves": "Nothing."}},

{"id": "source.tasks", "version": 1, "family": "source", "title": "Tasks",
 "inputs": [], "outputs": [{"name": "tasks", "type": "tasks"}],
 "parameters": [
  {"id": "data", "type": "folder", "label": "Folder of tasks", "unit": "none", "default": "",
   "help": "The folder that task names are looked up in; empty: the data store, which scripts/get-data fills."},
  {"id": "names", "type": "names", "label": "Tasks", "unit": "none", "folder": "data",
   "help": "Names of task files in the folder, or files, joined with +; each file holds one question a line as JSON."},
  {"id": "limit", "type": "integer", "label": "Limit", "unit": "items", "default": 0, "minimum": 0,
   "help": "Take only the first items of each task; 0 takes all."},
  {"id": "shots", "type": "integer", "label": "Examples in the prompt", "unit": "items", "default": 0, "choices": [0],
   "help": "Solved questions put before each one. Only 0 exists so far."}],
 "card": {
  "summary": "Multiple-choice questions for methods that optimise against a task.",
  "formula": "items of a context, choices and the index of the right one",
  "paper": "Gao et al.: The Language Model Evaluation Harness, 2023, doi:10.5281/zenodo.10256836",
  "cost": "Reading the files.",
  "saves": "Nothing."}},

{"id": "measure.perplexity", "version": 1, "family": "measure", "title": "Perplexity",
 "inputs": [{"name": "model", "type": "model", "many": true}], "outputs": [],
 "parameters": [
  {"id": "text", "type": "path", "label": "Text file", "unit": "none",
   "help": "The text the model is asked to predict. It should not be the text used for calibration."},
  {"id": "format", "type": "choice", "label": "Format", "unit": "none", "default": "plain",
   "choices": ["plain", "wikitext-lines", "jsonl"],
   "help": "plain takes the file as it is; wikitext-lines joins its lines as the GPTQ protocol does; jsonl takes one field of each line."},
  {"id": "field", "type": "text", "label": "Field", "unit": "none", "default": "text", "visible": {"format": ["jsonl"]},
   "help": "The key of each JSON line that holds the text."},
  {"id": "window", "type": "integer", "label": "Window", "unit": "tokens", "default": 2048, "minimum": 2,
   "help": "How many tokens the model sees at once. A longer window gives a lower perplexity: compare equal windows only."},
  {"id": "stride", "type": "integer", "label": "Stride", "unit": "tokens", "default": 0, "minimum": 0,
   "help": "How far the window moves each time; 0 moves it by its own length, so that windows do not overlap."},
  {"id": "protocol", "type": "choice", "label": "Protocol", "unit": "none", "default": "gptq",
   "choices": ["gptq", "llamacpp", "document"],
   "help": "gptq, as in the GPTQ paper, averages over whole windows; llamacpp scores the second half of each; document goes document by document and counts words and bytes."},
  {"id": "limit", "type": "integer", "label": "Limit", "unit": "windows", "default": 0, "minimum": 0,
   "help": "Take only the first windows; 0 takes all."},
  {"id": "activations", "type": "choice", "label": "Activations", "unit": "none", "default": "exact", "choices": ["exact", "int8"],
   "help": "exact leaves activations as the model computes them. int8 rounds them to 8 bits in blocks of 32 for products with Q4_0, Q4_1, Q8_0 and packed 4 or 8 bits, on the processor; other weights are multiplied exactly."}],
 "card": {
  "summary": "How surprised the model is by a text: lower is better, 1 is perfect foresight.",
  "formula": "ppl = exp(mean over windows of the mean of -ln p(token | tokens before it in the window))",
  "paper": "Frantar, Ashkboos, Hoefler, Alistarh: GPTQ, ICLR 2023, arXiv:2210.17323 (protocol gptq)",
  "cost": "One forward pass over the text.",
  "saves": "Nothing. Numbers of different protocols, windows or texts cannot be compared."}},

{"id": "measure.tasks", "version": 1, "family": "measure", "title": "Tasks",
 "inputs": [{"name": "model", "type": "model", "many": true}], "outputs": [],
 "parameters": [
  {"id": "data", "type": "folder", "label": "Folder of tasks", "unit": "none", "default": "",
   "help": "The folder that task names are looked up in; empty: the data store, which scripts/get-data fills."},
  {"id": "names", "type": "names", "label": "Tasks", "unit": "none", "folder": "data",
   "help": "Names of task files in the folder, or files, joined with +; each file holds one question a line as JSON."},
  {"id": "shots", "type": "integer", "label": "Examples in the prompt", "unit": "items", "default": 0, "choices": [0],
   "help": "Solved questions put before each one. Only 0 exists so far."},
  {"id": "limit", "type": "integer", "label": "Limit", "unit": "items", "default": 0, "minimum": 0,
   "help": "Take only the first items of each task; 0 takes all."},
  {"id": "activations", "type": "choice", "label": "Activations", "unit": "none", "default": "exact", "choices": ["exact", "int8"],
   "help": "exact leaves activations as the model computes them. int8 rounds them to 8 bits in blocks of 32 for products with Q4_0, Q4_1, Q8_0 and packed 4 or 8 bits, on the processor; other weights are multiplied exactly."}],
 "card": {
  "summary": "The share of multiple-choice questions for which the model finds the right answer most likely.",
  "formula": "acc = mean of [argmax_i ln p(choice_i | context) = gold]; acc_norm divides by the characters of the choice",
  "paper": "Gao et al.: The Language Model Evaluation Harness, 2023, doi:10.5281/zenodo.10256836",
  "cost": "One forward pass for each choice of each question.",
  "saves": "Nothing. A difference is only real if it is clearly larger than its paired error."}},

{"id": "measure.throughput", "version": 1, "family": "measure", "title": "Throughput",
 "inputs": [{"name": "model", "type": "model", "many": true}], "outputs": [],
 "parameters": [
  {"id": "prompt", "type": "integer", "label": "Prompt", "unit": "tokens", "default": 512, "minimum": 1,
   "help": "The length of the prompt that is read first."},
  {"id": "output", "type": "integer", "label": "Output", "unit": "tokens", "default": 128, "minimum": 1,
   "help": "How many tokens are written after it, one at a time."},
  {"id": "batch", "type": "integer", "label": "Batch", "unit": "sequences", "default": 1, "minimum": 1,
   "help": "How many sequences run side by side."},
  {"id": "repeats", "type": "integer", "label": "Repeats", "unit": "runs", "default": 5, "minimum": 1,
   "help": "How often it is measured; the median and the spread are reported."},
  {"id": "activations", "type": "choice", "label": "Activations", "unit": "none", "default": "exact", "choices": ["exact", "int8"],
   "help": "exact leaves activations as the model computes them. int8 rounds them to 8 bits in blocks of 32 for products with Q4_0, Q4_1, Q8_0 and packed 4 or 8 bits, on the processor; other weights are multiplied exactly."}],
 "card": {
  "summary": "Tokens a second when reading a prompt (prefill) and when writing (decode), and the time to the first token.",
  "formula": "tokens / seconds, median and spread over the repeats",
  "paper": "none",
  "cost": "A fresh process loads only this model and runs it; other work on the machine disturbs it.",
  "saves": "Nothing."}},

{"id": "measure.memory", "version": 1, "family": "measure", "title": "Memory",
 "inputs": [{"name": "model", "type": "model", "many": true}], "outputs": [],
 "parameters": [
  {"id": "prompt", "type": "integer", "label": "Prompt", "unit": "tokens", "default": 512, "minimum": 1,
   "help": "The length of the prompt that is read while memory is watched."},
  {"id": "output", "type": "integer", "label": "Output", "unit": "tokens", "default": 64, "minimum": 1,
   "help": "How many tokens are written after it."},
  {"id": "activations", "type": "choice", "label": "Activations", "unit": "none", "default": "exact", "choices": ["exact", "int8"],
   "help": "exact leaves activations as the model computes them. int8 rounds them to 8 bits in blocks of 32 for products with Q4_0, Q4_1, Q8_0 and packed 4 or 8 bits, on the processor; other weights are multiplied exactly."}],
 "card": {
  "summary": "The most memory a process needs that loads only this model and generates.",
  "formula": "peak of the resident bytes, beside those of the same process before it loads the model",
  "paper": "none",
  "cost": "A fresh process loads only this model and runs it.",
  "saves": "Nothing."}}
])json";

}  // namespace

const char* builtin_steps_json() { return steps; }

}  // namespace kelter
