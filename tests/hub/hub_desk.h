// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the hub share: a cache of its own, a fake hub with a small model, downloads with short waits.
#pragma once

#include <cstdlib>
#include <QTemporaryDir>
#include <random>
#include <string>

#include "core/hub/download.h"
#include "core/hub/hub_cache.h"
#include "tests/support/fake_hub.h"
#include "tests/support/thrown.h"

namespace kelter::test {

class RecordingObserver : public HubObserver {
 public:
  std::function<void()> check = [] {};
  std::vector<HubProgress> seen;
  std::vector<std::string> waits;

  void check_cancelled() override { check(); }
  void progress(const HubProgress& now) override { seen.push_back(now); }
  void waiting(const Error& error, double) override { waits.push_back(error.info().why); }
};

class HubDesk {
 public:
  FakeHub hub;
  RecordingObserver observer;
  HubOptions options;
  const std::string weights = random_bytes(200000);

  HubDesk() {
    for (const char* name : {"HF_HOME", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE"})
      ::unsetenv(name);
    ::setenv("HF_HUB_CACHE", cache_folder().c_str(), 1);
    options.endpoint = hub.address();
    options.retry = {.retries = 2, .first_wait_seconds = 0.01, .longest_wait_seconds = 0.1};
    hub.add("config.json", R"({"model_type": "llama"})");
    hub.add("tokenizer.json", "{}");
    hub.add("model.safetensors", weights);
    hub.add("README.md", "not needed");
    hub.add("Q8/model.gguf", "GGUF" + random_bytes(5000));
    hub.add("empty.gguf", "");
  }

  fs::path cache_folder() const { return fs::path(dir_.path().toStdString()) / "hub"; }
  fs::path model_folder(const std::string& name) const { return cache_folder() / ("models--org--" + name); }
  fs::path snapshot(const std::string& name) const { return model_folder(name) / "snapshots" / FakeHub::commit; }

  Download download(const std::string& name, const std::string& file = {}, const std::string& revision = "main") {
    return download_model("org/" + name, revision, file, options, observer);
  }
  std::optional<ErrorInfo> failure(const std::string& name, const std::string& file = {},
                                   const std::string& revision = "main") {
    return thrown([&] { download(name, file, revision); });
  }

  // Partial files of a model.
  std::vector<fs::path> partials(const std::string& name) const {
    std::vector<fs::path> found;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(model_folder(name) / "blobs", absent)) {
      if (entry.path().extension() == ".incomplete") found.push_back(entry.path());
    }
    return found;
  }

 private:
  static std::string random_bytes(std::size_t count) {
    std::mt19937 random(7);
    std::string bytes(count, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random() & 255);
    return bytes;
  }

  QTemporaryDir dir_;
};

}  // namespace kelter::test
