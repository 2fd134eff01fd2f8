// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-pair tokenizers of the Llama family, from a GGUF vocabulary or a Hugging Face folder: byte-level (GPT-2's way:
// words cut by an expression, then bytes merged) and SentencePiece's (characters merged, bytes where a character has no
// token, blanks written as U+2581). Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/files.h"
#include "core/base/json.h"

namespace kelter {

class GgufFile;

enum class TokenizerKind { byte_level, sentence_piece };
// Where a SentencePiece tokenizer puts a blank that the text does not have: before the text, or also behind every
// special token in it.
enum class BlankPrefix { none, first, every };

// What a tokenizer is made of; the stored form in a Kelter folder is to_json of this.
struct TokenizerData {
  TokenizerKind kind = TokenizerKind::byte_level;
  std::string pre_tokenizer;            // byte level: "smollm", "gpt-2", "llama-bpe", "qwen2" (GGUF's names)
  bool compose = false;                 // text is brought into Unicode's composed form (NFC) first
  BlankPrefix blank_prefix = BlankPrefix::none;
  bool single_blank = false;            // no blank is put before a text that begins with one
  std::vector<std::string> tokens;      // text in GPT-2's byte alphabet, or with U+2581 for blanks
  std::vector<std::int32_t> types;      // 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte
  std::vector<std::string> merges;      // "left right", in order of rank
  std::int64_t bos = -1, eos = -1, unknown = -1, padding = -1;
  bool add_bos = false;
  std::string chat_template;
  std::string origin = "tokenizer";     // the file it was read from, for error messages; not stored

  // Compact: types as runs [type, count], the rest as it is. Text that is not UTF-8 has no JSON form: make the
  // Tokenizer first, which refuses it.
  Json to_json() const;
  static TokenizerData from_json(const Json& json, const std::string& where);
  // Error(unsupported) names the tokenizer model or pre-tokenizer when it is not one of the known.
  static TokenizerData from_gguf(const GgufFile& file);
  // tokenizer.json and what stands beside it (tokenizer_config.json, chat_template.jinja). Error(unsupported) names the
  // part that Kelter does not know.
  static TokenizerData from_hugging_face(const fs::path& folder);

  // tokenizer.json and tokenizer_config.json as transformers reads them; unused tokens are left out.
  Json to_hugging_face() const;
  Json to_hugging_face_settings(std::int64_t context) const;

  // Unused tokens up to `vocabulary`: embeddings are often rounded up to more rows than there are tokens.
  void pad(std::int64_t vocabulary);
};

class Tokenizer {
 public:
  // Error(file_malformed) naming `origin` and the token, merge or id that contradicts the rest; Error(unsupported)
  // for an unknown pre-tokenizer. encode never fails: a byte without a token is left out, or is the unknown token of
  // SentencePiece.
  explicit Tokenizer(TokenizerData data);
  ~Tokenizer();

  const TokenizerData& data() const;
  std::int64_t vocabulary() const;

  // Ids of `text` (UTF-8; invalid bytes are tokenised as bytes). No BOS unless `add_special` and the model
  // adds one. Special tokens in the text ("<|im_start|>") become their id, as Hugging Face does.
  std::vector<std::int32_t> encode(std::string_view text, bool add_special = false) const;
  // The bytes of the tokens in a row, without the blank that encode() put before them; Error(invalid_parameter) for an id outside the vocabulary.
  std::string decode(const std::vector<std::int32_t>& ids) const;
  // The bytes of one token; special tokens as their text.
  std::string token_bytes(std::int32_t id) const;
  std::string content_hash() const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

// The pieces a pre-tokenizer cuts a text into (byte offsets [begin, end)), together the whole text; exposed for
// tests. Names: "gpt-2" ("gpt2", "default"), "smollm", "llama-bpe" ("llama3"), "qwen2". No Unicode normalisation.
std::vector<std::pair<std::size_t, std::size_t>> pre_tokenize(const std::string& pre_tokenizer, std::string_view text);

}  // namespace kelter
