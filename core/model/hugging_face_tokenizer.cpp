// SPDX-License-Identifier: GPL-3.0-or-later
// tokenizer.json of the Llama family. Each part of it is known by what it does, or refused by name.
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "core/base/error.h"
#include "core/model/tokenizer.h"

namespace kelter {
namespace {

constexpr std::int32_t normal_type = 1, control_type = 3, user_defined_type = 4, unused_type = 5, byte_type = 6;
const std::string blank_mark = "\u2581";

// The expressions as the families' files hold them.
const std::string llama3_expression =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
const std::string qwen2_expression =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

class Reader {
 public:
  explicit Reader(const fs::path& folder) : file_((folder / "tokenizer.json").string()), json_(read_json_file(file_)) {
    if (!json_.is_object()) damaged("it is no JSON object");
    const fs::path beside = folder / "tokenizer_config.json";
    if (fs::exists(beside)) settings_ = read_json_file(beside);
    if (!settings_.is_object()) settings_ = Json::object();
    const fs::path chat = folder / "chat_template.jinja";
    if (fs::exists(chat)) data_.chat_template = read_text_file(chat);
  }

  TokenizerData read() {
    data_.origin = file_;
    read_model();
    read_added_tokens();
    name_holes();
    read_normalizer(part(json_, "normalizer"));
    read_pre_tokenizer(part(json_, "pre_tokenizer"));
    read_post_processor(part(json_, "post_processor"));
    data_.bos = data_.add_bos ? data_.bos : named("bos_token");
    data_.eos = named("eos_token");
    data_.padding = named("pad_token");
    if (data_.unknown < 0) data_.unknown = named("unk_token");
    read_chat_template();
    return std::move(data_);
  }

 private:
  [[noreturn]] void damaged(const std::string& why) const {
    throw Error(ErrorCode::file_malformed, "The tokenizer is damaged", file_, why, "Get the model's files again.");
  }
  [[noreturn]] void unknown(const std::string& part, const Json& json) const {
    throw Error(ErrorCode::unsupported, "The tokenizer is not supported", file_, "its " + part + " is " + json.dump().substr(0, 300),
                "Use a model of the Llama, Mistral or Qwen2 family.");
  }

  static const Json& part(const Json& json, const char* key) {
    static const Json nothing;
    const auto found = json.find(key);
    return found == json.end() ? nothing : *found;
  }
  static std::string text(const Json& json, const char* key) {
    const Json& value = part(json, key);
    return value.is_string() ? value.get<std::string>() : std::string();
  }
  static bool flag(const Json& json, const char* key, bool otherwise) {
    const Json& value = part(json, key);
    return value.is_boolean() ? value.get<bool>() : otherwise;
  }
  std::int64_t id_in(const Json& value, const std::string& what) const {
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() >= highest_id_)
      damaged("the id of " + what + " is " + value.dump().substr(0, 40));
    return value.get<std::int64_t>();
  }

  // ---- tokens ---------------------------------------------------------------------------------------------

  void set_token(std::int64_t id, const std::string& token, std::int32_t type) {
    const auto at = static_cast<std::size_t>(id);
    if (at >= data_.tokens.size()) {
      data_.tokens.resize(at + 1);
      data_.types.resize(at + 1, unused_type);
    }
    data_.tokens[at] = token;
    data_.types[at] = type;
    ids_[token] = id;
  }

  void read_model() {
    const Json& model = part(json_, "model");
    if (!model.is_object() || text(model, "type") != "BPE") unknown("model", part(model.is_object() ? model : json_, "type"));
    if (!part(model, "continuing_subword_prefix").is_null() && !text(model, "continuing_subword_prefix").empty())
      unknown("subword prefix", part(model, "continuing_subword_prefix"));
    byte_fallback_ = flag(model, "byte_fallback", false);
    data_.kind = byte_fallback_ ? TokenizerKind::sentence_piece : TokenizerKind::byte_level;
    whole_words_first_ = flag(model, "ignore_merges", false);
    const Json& vocabulary = part(model, "vocab");
    if (!vocabulary.is_object()) damaged("\"vocab\" is missing");
    // Some holes are usual; a far higher id would only cost memory.
    highest_id_ = static_cast<std::int64_t>(2 * (vocabulary.size() + part(json_, "added_tokens").size()) + 1024);
    for (const auto& [token, id] : vocabulary.items())
      set_token(id_in(id, "\"" + token + "\""), token, is_byte_token(token) ? byte_type : normal_type);
    read_merges(part(model, "merges"));
    const auto named = ids_.find(text(model, "unk_token"));
    if (named != ids_.end()) data_.unknown = named->second;
  }

  bool is_byte_token(const std::string& token) const {
    return byte_fallback_ && token.size() == 6 && token.starts_with("<0x") && token.ends_with(">");
  }

  // "left right" in older files, ["left", "right"] in newer ones.
  void read_merges(const Json& merges) {
    if (!merges.is_array()) damaged("\"merges\" is missing");
    for (const Json& merge : merges) {
      if (merge.is_string()) {
        data_.merges.push_back(merge.get<std::string>());
      } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        data_.merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
      } else {
        damaged("merge " + std::to_string(data_.merges.size()) + " is not two tokens");
      }
    }
  }

  void read_added_tokens() {
    const Json& added = part(json_, "added_tokens");
    if (added.is_null()) return;
    if (!added.is_array()) damaged("\"added_tokens\" is no list");
    for (const Json& token : added) {
      if (!token.is_object() || text(token, "content").empty()) damaged("an added token has no content");
      for (const char* unusual : {"single_word", "lstrip", "rstrip"})
        if (flag(token, unusual, false)) unknown("added token", token);
      set_token(id_in(part(token, "id"), text(token, "content")), text(token, "content"),
                flag(token, "special", false) ? control_type : user_defined_type);
    }
  }

  // Ids that no token has.
  void name_holes() {
    for (std::size_t id = 0; id < data_.tokens.size(); ++id)
      if (data_.tokens[id].empty()) data_.tokens[id] = "[PAD" + std::to_string(id) + "]";
  }

  // ---- what happens to a text -----------------------------------------------------------------------------

  static std::vector<Json> sequence(const Json& json, const char* list) {
    if (json.is_null()) return {};
    if (json.is_object() && text(json, "type") == "Sequence" && part(json, list).is_array())
      return part(json, list).get<std::vector<Json>>();
    return {json};
  }

  void read_normalizer(const Json& json) {
    for (const Json& one : sequence(json, "normalizers")) {
      const std::string type = one.is_object() ? text(one, "type") : std::string();
      const bool sentence_piece = data_.kind == TokenizerKind::sentence_piece;
      if (type == "NFC" && !sentence_piece) {
        data_.compose = true;
      } else if (type == "Prepend" && sentence_piece && text(one, "prepend") == blank_mark) {
        data_.blank_prefix = BlankPrefix::every;
      } else if (type == "Replace" && sentence_piece && text(one, "content") == blank_mark && text(part(one, "pattern"), "String") == " ") {
        marks_blanks_ = true;
      } else {
        unknown("normalizer", one);
      }
    }
  }

  void read_pre_tokenizer(const Json& json) {
    const std::vector<Json> parts = sequence(json, "pretokenizers");
    if (data_.kind == TokenizerKind::sentence_piece) return read_metaspace(parts, json);
    const auto type = [&](std::size_t i) { return parts[i].is_object() ? text(parts[i], "type") : std::string(); };
    if (parts.empty() || type(parts.size() - 1) != "ByteLevel" || flag(parts.back(), "add_prefix_space", true)) unknown("pre-tokenizer", json);
    const bool own_expression = flag(parts.back(), "use_regex", true);
    if (parts.size() == 1 && own_expression) {
      data_.pre_tokenizer = "gpt-2";
    } else if (parts.size() == 2 && own_expression && type(0) == "Digits" && flag(parts[0], "individual_digits", false)) {
      data_.pre_tokenizer = "smollm";
    } else if (parts.size() == 2 && !own_expression && type(0) == "Split" && text(parts[0], "behavior") == "Isolated") {
      const std::string expression = text(part(parts[0], "pattern"), "Regex");
      if (expression == llama3_expression) data_.pre_tokenizer = "llama-bpe";
      if (expression == qwen2_expression) data_.pre_tokenizer = "qwen2";
    }
    if (data_.pre_tokenizer.empty()) unknown("pre-tokenizer", json);
    if (whole_words_first_ != (data_.pre_tokenizer == "llama-bpe")) unknown("\"ignore_merges\"", whole_words_first_);
  }

  // Newer files of SentencePiece tokenizers mark blanks here instead of in the normalizer.
  void read_metaspace(const std::vector<Json>& parts, const Json& json) {
    if (parts.empty() && marks_blanks_) return;
    const bool metaspace = parts.size() == 1 && parts[0].is_object() && text(parts[0], "type") == "Metaspace" &&
                           text(parts[0], "replacement") == blank_mark && !flag(parts[0], "split", true) && !marks_blanks_;
    if (!metaspace) unknown("pre-tokenizer", json);
    data_.single_blank = true;
    const std::string scheme = text(parts[0], "prepend_scheme");
    data_.blank_prefix = scheme == "first" ? BlankPrefix::first : scheme == "never" ? BlankPrefix::none : BlankPrefix::every;
  }

  // A template that begins with a special token puts it before every text; one behind it is not supported.
  void read_post_processor(const Json& json) {
    for (const Json& one : sequence(json, "processors")) {
      const std::string type = one.is_object() ? text(one, "type") : std::string();
      if (type == "ByteLevel") continue;
      if (type != "TemplateProcessing" || !part(one, "single").is_array()) unknown("post-processor", one);
      bool behind = false;
      for (const Json& piece : part(one, "single")) {
        if (!piece.is_object()) damaged("its template is no list of pieces");
        if (piece.contains("Sequence")) {
          behind = true;
          continue;
        }
        const std::string token = text(part(piece, "SpecialToken"), "id");
        const auto found = ids_.find(token);
        if (found == ids_.end()) damaged("its template names \"" + token + "\", which is no token");
        if (behind || data_.add_bos) unknown("post-processor", one);
        data_.add_bos = true;
        data_.bos = found->second;
      }
    }
  }

  // ---- tokenizer_config.json --------------------------------------------------------------------------------

  std::int64_t named(const char* key) const {
    const Json& value = part(settings_, key);
    const std::string token = value.is_object() ? text(value, "content") : text(settings_, key);
    const auto found = ids_.find(token);
    return token.empty() || found == ids_.end() ? -1 : found->second;
  }

  // A text, or a list of named ones, the one called "default" for plain use.
  void read_chat_template() {
    if (!data_.chat_template.empty()) return;
    const Json& given = part(settings_, "chat_template");
    if (given.is_string()) data_.chat_template = given.get<std::string>();
    if (!given.is_array()) return;
    for (const Json& one : given)
      if (one.is_object() && text(one, "name") == "default") data_.chat_template = text(one, "template");
  }

  std::string file_;
  Json json_, settings_;
  TokenizerData data_;
  std::unordered_map<std::string, std::int64_t> ids_;
  std::int64_t highest_id_ = 0;
  bool byte_fallback_ = false, whole_words_first_ = false, marks_blanks_ = false;
};

}  // namespace

TokenizerData TokenizerData::from_hugging_face(const fs::path& folder) { return Reader(folder).read(); }

// ---- writing ------------------------------------------------------------------------------------------------

namespace {

Json byte_level(bool own_expression) {
  return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", own_expression}};
}

Json in_sequence(const char* list, std::initializer_list<Json> parts) { return {{"type", "Sequence"}, {list, Json(parts)}}; }

Json pre_tokenizer_of(const TokenizerData& data) {
  const std::string& name = data.pre_tokenizer;
  const bool llama3 = name == "llama-bpe" || name == "llama3";
  if (name == "smollm") return in_sequence("pretokenizers", {Json{{"type", "Digits"}, {"individual_digits", true}}, byte_level(true)});
  if (!llama3 && name != "qwen2") return byte_level(true);
  const Json split = {{"type", "Split"}, {"pattern", {{"Regex", llama3 ? llama3_expression : qwen2_expression}}}, {"behavior", "Isolated"}, {"invert", false}};
  return in_sequence("pretokenizers", {split, byte_level(false)});
}

// A blank before every text, also before one that begins with a blank, is written as the older files have it.
bool marks_in_normalizer(const TokenizerData& data) {
  return data.kind == TokenizerKind::sentence_piece && data.blank_prefix == BlankPrefix::every && !data.single_blank;
}

Json normalizer_of(const TokenizerData& data) {
  if (data.compose) return {{"type", "NFC"}};
  if (!marks_in_normalizer(data)) return nullptr;
  return in_sequence("normalizers", {Json{{"type", "Prepend"}, {"prepend", blank_mark}},
                                     Json{{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", blank_mark}}});
}

Json metaspace_of(const TokenizerData& data) {
  if (marks_in_normalizer(data)) return nullptr;
  const char* scheme = data.blank_prefix == BlankPrefix::none ? "never" : data.blank_prefix == BlankPrefix::first ? "first" : "always";
  return {{"type", "Metaspace"}, {"replacement", blank_mark}, {"prepend_scheme", scheme}, {"split", false}};
}

Json sentence_piece_decoder(const TokenizerData& data) {
  const Json blanks = {{"type", "Replace"}, {"pattern", {{"String", blank_mark}}}, {"content", " "}};
  const Json parts[] = {blanks, {{"type", "ByteFallback"}}, {{"type", "Fuse"}}};
  const Json strip = {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}};
  if (data.blank_prefix == BlankPrefix::none) return in_sequence("decoders", {parts[0], parts[1], parts[2]});
  return in_sequence("decoders", {parts[0], parts[1], parts[2], strip});
}

Json post_processor_of(const TokenizerData& data) {
  if (!data.add_bos) return data.kind == TokenizerKind::byte_level ? byte_level(true) : Json();
  const std::string& bos = data.tokens[static_cast<std::size_t>(data.bos)];
  const auto special = [&](int type) { return Json{{"SpecialToken", {{"id", bos}, {"type_id", type}}}}; };
  const auto text = [](const char* id, int type) { return Json{{"Sequence", {{"id", id}, {"type_id", type}}}}; };
  return {{"type", "TemplateProcessing"},
          {"single", Json::array({special(0), text("A", 0)})},
          {"pair", Json::array({special(0), text("A", 0), special(1), text("B", 1)})},
          {"special_tokens", {{bos, {{"id", bos}, {"ids", {data.bos}}, {"tokens", {bos}}}}}}};
}

}  // namespace

Json TokenizerData::to_hugging_face() const {
  const bool sentence_piece = kind == TokenizerKind::sentence_piece;
  Json vocabulary = Json::object(), added = Json::array();
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (types[id] == unused_type) continue;
    vocabulary[tokens[id]] = id;
    if (types[id] != control_type && types[id] != user_defined_type) continue;
    added.push_back({{"id", id}, {"content", tokens[id]}, {"single_word", false}, {"lstrip", false}, {"rstrip", false},
                     {"normalized", false}, {"special", types[id] == control_type}});
  }
  const bool llama3 = pre_tokenizer == "llama-bpe" || pre_tokenizer == "llama3";
  Json model = {{"type", "BPE"}, {"dropout", nullptr}, {"unk_token", nullptr}, {"continuing_subword_prefix", nullptr},
                {"end_of_word_suffix", nullptr}, {"fuse_unk", sentence_piece}, {"byte_fallback", sentence_piece}, {"ignore_merges", llama3}};
  if (sentence_piece && unknown >= 0) model["unk_token"] = tokens[static_cast<std::size_t>(unknown)];
  model["vocab"] = std::move(vocabulary);
  model["merges"] = merges;
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", std::move(added)},
          {"normalizer", normalizer_of(*this)},
          {"pre_tokenizer", sentence_piece ? metaspace_of(*this) : pre_tokenizer_of(*this)},
          {"post_processor", post_processor_of(*this)},
          {"decoder", sentence_piece ? sentence_piece_decoder(*this) : byte_level(true)},
          {"model", std::move(model)}};
}

Json TokenizerData::to_hugging_face_settings(std::int64_t context) const {
  Json settings = {{"tokenizer_class", "PreTrainedTokenizerFast"}, {"clean_up_tokenization_spaces", false}, {"model_max_length", context}};
  for (const auto& [key, id] : {std::pair("bos_token", bos), {"eos_token", eos}, {"unk_token", unknown}, {"pad_token", padding}})
    if (id >= 0) settings[key] = tokens[static_cast<std::size_t>(id)];
  if (!chat_template.empty()) settings["chat_template"] = chat_template;
  return settings;
}

}  // namespace kelter
