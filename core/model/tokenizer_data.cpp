// SPDX-License-Identifier: GPL-3.0-or-later
// The two stored forms of a tokenizer: GGUF's keys and Kelter's JSON. Whether the parts agree is checked where a
// Tokenizer is made of them.
#include "core/base/error.h"
#include "core/model/tokenizer.h"
#include "core/tensor/gguf.h"

namespace kelter {
namespace {

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

void check_model(const std::string& model, const std::string& where) {
  if (model == "gpt2") return;
  throw Error(ErrorCode::unsupported, "The tokenizer model \"" + model + "\" is not supported", where,
              "Kelter reads byte-level BPE (\"gpt2\") only",
              "Use a model with such a tokenizer (SmolLM2, Llama 3, Qwen 2).");
}

std::vector<std::string> copied(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

}  // namespace

Json TokenizerData::to_json() const {
  return Json{{"model", "gpt2"},     {"pre_tokenizer", pre_tokenizer}, {"bos", bos},
              {"eos", eos},          {"unknown", unknown},             {"padding", padding},
              {"add_bos", add_bos},  {"chat_template", chat_template}, {"types", type_runs(types)},
              {"tokens", tokens},    {"merges", merges}};
}

TokenizerData TokenizerData::from_json(const Json& json, const std::string& where) {
  check_model(member(json, "model", Json::value_t::string, where).get<std::string>(), where);
  TokenizerData data;
  data.origin = where;
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

TokenizerData TokenizerData::from_gguf(const GgufFile& file) {
  TokenizerData data;
  data.origin = file.path().string();
  check_model(file.text("tokenizer.ggml.model"), data.origin);
  data.pre_tokenizer = file.text("tokenizer.ggml.pre", "default");
  data.tokens = copied(file.array("tokenizer.ggml.tokens").strings);
  data.merges = copied(file.array("tokenizer.ggml.merges").strings);
  data.types.assign(data.tokens.size(), 1);
  if (file.key("tokenizer.ggml.token_type") != nullptr) {
    data.types.clear();
    for (const std::int64_t type : file.array("tokenizer.ggml.token_type").integers) {
      data.types.push_back(token_type(type, data.origin));
    }
  }
  data.bos = file.integer("tokenizer.ggml.bos_token_id", -1);
  data.eos = file.integer("tokenizer.ggml.eos_token_id", -1);
  data.unknown = file.integer("tokenizer.ggml.unknown_token_id", -1);
  data.padding = file.integer("tokenizer.ggml.padding_token_id", -1);
  // Llama 3 starts every text with BOS, which its files leave unsaid.
  const bool llama3 = data.pre_tokenizer == "llama-bpe" || data.pre_tokenizer == "llama3";
  data.add_bos = file.boolean("tokenizer.ggml.add_bos_token", llama3);
  data.chat_template = file.text("tokenizer.chat_template", "");
  return data;
}

}  // namespace kelter
