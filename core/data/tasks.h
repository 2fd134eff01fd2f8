// SPDX-License-Identifier: GPL-3.0-or-later
// Multiple-choice tasks as lm-evaluation-harness poses them zero-shot (its task definitions, 0.4.13), and the encoding
// of a pair of context and continuation. Pure functions of the files; any thread. Errors name file and line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/model/tokenizer.h"

namespace kelter {

struct TaskItem {
  std::vector<std::string> contexts;        // one for all choices, or one for each choice
  std::vector<std::string> choices;         // without the leading blank; their code points are acc_norm's lengths
  std::vector<std::string> continuations;   // a blank and the choice
  std::int64_t gold = 0;                    // index of the right choice

  const std::string& context(std::size_t choice) const { return contexts[contexts.size() == 1 ? 0 : choice]; }
};

// One item a line, in the order of the file. `name` is a file's stem in `data_folder` ("arc-easy-test"), a path, or
// "resource:...". The keys of a line decide how it is read; other keys are passed over:
//   context, choices, gold              Kelter's own form
//   contexts, choices | continuation, gold    a context for each choice; one continuation for all, or one each
//   question, choices, gold             ARC: "Question: {question}\nAnswer:"; the bare question for OpenBookQA,
//                                       whose lines look the same: told by "openbookqa" in the file's name
//   goal, sol1, sol2, label             PIQA: "Question: {goal}\nAnswer:"
//   sentence, option1, option2, answer  WinoGrande: the option goes into the context
//   passage, question, label            BoolQ: "{passage}\nQuestion: {question}?\nAnswer:", no or yes
// Error(file_not_found | file_malformed | invalid_data).
std::vector<TaskItem> load_task(const std::string& name, const fs::path& data_folder = {});

struct EncodedPair {
  std::vector<std::int32_t> context, continuation;   // neither is empty
};

// lm-eval's rule: white space at the end of the context goes to the continuation, the whole is encoded at once, and
// the continuation's tokens are those behind as many as the context alone has. An empty context becomes BOS (EOS
// without one). BOS is put in front where the model adds one, unless the text starts with it.
// Error(invalid_data) when no token is left for the continuation, Error(unsupported) without BOS and EOS.
EncodedPair encode_pair(const Tokenizer& tokenizer, const std::string& context, const std::string& continuation);

}  // namespace kelter
