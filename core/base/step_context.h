// SPDX-License-Identifier: GPL-3.0-or-later
// What a step may ask of whoever runs it. The runner implements it for all steps, so that progress,
// cancel, resume and logging are written once. Used on the engine thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace kelter {

class StepContext {
 public:
  virtual ~StepContext() = default;

  // Item `done` of `total` inside this step is finished; `what` names it ("layer 3"). Also a
  // cancellation point: throws Error(cancelled) when the user asked to stop.
  virtual void progress(std::int64_t done, std::int64_t total, std::string_view what) = 0;

  // Throws Error(cancelled) when the user asked to stop. Call at least once per layer and per batch.
  virtual void check_cancelled() = 0;

  virtual void log(std::string_view message) = 0;
  virtual void warn(std::string_view message) = 0;   // kept with the result and shown beside it

  // What a step found out about a linear of the model ("output_error"), kept with the result for the view of its layers.
  // A step that goes on from a checkpoint records what it had recorded before. Values may be infinite.
  virtual void record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) = 0;

  // A checkpoint survives a kill. `key` names a finished piece of this step ("layer-3"); the bytes come
  // back unchanged when the same step with the same recipe runs again, or not at all.
  virtual std::optional<std::vector<std::uint8_t>> load_checkpoint(std::string_view key) = 0;
  virtual void save_checkpoint(std::string_view key, std::span<const std::uint8_t> bytes) = 0;
  virtual void drop_checkpoint(std::string_view key) = 0;
};

// A context that records nothing and never cancels; for tests and one-off calls.
class NullContext : public StepContext {
 public:
  void progress(std::int64_t, std::int64_t, std::string_view) override {}
  void check_cancelled() override {}
  void log(std::string_view) override {}
  void warn(std::string_view message) override { warnings.emplace_back(message); }
  void record_linear(std::int64_t, std::string_view, std::string_view, double) override {}
  std::optional<std::vector<std::uint8_t>> load_checkpoint(std::string_view) override { return std::nullopt; }
  void save_checkpoint(std::string_view, std::span<const std::uint8_t>) override {}
  void drop_checkpoint(std::string_view) override {}

  std::vector<std::string> warnings;
};

}  // namespace kelter
