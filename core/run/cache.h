// SPDX-License-Identifier: GPL-3.0-or-later
// What was computed once, on disk. Tensors are stored by the hash of their content, so states share them;
// states, summaries and results are found by recipe. Every entry is written atomically and checked when it is
// read: a damaged one is removed, logged and computed again. Several processes may use one folder: entries
// appear whole or not at all, and one that vanished is a miss. One Cache belongs to one thread.
//
//   objects/ab/<hash>.safetensors   one tensor: descriptor and parts      (objects/ab/<hash>.json: a tokenizer)
//   states/<recipe>.json            config, tokenizer and tensors by hash
//   summaries/<recipe>.json         what a node's record needs when its model is not asked for
//   results/<key>.json              records of one measure on one model, with samples and kernels
//   checkpoints/<recipe>/<key>      pieces of an unfinished step
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/describe/messages.h"
#include "core/model/model_state.h"

namespace kelter {

// A finished node without its model.
struct NodeSummary {
  std::string content;
  Json ledger;
  double seconds = 0;                   // of the step's own work
  std::uint64_t weights = 0;            // of all tensors, for estimates
  std::vector<std::string> warnings;
};

// Records of one measure on one model.
struct MeasureResult {
  std::vector<MeasureRecord> records;
  Json kernels = Json::object();        // name -> {"calls", "bytes_read"}
  double seconds = 0;
  std::vector<std::string> warnings;
  Json to_json() const;                 // with samples
  static MeasureResult from_json(const Json& json);
};

class Cache {
 public:
  using Log = std::function<void(const std::string&)>;

  // `limit` in bytes; default: KELTER_CACHE_LIMIT, else a quarter of the free disk.
  explicit Cache(fs::path folder = cache_folder(), std::optional<std::uint64_t> limit = std::nullopt);

  void set_log(Log log) { log_ = std::move(log); }
  const fs::path& folder() const { return folder_; }
  std::uint64_t limit() const { return limit_; }
  std::uint64_t bytes() const;          // on disk now

  bool has_state(const std::string& recipe) const;         // all its objects are there (content is not checked)
  std::optional<ModelState> load_state(const std::string& recipe);
  // Returns false, and stores nothing, when computing the state again (`seconds`) is cheaper than writing it,
  // or when it is larger than the limit. `always` stores whatever it costs.
  bool store_state(const std::string& recipe, const ModelState& state, double seconds, bool always = false);

  std::optional<NodeSummary> load_summary(const std::string& recipe);
  bool has_summary(const std::string& recipe) const;
  void store_summary(const std::string& recipe, const NodeSummary& summary);

  std::optional<MeasureResult> load_result(const std::string& key);
  bool has_result(const std::string& key) const;
  void store_result(const std::string& key, const MeasureResult& result);

  std::optional<std::vector<std::uint8_t>> load_checkpoint(const std::string& recipe, const std::string& key);
  void save_checkpoint(const std::string& recipe, const std::string& key, std::span<const std::uint8_t> bytes);
  void drop_checkpoint(const std::string& recipe, const std::string& key);
  void drop_checkpoints(const std::string& recipe);
  bool has_checkpoints(const std::string& recipe) const;

 private:
  struct Unit;

  fs::path object_path(const std::string& hash, const char* suffix) const;
  fs::path entry_path(const char* folder, const std::string& key) const;
  std::optional<Json> read_entry(const fs::path& path);
  void write_entry(const fs::path& path, const Json& body);
  void damaged(const fs::path& path, const std::string& why);
  void touch(const fs::path& path) const;
  bool make_room(std::uint64_t bytes);
  std::vector<Unit> units(std::uint64_t& total) const;
  std::uint64_t evict(const Unit& unit, const std::map<std::string, int>& references);
  Weight load_object(const std::string& hash);
  void store_object(const std::string& hash, const Weight& weight);
  std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& hash);

  fs::path folder_;
  std::uint64_t limit_ = 0;
  std::uint64_t used_ = 0;              // running total, corrected by every scan
  double bytes_per_second_ = 200e6;     // of writing, measured with every state stored
  Log log_;
  std::map<std::string, std::weak_ptr<const WeightFormat>> alive_;      // so that loaded states share
  std::map<std::string, std::weak_ptr<const Tokenizer>> tokenizers_;
};

}  // namespace kelter
