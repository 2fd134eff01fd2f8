// SPDX-License-Identifier: GPL-3.0-or-later
// The folder a run leaves behind, complete enough to be copied to another machine:
//
//   run.json          the record                     samples.json   values for paired comparisons
//   document.kelter   what was run                   log.txt        from the first line
//   journal.jsonl     what was finished when         figures/
//   <node>/           a Kelter folder, or kelter-source.json where the model is an untouched file
//
// One writer at a time (held by a lock on the journal). Everything is written atomically.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/describe/document.h"
#include "core/describe/messages.h"
#include "core/run/cache.h"
#include "core/run/finished_work.h"
#include "core/run/journal.h"

namespace kelter {

inline constexpr const char* journal_name = "journal.jsonl";

class RunFolder {
 public:
  // Makes the folder, or takes one that is empty or holds an earlier run, which is replaced unless `resume`.
  // Error(invalid_parameter) when it holds anything else or another run is writing to it.
  RunFolder(const fs::path& path, const Document& document, bool resume);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const fs::path& path() const { return path_; }
  fs::path node_path(const std::string& node) const;
  void log(const LogMessage& message);

  void node_started(const std::string& node, const std::string& recipe);
  // Saves the model; returns its bytes on disk.
  std::uint64_t keep_model(const std::string& node, const ModelState& state);
  void keep_source(const std::string& node, const std::string& given, const fs::path& file,
                   const std::string& identity);
  void node_finished(const std::string& node, const std::string& recipe, const std::string& content);
  void node_failed(const std::string& node, const ErrorInfo& error);
  void measured(const std::string& key, const MeasureResult& result);

  // What this run or the one it resumes finished: a model of this recipe, perhaps in another node's folder, whose
  // content still is what was recorded (else nothing, with a line in the log), and results by their key.
  std::optional<ModelState> finished_model(const std::string& node, const std::string& recipe);
  bool has_finished_model(const std::string& node, const std::string& recipe) const;
  const MeasureResult* finished_result(const std::string& key) const;

  void write_record(const RunRecord& record);

 private:
  void take_over();
  void lock();

  fs::path path_;
  int lock_ = -1;
  std::unique_ptr<Journal> journal_;
  FinishedWork finished_;
};

// The record of a run folder, with its samples; without them where they belong to another record.
// Error(file_not_found | file_malformed).
RunRecord read_run_folder(const fs::path& path);

}  // namespace kelter
