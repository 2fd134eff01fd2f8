// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/listing.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/hub/hub_cache.h"

namespace kelter {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{1}
                                       << 44;  // 17 TB: far above every model, and sums do not overflow
constexpr std::size_t most_files = 100000;

class ListingReader {
 public:
  ListingReader(std::string_view text, const std::string& where) : where_(where) {
    try {
      json_ = parse_json(text, where);
    } catch (const Error& error) {
      damaged("it is no JSON: " + error.info().why);
    }
  }

  HubListing read() const {
    HubListing listing;
    listing.commit = text(json_, "sha");
    if (!is_digest(listing.commit, DigestKind::git_blob)) damaged("its commit is no SHA-1");
    const Json& files = member(json_, "siblings");
    if (!files.is_array() || files.size() > most_files) damaged("its files are no list of acceptable length");
    for (const Json& file : files)
      listing.files.push_back(read_file(file));
    return listing;
  }

 private:
  HubFile read_file(const Json& json) const {
    HubFile file;
    file.name = text(json, "rfilename");
    if (!is_safe_path(file.name))
      damaged("it names a file that would lie outside of the model's folder: " + printable(file.name));
    const Json& large = member(json, "lfs");
    file.kind = large.is_object() ? DigestKind::sha256 : DigestKind::git_blob;
    file.digest = large.is_object() ? text(large, "sha256") : text(json, "blobId");
    if (!is_digest(file.digest, file.kind)) damaged("it has no checksum of " + file.name);
    const Json& size = member(large.is_object() ? large : json, "size");
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() > largest_file)
      damaged("it has no size of " + file.name);
    file.bytes = size.get<std::uint64_t>();
    return file;
  }

  const Json& member(const Json& json, const char* key) const {
    static const Json absent;
    if (!json.is_object()) damaged(std::string("the place of \"") + key + "\" is no object");
    const auto found = json.find(key);
    return found == json.end() ? absent : *found;
  }
  std::string text(const Json& json, const char* key) const {
    const Json& value = member(json, key);
    if (!value.is_string()) damaged(std::string("\"") + key + "\" is missing");
    return value.get<std::string>();
  }
  [[noreturn]] void damaged(const std::string& why) const {
    throw Error(ErrorCode::file_malformed, "The hub's list of files cannot be used", where_, why,
                "Check the hub's address.");
  }

  std::string where_;
  Json json_;
};

}  // namespace

const HubFile* HubListing::find(const std::string& name) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const HubFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

HubListing parse_listing(std::string_view text, const std::string& where) { return ListingReader(text, where).read(); }

std::vector<std::string> shards_of(const fs::path& index) {
  const auto damaged = [&](const std::string& why) {
    return Error(ErrorCode::file_malformed, "The index of the checkpoint is damaged", index.string(), why,
                 "Tell the model's authors.");
  };
  const Json json = read_json_file(index);
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (map == json.end() || !map->is_object() || map->empty()) throw damaged("\"weight_map\" is missing");
  std::set<std::string> names;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string() || !is_safe_path(file.get<std::string>()))
      throw damaged("the file of " + printable(tensor) + " would lie outside of the model's folder");
    names.insert(file.get<std::string>());
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> required_files(const std::vector<std::string>& weights) {
  std::vector<std::string> names = {"config.json"};
  names.insert(names.end(), weights.begin(), weights.end());
  return names;
}

const std::vector<std::string>& optional_files() {
  static const std::vector<std::string> names = {
      weights_index_file, "generation_config.json", "tokenizer.json",          "tokenizer_config.json",
      "tokenizer.model",  "added_tokens.json",      "special_tokens_map.json", "vocab.json",
      "merges.txt",       "chat_template.jinja",    "chat_template.json",      "quantize_config.json",
      "quant_config.json"};
  return names;
}

}  // namespace kelter
