// SPDX-License-Identifier: GPL-3.0-or-later
// An engine that does nothing but note what it is asked, and says what a test tells it to say. For
// EngineBridge::start_with, which takes a plain function: the last one started is FakeEngine::last().
#pragma once

#include <mutex>
#include <vector>

#include "core/describe/engine.h"

namespace kelter::test {

class FakeEngine : public EngineService {
 public:
  explicit FakeEngine(EngineListener listener) : listener_(std::move(listener)) { slot() = this; }
  ~FakeEngine() override { slot() = nullptr; }

  static FakeEngine& last() { return *slot(); }
  static bool alive() { return slot() != nullptr; }
  static EngineService* start(const EngineListener& listener) {
    auto* engine = new FakeEngine(listener);
    if (!is_slow()) engine->say(ready());
    return engine;
  }
  // A machine with a processor and what GPUs a test gives it.
  static std::vector<ComputeDevice>& gpus() {
    static std::vector<ComputeDevice> list;
    return list;
  }
  static EngineReady ready() {
    const std::string processor = "x86-64, 2 threads, libtorch 2.11.0";
    EngineReady ready{processor, "here", "float32", 2, {}, {{"cpu", {}, processor, "float32", 0, {}}}};
    ready.devices.insert(ready.devices.end(), gpus().begin(), gpus().end());
    return ready;
  }
  // Whether EngineReady is left to the test.
  static bool& is_slow() {
    static bool slow = false;
    return slow;
  }

  void send(const EngineRequest& request) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  void say(const EngineEvent& event) const { listener_(event); }

  template <typename Request>
  std::vector<Request> asked() const {
    const std::lock_guard lock(mutex_);
    std::vector<Request> found;
    for (const EngineRequest& request : requests_) {
      if (const auto* one = std::get_if<Request>(&request)) found.push_back(*one);
    }
    return found;
  }

 private:
  static FakeEngine*& slot() {
    static FakeEngine* last = nullptr;
    return last;
  }
  EngineListener listener_;
  mutable std::mutex mutex_;
  std::vector<EngineRequest> requests_;
};

}  // namespace kelter::test
