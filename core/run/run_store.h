// SPDX-License-Identifier: GPL-3.0-or-later
// Every run this user made, in one SQLite file beside their artefacts. Several processes may write at once.
// One RunStore belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/describe/messages.h"

struct sqlite3;

namespace kelter {

struct StoredRun {
  std::string id;                   // "20260314-153012-9f3a61c2"
  std::string title, host, device_class, folder;
  double started = 0, seconds = 0;  // seconds since 1970; duration
  RunRecord record;                 // with samples
};

// What one stage (a step, or a measure on one node) took.
struct StageTiming {
  std::string step, parameters, device_class;   // parameters as compact JSON
  std::uint64_t weights = 0;
  double seconds = 0;
};

class RunStore {
 public:
  // Created if absent. Error(file_malformed) when the file is no database, Error(unsupported) when a newer
  // Kelter wrote it.
  explicit RunStore(const fs::path& path = data_folder() / "runs.sqlite");
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  void add(const StoredRun& run);                 // one transaction; replaces a run of the same id
  void add_timing(const StageTiming& timing);

  std::vector<StoredRun> recent(int count);       // newest first
  std::optional<StoredRun> find(const std::string& id);
  std::optional<StoredRun> find_folder(const fs::path& folder);   // the newest in that folder

  // Median over the last runs of this step on this device class, scaled to `weights`; with the same
  // parameters where there are any, else with any. Absent when the step never ran.
  std::optional<double> seconds_of(const std::string& step, const std::string& parameters,
                                   const std::string& device_class, std::uint64_t weights);

 private:
  class Statement;
  void execute(const char* sql);
  void create_tables();
  std::int64_t stored_schema();
  StoredRun read_run(Statement& statement);
  std::vector<double> seconds_per_weight(const char* sql, const std::vector<std::string>& values);
  [[noreturn]] void fail(const std::string& what) const;

  fs::path path_;
  sqlite3* database_ = nullptr;
};

std::string new_run_id(double started);

}  // namespace kelter
