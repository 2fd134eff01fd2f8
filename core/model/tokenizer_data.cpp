// SPDX-License-Identifier: GPL-3.0-or-later
// Two stored forms of a tokenizer: GGUF's keys and Kelter's JSON. Whether the parts agree is checked where a
// Tokenizer is made of them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <unordered_map>

#include "core/base/error.h"
#include "core/model/tokenizer.h"
#include "core/tensor/gguf.h"

namespace kelter {
namespace {

constexpr std::int32_t normal_type = 1, user_defined_type = 4, unused_type = 5;

[[noreturn]] void damaged(const std::string& where, const std::string& why) {
  throw Error(ErrorCode::file_malformed, "The tokenizer is damaged", where, why, "Get the model's files again.");
}

std::int32_t token_type(std::int64_t type, const std::string& where) {
  if (type < 0 || type > 6) damaged(where, "the token type " + std::to_string(type) + " does not exist");
  return static_cast<std::int32_t>(type);
}

const Json& member(const Json& json, const char* key, Json::value_t type, const std::string& where) {
  const auto found = json.find(key);
  if (found == json.end() || found->type() != type) {
    damaged(where, "\"" + std::string(key) + "\" is missing or of another type");
  }
  return *found;
}

std::int64_t id_member(const Json& json, const char* key, const std::string& where) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_integer()) {
    damaged(where, "\"" + std::string(key) + "\" is not an integer");
  }
  return found->get<std::int64_t>();
}

std::vector<std::string> text_array(const Json& json, const char* key, const std::string& where) {
  std::vector<std::string> texts;
  for (const Json& text : member(json, key, Json::value_t::array, where)) {
    if (!text.is_string()) damaged(where, "\"" + std::string(key) + "\" holds something other than text");
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

Json type_runs(const std::vector<std::int32_t>& types) {
  Json runs = Json::array();
  for (const std::int32_t type : types) {
    if (runs.empty() || runs.back()[0] != type) runs.push_back(Json::array({type, 0}));
    runs.back()[1] = runs.back()[1].get<std::int64_t>() + 1;
  }
  return runs;
}

// At most `limit` types, so that a hostile count asks for no memory.
std::vector<std::int32_t> types_of_runs(const Json& runs, std::size_t limit, const std::string& where) {
  std::vector<std::int32_t> types;
  for (const Json& run : runs) {
    if (!run.is_array() || run.size() != 2 || !run[0].is_number_integer() || !run[1].is_number_integer()) {
      damaged(where, "\"types\" holds something other than pairs of type and count");
    }
    const std::int64_t count = run[1].get<std::int64_t>();
    if (count < 0 || static_cast<std::uint64_t>(count) > limit - types.size()) {
      damaged(where, "\"types\" has more entries than there are tokens");
    }
    types.insert(types.end(), static_cast<std::size_t>(count), token_type(run[0].get<std::int64_t>(), where));
  }
  return types;
}

TokenizerKind kind_of(const std::string& model, const std::string& where) {
  if (model == "gpt2") return TokenizerKind::byte_level;
  if (model == "llama") return TokenizerKind::sentence_piece;
  throw Error(ErrorCode::unsupported, "The tokenizer model \"" + model + "\" is not supported", where,
              "Kelter reads byte-level BPE (\"gpt2\") and SentencePiece BPE (\"llama\")",
              "Use a model of the Llama, Mistral or Qwen2 family.");
}

const char* const prefix_names[] = {"none", "first", "every"};

BlankPrefix prefix_of(const Json& json, const std::string& where) {
  const auto name = member(json, "blank_prefix", Json::value_t::string, where).get<std::string>();
  for (int i = 0; i < 3; ++i)
    if (name == prefix_names[i]) return static_cast<BlankPrefix>(i);
  damaged(where, "\"blank_prefix\" is \"" + name + "\"");
}

// SentencePiece names a score for each token; the pairs whose union is a token, best score first, are the merges. Among
// equal scores the lower ids go first.
std::vector<std::string> merges_of_scores(const TokenizerData& data, const std::vector<double>& scores) {
  struct Candidate {
    double score;
    std::int32_t left, right;
  };
  std::unordered_map<std::string_view, std::int32_t> ids;
  for (std::size_t i = 0; i < data.tokens.size(); ++i)
    if (data.types[i] == normal_type || data.types[i] == user_defined_type) ids.emplace(data.tokens[i], static_cast<std::int32_t>(i));
  std::vector<Candidate> candidates;
  for (const auto& [token, id] : ids) {
    for (std::size_t at = 1; at < token.size(); ++at) {
      const auto left = ids.find(token.substr(0, at)), right = ids.find(token.substr(at));
      if (left != ids.end() && right != ids.end())
        candidates.push_back({scores[static_cast<std::size_t>(id)], left->second, right->second});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tuple(-a.score, a.left, a.right) < std::tuple(-b.score, b.left, b.right);
  });
  std::vector<std::string> merges;
  for (const Candidate& one : candidates)
    merges.push_back(data.tokens[static_cast<std::size_t>(one.left)] + " " + data.tokens[static_cast<std::size_t>(one.right)]);
  return merges;
}

std::vector<double> scores_of(const GgufFile& file, const TokenizerData& data) {
  const std::vector<double>& scores = file.array("tokenizer.ggml.scores").floats;
  if (scores.size() != data.tokens.size() || data.types.size() != data.tokens.size())
    damaged(data.origin, std::to_string(data.tokens.size()) + " tokens, " + std::to_string(scores.size()) + " scores and " +
                             std::to_string(data.types.size()) + " types");
  for (const double score : scores)
    if (!std::isfinite(score)) damaged(data.origin, "a score is not a finite number");
  return scores;
}

// Some writers store "none" as the largest unsigned number.
std::int64_t token_id(const GgufFile& file, const char* key, std::int64_t otherwise) {
  const std::int64_t id = file.integer(key, otherwise);
  return id == std::numeric_limits<std::uint32_t>::max() ? -1 : id;
}

std::vector<std::string> copied(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

}  // namespace

Json TokenizerData::to_json() const {
  Json json = {{"model", kind == TokenizerKind::byte_level ? "gpt2" : "llama"}, {"pre_tokenizer", pre_tokenizer}, {"bos", bos},
               {"eos", eos},          {"unknown", unknown},             {"padding", padding},
               {"add_bos", add_bos},  {"chat_template", chat_template}, {"types", type_runs(types)},
               {"tokens", tokens},    {"merges", merges}};
  if (compose) json["compose"] = true;
  if (blank_prefix != BlankPrefix::none) json["blank_prefix"] = prefix_names[static_cast<int>(blank_prefix)];
  if (single_blank) json["single_blank"] = true;
  return json;
}

TokenizerData TokenizerData::from_json(const Json& json, const std::string& where) {
  TokenizerData data;
  data.origin = where;
  data.kind = kind_of(member(json, "model", Json::value_t::string, where).get<std::string>(), where);
  if (json.contains("compose")) data.compose = member(json, "compose", Json::value_t::boolean, where).get<bool>();
  if (json.contains("single_blank")) data.single_blank = member(json, "single_blank", Json::value_t::boolean, where).get<bool>();
  if (json.contains("blank_prefix")) data.blank_prefix = prefix_of(json, where);
  data.pre_tokenizer = member(json, "pre_tokenizer", Json::value_t::string, where).get<std::string>();
  data.bos = id_member(json, "bos", where);
  data.eos = id_member(json, "eos", where);
  data.unknown = id_member(json, "unknown", where);
  data.padding = id_member(json, "padding", where);
  data.add_bos = member(json, "add_bos", Json::value_t::boolean, where).get<bool>();
  data.chat_template = member(json, "chat_template", Json::value_t::string, where).get<std::string>();
  data.tokens = text_array(json, "tokens", where);
  data.types = types_of_runs(member(json, "types", Json::value_t::array, where), data.tokens.size(), where);
  data.merges = text_array(json, "merges", where);
  return data;
}

void TokenizerData::pad(std::int64_t vocabulary) {
  for (auto id = static_cast<std::int64_t>(tokens.size()); id < vocabulary; ++id) {
    tokens.push_back("[PAD" + std::to_string(id) + "]");
    types.push_back(unused_type);
  }
}

TokenizerData TokenizerData::from_gguf(const GgufFile& file) {
  TokenizerData data;
  data.origin = file.path().string();
  data.kind = kind_of(file.text("tokenizer.ggml.model"), data.origin);
  const bool sentence_piece = data.kind == TokenizerKind::sentence_piece;
  data.tokens = copied(file.array("tokenizer.ggml.tokens").strings);
  if (!sentence_piece) {
    data.pre_tokenizer = file.text("tokenizer.ggml.pre", "default");
    data.compose = data.pre_tokenizer == "qwen2";
    data.merges = copied(file.array("tokenizer.ggml.merges").strings);
  } else if (file.boolean("tokenizer.ggml.add_space_prefix", true)) {
    data.blank_prefix = BlankPrefix::every;
  }
  data.types.assign(data.tokens.size(), 1);
  if (file.key("tokenizer.ggml.token_type") != nullptr) {
    data.types.clear();
    for (const std::int64_t type : file.array("tokenizer.ggml.token_type").integers) {
      data.types.push_back(token_type(type, data.origin));
    }
  }
  if (sentence_piece) data.merges = merges_of_scores(data, scores_of(file, data));
  data.bos = token_id(file, "tokenizer.ggml.bos_token_id", sentence_piece ? 1 : -1);
  data.eos = token_id(file, "tokenizer.ggml.eos_token_id", sentence_piece ? 2 : -1);
  data.unknown = token_id(file, "tokenizer.ggml.unknown_token_id", sentence_piece ? 0 : -1);
  data.padding = token_id(file, "tokenizer.ggml.padding_token_id", -1);
  // Llama starts every text with BOS, which its files leave unsaid.
  const bool llama = sentence_piece || data.pre_tokenizer == "llama-bpe" || data.pre_tokenizer == "llama3";
  data.add_bos = file.boolean("tokenizer.ggml.add_bos_token", llama);
  data.chat_template = file.text("tokenizer.chat_template", "");
  return data;
}

}  // namespace kelter
