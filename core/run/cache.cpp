// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/cache.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>
#include <string_view>
#include <tuple>

#include "core/base/hash.h"
#include "core/tensor/safetensors.h"

namespace kelter {
namespace {

constexpr std::size_t hash_digits = 32;
constexpr std::uint64_t object_header = 1024;           // more than a stored tensor's description takes
constexpr auto orphan_age = std::chrono::minutes(10);   // another process may be about to name a younger object

std::uint64_t environment_limit(const fs::path& folder) {
  if (const char* text = std::getenv("KELTER_CACHE_LIMIT")) {
    char* end = nullptr;
    const unsigned long long bytes = std::strtoull(text, &end, 10);
    if (end != text && *end == '\0') return bytes;
    throw Error(ErrorCode::invalid_parameter, "KELTER_CACHE_LIMIT is not a number of bytes", text, {},
                "Write digits only.");
  }
  return fs::space(folder).available / 4;
}

std::uint64_t file_bytes(const fs::path& path) {
  std::error_code vanished;
  const std::uintmax_t size = fs::file_size(path, vanished);
  return vanished ? 0 : size;
}

// Removes and says how many bytes that freed; what another process removed first frees nothing.
std::uint64_t remove_file(const fs::path& path) {
  const std::uint64_t size = file_bytes(path);
  std::error_code vanished;
  return fs::remove(path, vanished) ? size : 0;
}

template <typename Visit>
void for_each_file(const fs::path& folder, Visit visit) {
  std::error_code vanished;
  for (fs::recursive_directory_iterator entry(folder, vanished), end; !vanished && entry != end;
       entry.increment(vanished)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) visit(entry->path());
  }
}

std::uint64_t folder_bytes(const fs::path& folder) {
  std::uint64_t sum = 0;
  for_each_file(folder, [&](const fs::path& path) { sum += file_bytes(path); });
  return sum;
}

bool safe_name(const std::string& name) {
  const auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.size() <= 120 && name.front() != '.' && std::all_of(name.begin(), name.end(), safe);
}

}  // namespace

Json MeasureResult::to_json() const {
  Json json = {{"records", Json::array()}, {"kernels", kernels}, {"seconds", seconds}, {"warnings", warnings}};
  for (const MeasureRecord& record : records) json["records"].push_back(record.to_json(true));
  return json;
}

MeasureResult MeasureResult::from_json(const Json& json) {
  MeasureResult result;
  for (const Json& record : json.at("records")) result.records.push_back(MeasureRecord::from_json(record));
  result.kernels = json.at("kernels");
  result.seconds = json.at("seconds").get<double>();
  result.warnings = json.at("warnings").get<std::vector<std::string>>();
  return result;
}

// Something that is evicted as a whole.
struct Cache::Unit {
  enum class Kind { orphan, state, checkpoints, record };
  Kind kind = Kind::record;
  fs::path path;
  fs::file_time_type used{};
  std::vector<std::string> objects;   // of a state
};

Cache::Cache(fs::path folder, std::optional<std::uint64_t> limit) : folder_(std::move(folder)) {
  for (const char* name : {"objects", "states", "summaries", "results", "checkpoints"}) {
    fs::create_directories(folder_ / name);
  }
  limit_ = limit ? *limit : environment_limit(folder_);
  used_ = bytes();
}

std::uint64_t Cache::bytes() const {
  std::uint64_t sum = 0;
  for (const char* name : {"objects", "states", "summaries", "results", "checkpoints"})
    sum += folder_bytes(folder_ / name);
  return sum;
}

fs::path Cache::object_path(const std::string& hash, const char* suffix) const {
  return folder_ / "objects" / hash.substr(0, 2) / (hash + suffix);
}

fs::path Cache::entry_path(const char* folder, const std::string& key) const {
  return folder_ / folder / (key + ".json");
}

void Cache::touch(const fs::path& path) const {
  std::error_code vanished;
  fs::last_write_time(path, fs::file_time_type::clock::now(), vanished);
}

void Cache::damaged(const fs::path& path, const std::string& why) {
  if (log_) log_("The cache entry " + path.string() + " is damaged (" + why + "); it is removed and computed again.");
  used_ -= std::min(used_, remove_file(path));
}

// {"hash": of the dumped body, "body": …}. Missing: nullopt. Damaged: removed and nullopt.
std::optional<Json> Cache::read_entry(const fs::path& path) {
  try {
    Json entry = read_json_file(path);
    if (entry.at("hash") != xxh128_hex(entry.at("body").dump())) {
      damaged(path, "its hash does not match");
      return std::nullopt;
    }
    touch(path);
    return std::move(entry.at("body"));
  } catch (const Error& error) {
    if (error.info().code != ErrorCode::file_not_found) damaged(path, error.info().what);
  } catch (const Json::exception&) {
    damaged(path, "its form is not that of an entry");
  }
  return std::nullopt;
}

void Cache::write_entry(const fs::path& path, const Json& body) {
  const Json entry = {{"hash", xxh128_hex(body.dump())}, {"body", body}};
  const std::string text = entry.dump() + "\n";
  if (!make_room(text.size())) return;
  const std::uint64_t before = file_bytes(path);
  write_file_atomically(path, text);
  used_ = used_ + text.size() - std::min(used_ + text.size(), before);
}

// ---- states ---------------------------------------------------------------------------------------------

bool Cache::has_state(const std::string& recipe) const {
  const fs::path path = entry_path("states", recipe);
  if (!fs::exists(path)) return false;
  try {
    const Json body = read_json_file(path).at("body");
    const auto present = [&](const Json& hash, const char* suffix) {
      return fs::exists(object_path(hash.get<std::string>(), suffix));
    };
    if (!body.at("tokenizer").is_null() && !present(body.at("tokenizer"), ".json")) return false;
    return std::all_of(body.at("tensors").begin(), body.at("tensors").end(),
                       [&](const Json& hash) { return present(hash, ".safetensors"); });
  } catch (const std::exception&) {
    return false;   // load_state finds the damage, removes the entry and says so
  }
}

std::optional<ModelState> Cache::load_state(const std::string& recipe) {
  const fs::path path = entry_path("states", recipe);
  const std::optional<Json> body = read_entry(path);
  if (!body) return std::nullopt;
  try {
    ModelState state;
    state.config = ModelConfig::from_json(body->at("config"), path.string());
    if (!body->at("tokenizer").is_null()) state.tokenizer = load_tokenizer(body->at("tokenizer").get<std::string>());
    for (const auto& [name, hash] : body->at("tensors").items())
      state.tensors[name] = load_object(hash.get<std::string>());
    state.source_bytes = body->at("source_bytes").get<std::uint64_t>();
    state.history = body->at("history").get<std::vector<std::string>>();
    return state;
  } catch (const Error& error) {
    damaged(path, error.info().text());
  } catch (const Json::exception& error) {
    damaged(path, error.what());
  }
  return std::nullopt;
}

// Throws Error when it is missing or damaged (a damaged object is removed first).
Weight Cache::load_object(const std::string& hash) {
  if (Weight known = alive_[hash].lock()) return known;
  const fs::path path = object_path(hash, ".safetensors");
  try {
    const SafetensorsFile file = SafetensorsFile::open(path);
    const Json order = parse_json(file.metadata().at("parts"), path.string());
    std::vector<WeightPart> parts;
    for (const Json& name : order) {
      const SafetensorsEntry* entry = file.find(name.get<std::string>());
      if (!entry) throw Error(ErrorCode::cache_damaged, "A part of the tensor is missing", path.string());
      parts.push_back({entry->name, entry->dtype, entry->shape, entry->data});
    }
    Weight weight = load_weight(parse_json(file.metadata().at("descriptor"), path.string()), parts);
    if (weight->content_hash() != hash) {
      throw Error(ErrorCode::cache_damaged, "The bytes of a stored tensor changed", path.string());
    }
    touch(path);
    alive_[hash] = weight;
    return weight;
  } catch (const Error& error) {
    if (error.info().code != ErrorCode::file_not_found) damaged(path, error.info().what);
    throw;
  } catch (const std::exception& error) {   // missing metadata, wrong JSON types
    damaged(path, error.what());
    throw Error(ErrorCode::cache_damaged, "A stored tensor cannot be read", path.string(), error.what());
  }
}

std::shared_ptr<const Tokenizer> Cache::load_tokenizer(const std::string& hash) {
  if (auto known = tokenizers_[hash].lock()) return known;
  const fs::path path = object_path(hash, ".json");
  const std::optional<Json> body = read_entry(path);
  if (!body) throw Error(ErrorCode::cache_damaged, "The tokenizer is missing", path.string());
  auto tokenizer = std::make_shared<const Tokenizer>(TokenizerData::from_json(*body, path.string()));
  tokenizers_[hash] = tokenizer;
  return tokenizer;
}

void Cache::store_object(const std::string& hash, const Weight& weight) {
  const fs::path path = object_path(hash, ".safetensors");
  fs::create_directories(path.parent_path());
  std::vector<SafetensorsEntry> entries;
  Json order = Json::array();
  for (const WeightPart& part : weight->parts()) {
    entries.push_back({part.name, part.dtype, part.shape, part.data});
    order.push_back(part.name);
  }
  write_safetensors(path, entries, {{"descriptor", weight->descriptor().dump()}, {"parts", order.dump()}});
  used_ += file_bytes(path);
}

bool Cache::store_state(const std::string& recipe, const ModelState& state, double seconds, bool always) {
  Json tensors = Json::object();
  std::map<std::string, Weight> fresh;
  std::uint64_t fresh_bytes = 0;
  for (const auto& [name, weight] : state.tensors) {
    const std::string hash = weight->content_hash();
    tensors[name] = hash;
    alive_[hash] = weight;
    const fs::path path = object_path(hash, ".safetensors");
    if (fs::exists(path)) {
      touch(path);   // keeps it from being taken for an orphan before the state names it
    } else if (fresh.emplace(hash, weight).second) {
      fresh_bytes += weight->bytes() + object_header;
    }
  }
  if (!always && seconds < static_cast<double>(fresh_bytes) / bytes_per_second_) return false;
  used_ = bytes();   // other processes write too
  if (!make_room(fresh_bytes)) return false;

  const auto start = std::chrono::steady_clock::now();
  for (const auto& [hash, weight] : fresh) store_object(hash, weight);
  if (fresh_bytes >= (16u << 20)) {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    bytes_per_second_ = static_cast<double>(fresh_bytes) / std::max(1e-3, taken.count());
  }
  Json tokenizer;
  if (state.tokenizer) {
    tokenizer = state.tokenizer->content_hash();
    const fs::path path = object_path(tokenizer.get<std::string>(), ".json");
    fs::create_directories(path.parent_path());
    if (!fs::exists(path)) write_entry(path, state.tokenizer->data().to_json());
  }
  write_entry(entry_path("states", recipe),
              {{"config", state.config.to_json()}, {"tokenizer", tokenizer}, {"tensors", tensors},
               {"source_bytes", state.source_bytes}, {"history", state.history}, {"seconds", seconds}});
  return true;
}

// ---- summaries and results ------------------------------------------------------------------------------

std::optional<NodeSummary> Cache::load_summary(const std::string& recipe) {
  const std::optional<Json> body = read_entry(entry_path("summaries", recipe));
  if (!body) return std::nullopt;
  return NodeSummary{body->at("content").get<std::string>(), body->at("ledger"), body->at("seconds").get<double>(),
                     body->at("weights").get<std::uint64_t>(), body->at("warnings").get<std::vector<std::string>>()};
}

bool Cache::has_summary(const std::string& recipe) const { return fs::exists(entry_path("summaries", recipe)); }

void Cache::store_summary(const std::string& recipe, const NodeSummary& summary) {
  write_entry(entry_path("summaries", recipe),
              {{"content", summary.content}, {"ledger", summary.ledger}, {"seconds", summary.seconds},
               {"weights", summary.weights}, {"warnings", summary.warnings}});
}

std::optional<MeasureResult> Cache::load_result(const std::string& key) {
  const std::optional<Json> body = read_entry(entry_path("results", key));
  if (!body) return std::nullopt;
  return MeasureResult::from_json(*body);
}

bool Cache::has_result(const std::string& key) const { return fs::exists(entry_path("results", key)); }

void Cache::store_result(const std::string& key, const MeasureResult& result) {
  write_entry(entry_path("results", key), result.to_json());
}

// ---- checkpoints ----------------------------------------------------------------------------------------

namespace {
fs::path checkpoint_path(const fs::path& folder, const std::string& recipe, const std::string& key) {
  return folder / "checkpoints" / recipe / (safe_name(key) ? key : "key~" + xxh128_hex(key));
}
}  // namespace

std::optional<std::vector<std::uint8_t>> Cache::load_checkpoint(const std::string& recipe, const std::string& key) {
  const fs::path path = checkpoint_path(folder_, recipe, key);
  if (!fs::exists(path)) return std::nullopt;
  const std::string text = read_text_file(path);
  const std::string_view payload = std::string_view(text).substr(std::min(text.size(), hash_digits));
  if (text.size() < hash_digits || text.substr(0, hash_digits) != xxh128_hex(payload)) {
    damaged(path, "its hash does not match");
    return std::nullopt;
  }
  touch(path);
  return std::vector<std::uint8_t>(payload.begin(), payload.end());
}

void Cache::save_checkpoint(const std::string& recipe, const std::string& key, std::span<const std::uint8_t> bytes) {
  const fs::path path = checkpoint_path(folder_, recipe, key);
  if (!make_room(bytes.size() + hash_digits)) return;
  fs::create_directories(path.parent_path());
  const std::uint64_t before = file_bytes(path);
  std::string text = xxh128_hex(bytes);
  text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  write_file_atomically(path, text);
  used_ = used_ + text.size() - std::min(used_ + text.size(), before);
}

void Cache::drop_checkpoint(const std::string& recipe, const std::string& key) {
  used_ -= std::min(used_, remove_file(checkpoint_path(folder_, recipe, key)));
}

void Cache::drop_checkpoints(const std::string& recipe) {
  const fs::path folder = folder_ / "checkpoints" / recipe;
  used_ -= std::min(used_, folder_bytes(folder));
  std::error_code vanished;
  fs::remove_all(folder, vanished);
}

bool Cache::has_checkpoints(const std::string& recipe) const {
  std::error_code absent;
  return fs::directory_iterator(folder_ / "checkpoints" / recipe, absent) != fs::directory_iterator();
}

// ---- limit ----------------------------------------------------------------------------------------------

namespace {
fs::file_time_type time_of(const fs::path& path) {
  std::error_code vanished;
  const fs::file_time_type time = fs::last_write_time(path, vanished);
  return vanished ? fs::file_time_type::min() : time;
}

fs::file_time_type newest_in(const fs::path& folder) {
  fs::file_time_type newest = fs::file_time_type::min();
  for_each_file(folder, [&](const fs::path& path) { newest = std::max(newest, time_of(path)); });
  return newest;
}

// Files of the objects a state names. Empty for a damaged state, which then goes first.
std::vector<std::string> objects_of(const fs::path& state) {
  std::vector<std::string> objects;
  try {
    const Json body = read_json_file(state).at("body");
    for (const Json& hash : body.at("tensors")) objects.push_back(hash.get<std::string>() + ".safetensors");
    if (!body.at("tokenizer").is_null()) objects.push_back(body.at("tokenizer").get<std::string>() + ".json");
  } catch (const std::exception&) {
    objects.clear();
  }
  return objects;
}
}  // namespace

std::vector<Cache::Unit> Cache::units(std::uint64_t& total) const {
  std::vector<Unit> found;
  std::set<std::string> named;
  total = bytes();
  for_each_file(folder_ / "states", [&](const fs::path& path) {
    found.push_back({Unit::Kind::state, path, time_of(path), objects_of(path)});
    named.insert(found.back().objects.begin(), found.back().objects.end());
  });
  for_each_file(folder_ / "objects", [&](const fs::path& path) {
    if (!named.count(path.filename().string())) found.push_back({Unit::Kind::orphan, path, time_of(path), {}});
  });
  std::error_code vanished;
  for (const auto& entry : fs::directory_iterator(folder_ / "checkpoints", vanished)) {
    found.push_back({Unit::Kind::checkpoints, entry.path(), newest_in(entry.path()), {}});
  }
  for (const char* name : {"summaries", "results"}) {
    for_each_file(folder_ / name, [&](const fs::path& path) {
      found.push_back({Unit::Kind::record, path, time_of(path), {}});
    });
  }
  return found;
}

// `references`: how many states still name an object.
std::uint64_t Cache::evict(const Unit& unit, const std::map<std::string, int>& references) {
  if (unit.kind == Unit::Kind::checkpoints) {
    const std::uint64_t freed = folder_bytes(unit.path);
    std::error_code vanished;
    fs::remove_all(unit.path, vanished);
    return freed;
  }
  std::uint64_t freed = remove_file(unit.path);
  for (const std::string& object : unit.objects) {
    if (references.at(object) == 0) freed += remove_file(folder_ / "objects" / object.substr(0, 2) / object);
  }
  return freed;
}

// Removes what was not used for longest until `bytes` more fit: abandoned objects, then states and checkpoints,
// at last the small records. False when `bytes` alone exceed the limit.
bool Cache::make_room(std::uint64_t bytes) {
  if (bytes > limit_) return false;
  if (used_ + bytes <= limit_) return true;
  std::vector<Unit> all = units(used_);
  std::map<std::string, int> references;
  for (const Unit& unit : all) {
    for (const std::string& object : unit.objects) ++references[object];
  }
  const auto young = fs::file_time_type::clock::now() - orphan_age;
  const auto rank = [&](const Unit& unit) {
    if (unit.kind == Unit::Kind::orphan) return unit.used < young ? 0 : 2;
    return unit.kind == Unit::Kind::record ? 3 : 1;
  };
  std::sort(all.begin(), all.end(), [&](const Unit& a, const Unit& b) {
    return std::tuple(rank(a), a.used, a.path) < std::tuple(rank(b), b.used, b.path);
  });
  for (const Unit& unit : all) {
    if (used_ + bytes <= limit_) break;
    for (const std::string& object : unit.objects) --references[object];
    used_ -= std::min(used_, evict(unit, references));
  }
  return used_ + bytes <= limit_;
}

}  // namespace kelter
