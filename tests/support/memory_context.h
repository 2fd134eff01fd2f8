// SPDX-License-Identifier: GPL-3.0-or-later
// A step context that keeps checkpoints and messages in memory and can stop a step like a kill would.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/step_context.h"

namespace kelter::test {

class MemoryContext : public NullContext {
 public:
  // Ends the step with Error(cancelled) right behind its n-th new checkpoint.
  void stop_after(int checkpoints) { saves_left_ = checkpoints; }

  void log(std::string_view message) override { logs.emplace_back(message); }
  void progress(std::int64_t done, std::int64_t total, std::string_view what) override {
    steps.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + std::string(what));
  }
  std::optional<std::vector<std::uint8_t>> load_checkpoint(std::string_view key) override {
    const auto found = checkpoints.find(std::string(key));
    if (found == checkpoints.end()) return std::nullopt;
    return found->second;
  }
  void save_checkpoint(std::string_view key, std::span<const std::uint8_t> bytes) override {
    checkpoints[std::string(key)].assign(bytes.begin(), bytes.end());
    if (saves_left_ > 0 && --saves_left_ == 0) throw Error(ErrorCode::cancelled, "Stopped by the test");
  }
  void drop_checkpoint(std::string_view key) override { checkpoints.erase(std::string(key)); }

  std::map<std::string, std::vector<std::uint8_t>> checkpoints;
  std::vector<std::string> logs, steps;

 private:
  int saves_left_ = 0;
};

}  // namespace kelter::test
