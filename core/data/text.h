// SPDX-License-Identifier: GPL-3.0-or-later
// Texts for calibration and perplexity: files in three formats, and windows of tokens cut from them. Pure functions of
// the files; any thread. Errors name file and line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/model/tokenizer.h"

namespace kelter {

// The values of the step source.text; `path` as resolve_path takes it.
struct TextRequest {
  std::string path;
  std::string format = "plain";            // "plain", "wikitext-lines", "jsonl" or "chat"
  std::string field;                       // jsonl: the key whose text is taken
  std::int64_t samples = 128, length = 2048;   // windows, tokens in each
  std::string sampling = "sequential";     // or "random", "published", "packed" or "packed-random"
  std::int64_t seed = 0;
};

// plain: the file's bytes as they are.
// wikitext-lines: the GPTQ protocol (arXiv 2210.17323, its datautils): a line of white space only becomes "", every
//   other line keeps its newline; joined with "\n\n".
// jsonl: `field` of each line, joined with "\n\n"; empty lines are passed over.
// Error(invalid_parameter) for an unknown format or a missing field name, Error(file_malformed | invalid_data) for the
// file's content. `base` is the folder of the document that names the path.
std::string load_text(const std::string& path, const std::string& format, const std::string& field,
                      const fs::path& base = {});

// The same before joining: one text a line for jsonl, one in all otherwise.
std::vector<std::string> load_documents(const std::string& path, const std::string& format, const std::string& field,
                                        const fs::path& base = {});

struct TokenWindows {
  std::vector<std::vector<std::int32_t>> windows;   // each of TextRequest::length ids
  std::string text_sha256;                          // "sha256:<hex>" of the loaded text
  std::int64_t total_tokens = 0;                    // of the whole text; 0 if published or packed, which do not tokenise all of it
  std::vector<std::string> warnings;
};

// Windows of the text. Its documents are those of load_documents or, with the format chat, conversations in the model's chat
// template (core/data/conversations.h).
//   sequential, random   The text is tokenised once as a whole, without special tokens; of conversations the tokens lie one
//     behind the other. Windows one behind the other from the start, or starts drawn uniformly with `seed`, the same on
//     every platform; windows may overlap then.
//   packed, packed-random   Documents, tokenised with the special tokens the tokenizer puts in, one behind the other, in
//     order or in an order drawn with `seed`, between two of them the end token unless the first ends with it; cut into
//     windows, so that a document goes on in the next one. Error(unsupported) without an end token.
//   published   As the code of GPTQ (arXiv 2210.17323), SparseGPT (arXiv 2301.00774) and Wanda (arXiv 2306.11695) draws them
//     after random.seed(seed): each window out of a document, drawn until it is longer than a window; with special tokens
//     as above. Always as many windows as asked for; they may overlap.
// All but published give no more windows than the text has room for side by side (a warning says so); Error(invalid_data)
// when not one fits.
TokenWindows calibration_windows(const TextRequest& request, const Tokenizer& tokenizer, const fs::path& base = {});

}  // namespace kelter
