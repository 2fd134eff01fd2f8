// SPDX-License-Identifier: GPL-3.0-or-later
// Tokenizers for tests: SmolLM2's from the reference data, and a small one made here.
#pragma once

#include <string>

#include "core/base/files.h"
#include "core/model/tokenizer.h"
#include "core/model/utf8.h"

namespace kelter::test {

// Every byte as one token (ids 0 to 255 in the order of the bytes), a few merges, and two special tokens: BOS
// "<s>" and EOS "</s>". No unknown token.
inline TokenizerData byte_tokenizer_data() {
  TokenizerData data;
  data.pre_tokenizer = "gpt-2";
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    append_utf8(data.tokens.emplace_back(), printable ? byte : next++);
  }
  data.types.assign(256, 1);
  for (const auto& [left, right] : {std::pair("a", "b"), {"b", "c"}, {"ab", "c"}, {"a", "a"}, {"aa", "aa"}}) {
    data.merges.push_back(std::string(left) + " " + right);
    data.tokens.push_back(std::string(left) + right);
    data.types.push_back(1);
  }
  for (const char* special : {"<s>", "</s>"}) {
    data.tokens.push_back(special);
    data.types.push_back(3);
  }
  data.bos = static_cast<std::int64_t>(data.tokens.size()) - 2;
  data.eos = data.bos + 1;
  return data;
}

// From Hugging Face's tokenizer.json, with the ids and types of the GGUF file.
inline TokenizerData smollm2_tokenizer_data(const fs::path& tokenizer_json) {
  const Json json = read_json_file(tokenizer_json);
  TokenizerData data;
  data.pre_tokenizer = "smollm";
  data.tokens.resize(json["model"]["vocab"].size());
  for (const auto& [token, id] : json["model"]["vocab"].items()) data.tokens.at(id.get<std::size_t>()) = token;
  data.types.assign(data.tokens.size(), 1);
  for (const Json& added : json["added_tokens"]) data.types.at(added["id"].get<std::size_t>()) = 3;
  data.merges = json["model"]["merges"].get<std::vector<std::string>>();
  data.bos = 1;
  data.eos = 2;
  data.unknown = 0;
  data.padding = 2;
  return data;
}

}  // namespace kelter::test
