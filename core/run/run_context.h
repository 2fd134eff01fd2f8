// SPDX-License-Identifier: GPL-3.0-or-later
// The runner's StepContext: progress, cancel, checkpoints and messages of one stage (a step, or a measure on one
// node). Engine thread only; lives as long as its stage.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/step_context.h"
#include "core/describe/messages.h"
#include "core/run/cache.h"

namespace kelter {

struct RunListener;

// Where log lines of a run go: the listener and the run folder.
using LogSink = std::function<void(const LogMessage&)>;

struct Stage {
  std::string node, step, recipe;      // recipe: of the checkpoints
  std::int64_t index = 0, count = 0;   // 1-based
  std::int64_t layers = 0;             // of the model a step reads
};

class RunContext : public StepContext {
 public:
  RunContext(Stage stage, Cache& cache, const RunListener& listener, const CancelFlag& cancel, LogSink log);

  // Tells that this stage runs now, before its first item: some have none to tell of.
  void begin();
  void progress(std::int64_t done, std::int64_t total, std::string_view what) override;
  void check_cancelled() override;
  void log(std::string_view message) override;
  void warn(std::string_view message) override;
  void record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) override;
  std::optional<std::vector<std::uint8_t>> load_checkpoint(std::string_view key) override;
  void save_checkpoint(std::string_view key, std::span<const std::uint8_t> bytes) override;
  void drop_checkpoint(std::string_view key) override;

  const std::vector<std::string>& warnings() const { return warnings_; }
  // [{"layer", "module", quantity: value, …}, …] as recorded; null where a value is not finite.
  const Json& linears() const { return linears_; }
  bool resumed() const { return resumed_; }   // a checkpoint was found
  double seconds() const;              // since the start, without interactive jobs served in between

 private:
  using Clock = std::chrono::steady_clock;

  // From this stage's own rate, after two items; items of a resumed checkpoint do not count.
  std::optional<double> remaining(std::int64_t done, std::int64_t total) const;
  void tell_linears();

  Stage stage_;
  Cache& cache_;
  const RunListener& listener_;
  const CancelFlag& cancel_;
  LogSink log_;
  Clock::time_point start_;
  std::optional<Clock::time_point> last_sent_;
  Clock::duration paused_{};
  std::optional<std::int64_t> first_done_;   // items done before this stage did its first one
  bool resumed_ = false;
  std::vector<std::string> warnings_;
  Json linears_ = Json::array();
  std::size_t told_linears_ = 0;   // of linears_: the listener knows them
};

}  // namespace kelter
