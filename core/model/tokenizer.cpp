// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909): the pair of neighbours with the lowest rank is merged,
// leftmost first, until no pair has a rank. Symbols are bytes (GPT-2) or characters (SentencePiece, Kudo and Richardson
// 2018, arXiv 1808.06226).
#include "core/model/tokenizer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <limits>
#include <queue>
#include <unordered_map>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/compose.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

constexpr std::int32_t control_type = 3;
constexpr std::int32_t user_defined_type = 4;
constexpr std::int32_t byte_type = 6;
constexpr std::int32_t no_token = -1;
constexpr std::string_view blank_mark = "\u2581";   // SentencePiece's blank

[[noreturn]] void damaged(const TokenizerData& data, const std::string& why) {
  throw Error(ErrorCode::file_malformed, "The tokenizer is damaged", data.origin, why, "Get the model's files again.");
}

// GPT-2 writes each byte as one printable character: itself, or the next free one from U+0100 on.
struct ByteAlphabet {
  std::array<std::string, 256> characters;
  std::unordered_map<char32_t, char> bytes;

  ByteAlphabet() {
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
      const char32_t character = printable ? byte : next++;
      append_utf8(characters[byte], character);
      bytes[character] = static_cast<char>(byte);
    }
  }
};

const ByteAlphabet& alphabet() {
  static const ByteAlphabet instance;
  return instance;
}

// "<0x0A>", SentencePiece's token of a single byte.
std::string byte_token(std::size_t byte) {
  char text[8];
  std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(byte));
  return text;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = text.find(what, at);
    out.append(text.substr(at, found - at));
    if (found == std::string_view::npos) break;
    out.append(with);
    at = found + what.size();
  }
  return out;
}

// The bytes of a token written in the alphabet; any other text stands for itself.
std::string bytes_of(const std::string& token) {
  std::string bytes;
  for (std::size_t at = 0; at < token.size();) {
    const CodePoint character = code_point_at(token, at);
    const auto found = alphabet().bytes.find(character.value);
    if (found == alphabet().bytes.end()) return token;
    bytes.push_back(found->second);
    at += character.length;
  }
  return bytes;
}

struct Merge {
  std::int32_t rank;
  std::int32_t id;   // of the merged token
};

std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
  return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
}

using Merges = std::unordered_map<std::uint64_t, Merge>;
using ByteIds = std::array<std::int32_t, 256>;

// Merges the symbols of one word. Symbols form a linked list; a heap holds the pairs that have a rank, also those
// that an earlier merge has broken up, which are passed over. Keeps its memory between words.
class WordMerger {
 public:
  explicit WordMerger(const Merges& merges) : merges_(merges) {}

  // `word`: the ids of its single symbols.
  void append_ids(const std::vector<std::int32_t>& word, std::vector<std::int32_t>& ids) {
    symbols_.clear();
    for (std::size_t i = 0; i < word.size(); ++i) {
      const std::size_t next = i + 1 < word.size() ? i + 1 : none;
      symbols_.push_back({word[i], i == 0 ? none : i - 1, next});
    }
    for (std::size_t i = 0; i + 1 < symbols_.size(); ++i) consider(i);
    while (!candidates_.empty()) {
      const Candidate candidate = candidates_.top();
      candidates_.pop();
      if (still_there(candidate)) apply(candidate);
    }
    for (std::size_t i = 0; i != none && i < symbols_.size(); i = symbols_[i].next) ids.push_back(symbols_[i].id);
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  static constexpr std::int32_t gone = -1;
  struct Symbol {
    std::int32_t id;
    std::size_t previous, next;
  };
  struct Candidate {
    Merge merge;
    std::size_t left;
    std::int32_t left_id, right_id;
    bool operator<(const Candidate& other) const {   // the heap's top is its largest: lowest rank, then leftmost
      return std::pair(merge.rank, left) > std::pair(other.merge.rank, other.left);
    }
  };

  void consider(std::size_t left) {
    const std::int32_t left_id = symbols_[left].id;
    const std::int32_t right_id = symbols_[symbols_[left].next].id;
    const auto found = merges_.find(pair_key(left_id, right_id));
    if (found != merges_.end()) candidates_.push({found->second, left, left_id, right_id});
  }

  bool still_there(const Candidate& candidate) const {
    const Symbol& left = symbols_[candidate.left];
    return left.id == candidate.left_id && left.next != none && symbols_[left.next].id == candidate.right_id;
  }

  void apply(const Candidate& candidate) {
    Symbol& left = symbols_[candidate.left];
    Symbol& right = symbols_[left.next];
    left.id = candidate.merge.id;
    left.next = right.next;
    right.id = gone;
    if (left.next != none) {
      symbols_[left.next].previous = candidate.left;
      consider(candidate.left);
    }
    if (left.previous != none) consider(left.previous);
  }

  const Merges& merges_;
  std::vector<Symbol> symbols_;
  std::priority_queue<Candidate> candidates_;
};

}  // namespace

struct Tokenizer::Impl {
  class Encoding;
  using TokenIds = std::unordered_map<std::string_view, std::int32_t>;

  explicit Impl(TokenizerData source) : data(std::move(source)) {
    if (data.kind == TokenizerKind::byte_level) check_pre_tokenizer();
    whole_words_first = data.pre_tokenizer == "llama-bpe" || data.pre_tokenizer == "llama3";
    const TokenIds ids = index_tokens();
    check_ids();
    index_merges(ids);
    index_bytes(ids);
    index_special();
    if (data.kind == TokenizerKind::sentence_piece) index_characters();
  }

  TokenizerData data;
  std::vector<std::string> bytes;                         // of each token
  ByteIds byte_ids{};
  Merges merges;
  std::array<std::vector<std::int32_t>, 256> special;     // by first byte, longest first
  bool whole_words_first = false;                         // Llama 3: a word that is a token is not merged
  TokenIds words;                                         // by bytes (views); filled for Llama 3 only
  TokenIds characters;                                    // by text (views); filled for SentencePiece only

  bool is_special(std::size_t id) const {
    return data.types[id] == control_type || data.types[id] == user_defined_type;
  }

  void check_pre_tokenizer() const {
    try {
      pre_tokenize(data.pre_tokenizer, {});
    } catch (const Error& error) {
      throw error.at(data.origin);
    }
  }

  TokenIds index_tokens() {
    if (data.tokens.empty()) damaged(data, "it has no tokens");
    if (data.tokens.size() > std::numeric_limits<std::int32_t>::max()) damaged(data, "it has more tokens than ids");
    if (data.types.size() != data.tokens.size()) {
      damaged(data, "it has " + std::to_string(data.tokens.size()) + " tokens and " +
                        std::to_string(data.types.size()) + " types");
    }
    if (!is_utf8(data.chat_template)) damaged(data, "the chat template is not UTF-8");
    TokenIds ids;
    ids.reserve(data.tokens.size());
    bytes.reserve(data.tokens.size());
    for (std::size_t i = 0; i < data.tokens.size(); ++i) {
      const std::string& token = data.tokens[i];
      if (!is_utf8(token)) damaged(data, "token " + std::to_string(i) + " is not UTF-8");
      const auto [entry, added] = ids.emplace(token, static_cast<std::int32_t>(i));
      if (!added) {
        damaged(data, "tokens " + std::to_string(entry->second) + " and " + std::to_string(i) + " are both \"" +
                          token + "\"");
      }
      bytes.push_back(plain_bytes(i));
      if (whole_words_first && !is_special(i)) words.emplace(bytes.back(), static_cast<std::int32_t>(i));
    }
    return ids;
  }

  std::string plain_bytes(std::size_t id) const {
    const std::string& token = data.tokens[id];
    if (is_special(id)) return token;
    if (data.kind == TokenizerKind::byte_level) return bytes_of(token);
    if (data.types[id] == byte_type && token.size() == byte_token(0).size())
      return std::string(1, static_cast<char>(std::strtoul(token.c_str() + 3, nullptr, 16)));
    return replaced(token, blank_mark, " ");
  }

  void check_ids() const {
    const auto size = static_cast<std::int64_t>(data.tokens.size());
    const std::pair<const char*, std::int64_t> named[] = {
        {"bos", data.bos}, {"eos", data.eos}, {"unknown", data.unknown}, {"padding", data.padding}};
    for (const auto& [name, id] : named) {
      if (id < -1 || id >= size) {
        damaged(data, "the " + std::string(name) + " id " + std::to_string(id) + " is outside its " +
                          std::to_string(size) + " tokens");
      }
    }
    if (data.add_bos && data.bos < 0) damaged(data, "it adds a BOS token but names none");
  }

  void index_merges(const TokenIds& ids) {
    merges.reserve(data.merges.size());
    for (std::size_t rank = 0; rank < data.merges.size(); ++rank) {
      const std::string& merge = data.merges[rank];
      const std::size_t blank = merge.find(' ');
      const auto refuse = [&](const std::string& why) { damaged(data, "merge " + std::to_string(rank) + " " + why); };
      if (!is_utf8(merge)) refuse("is not UTF-8");
      if (blank == std::string::npos || merge.find(' ', blank + 1) != std::string::npos) {
        refuse("(\"" + merge + "\") is not two tokens");
      }
      const auto id_of = [&](const std::string& token) {
        const auto found = ids.find(token);
        if (found == ids.end()) refuse("(\"" + merge + "\") names \"" + token + "\", which is no token");
        return found->second;
      };
      const std::string left = merge.substr(0, blank), right = merge.substr(blank + 1);
      merges.emplace(pair_key(id_of(left), id_of(right)), Merge{static_cast<std::int32_t>(rank), id_of(left + right)});
    }
  }

  void index_bytes(const TokenIds& ids) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const bool single = data.kind == TokenizerKind::byte_level;
      const auto found = ids.find(single ? alphabet().characters[byte] : byte_token(byte));
      // What has no token is left out at byte level, as by transformers and llama.cpp.
      const auto missing = single ? no_token : static_cast<std::int32_t>(data.unknown);
      byte_ids[byte] = found != ids.end() ? found->second : missing;
    }
  }

  void index_characters() {
    for (std::size_t i = 0; i < data.tokens.size(); ++i) {
      const std::string& token = data.tokens[i];
      const bool single = !token.empty() && code_point_at(token, 0).length == token.size();
      if (single && data.types[i] != byte_type) characters.emplace(token, static_cast<std::int32_t>(i));
    }
  }

  void index_special() {
    for (std::size_t i = 0; i < data.tokens.size(); ++i) {
      if (!is_special(i) || data.tokens[i].empty()) continue;
      special[static_cast<unsigned char>(data.tokens[i].front())].push_back(static_cast<std::int32_t>(i));
    }
    for (auto& candidates : special) {
      std::stable_sort(candidates.begin(), candidates.end(), [&](std::int32_t a, std::int32_t b) {
        return bytes[static_cast<std::size_t>(a)].size() > bytes[static_cast<std::size_t>(b)].size();
      });
    }
  }

  // The special token that starts at `at`, -1 for none.
  std::int32_t special_at(std::string_view text, std::size_t at) const {
    for (const std::int32_t id : special[static_cast<unsigned char>(text[at])]) {
      if (text.substr(at).starts_with(bytes[static_cast<std::size_t>(id)])) return id;
    }
    return -1;
  }
};

// One call of encode: its ids, and its words, so that each different word is merged once. The texts given to it must
// outlive it.
class Tokenizer::Impl::Encoding {
 public:
  explicit Encoding(const Impl& impl) : impl_(impl), merger_(impl.merges) {}

  void append_plain(std::string_view text) {
    if (text.empty()) return;
    if (impl_.data.kind == TokenizerKind::sentence_piece) return append_sentence(text);
    if (impl_.data.compose) {
      kept_.push_back(composed(text));
      text = kept_.back();
    }
    for (const auto& [begin, end] : pre_tokenize(impl_.data.pre_tokenizer, text)) {
      append_word(text.substr(begin, end - begin));
    }
  }

  std::vector<std::int32_t> ids;

 private:
  void append_word(std::string_view word) {
    const auto [entry, first_time] = places_.try_emplace(word, ids.size(), 0);
    auto& [begin, count] = entry->second;
    if (!first_time) {
      for (std::size_t i = 0; i < count; ++i) ids.push_back(ids[begin + i]);
      return;
    }
    const auto whole = impl_.words.find(word);
    if (whole != impl_.words.end()) {
      ids.push_back(whole->second);
    } else {
      symbols_.clear();
      for (const char byte : word) append_byte(byte);
      merger_.append_ids(symbols_, ids);
    }
    count = ids.size() - begin;
  }

  void append_byte(char byte) {
    const std::int32_t id = impl_.byte_ids[static_cast<unsigned char>(byte)];
    if (id != no_token) symbols_.push_back(id);
  }

  // The whole text is one word.
  void append_sentence(std::string_view text) {
    const BlankPrefix prefix = impl_.data.blank_prefix;
    const bool there = impl_.data.single_blank && (text.starts_with(' ') || text.starts_with(blank_mark));
    const bool blank = !there && (prefix == BlankPrefix::every || (prefix == BlankPrefix::first && first_));
    first_ = false;
    const std::string marked = replaced(blank ? " " + std::string(text) : std::string(text), " ", blank_mark);
    symbols_.clear();
    for (std::size_t at = 0; at < marked.size();) {
      const std::size_t length = std::max<std::size_t>(code_point_at(marked, at).length, 1);
      const std::string_view character = std::string_view(marked).substr(at, length);
      const auto found = impl_.characters.find(character);
      if (found != impl_.characters.end()) {
        symbols_.push_back(found->second);
      } else {
        for (const char byte : character) append_byte(byte);
      }
      at += length;
    }
    merger_.append_ids(symbols_, ids);
  }

  const Impl& impl_;
  WordMerger merger_;
  std::vector<std::int32_t> symbols_;
  bool first_ = true;                // no text was appended yet
  std::deque<std::string> kept_;     // texts that places_ looks into
  std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> places_;   // word: place and count in ids
};

Tokenizer::Tokenizer(TokenizerData data) : impl_(std::make_unique<const Impl>(std::move(data))) {}
Tokenizer::~Tokenizer() = default;

const TokenizerData& Tokenizer::data() const { return impl_->data; }
std::int64_t Tokenizer::vocabulary() const { return static_cast<std::int64_t>(impl_->data.tokens.size()); }

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, bool add_special) const {
  Impl::Encoding encoding(*impl_);
  if (add_special && impl_->data.add_bos) encoding.ids.push_back(static_cast<std::int32_t>(impl_->data.bos));
  std::size_t plain = 0;   // where the text since the last special token begins
  for (std::size_t at = 0; at < text.size();) {
    const std::int32_t id = impl_->special_at(text, at);
    if (id < 0) {
      ++at;
      continue;
    }
    encoding.append_plain(text.substr(plain, at - plain));
    encoding.ids.push_back(id);
    at += impl_->bytes[static_cast<std::size_t>(id)].size();
    plain = at;
  }
  encoding.append_plain(text.substr(plain));
  return std::move(encoding.ids);
}

std::string Tokenizer::decode(const std::vector<std::int32_t>& ids) const {
  std::string text;
  for (const std::int32_t id : ids) text += token_bytes(id);
  const bool prefixed = impl_->data.blank_prefix != BlankPrefix::none && text.starts_with(' ') && !impl_->is_special(static_cast<std::size_t>(ids.front()));
  return prefixed ? text.substr(1) : text;
}

std::string Tokenizer::token_bytes(std::int32_t id) const {
  if (id < 0 || id >= vocabulary()) {
    throw Error(ErrorCode::invalid_parameter, "The token id " + std::to_string(id) + " does not exist",
                impl_->data.origin, "the vocabulary has " + std::to_string(vocabulary()) + " tokens");
  }
  return impl_->bytes[static_cast<std::size_t>(id)];
}

std::string Tokenizer::content_hash() const { return xxh128_hex(impl_->data.to_json().dump()); }

}  // namespace kelter
