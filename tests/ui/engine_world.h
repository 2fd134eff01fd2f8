// SPDX-License-Identifier: GPL-3.0-or-later
// A user with a tiny model and the real engine, for tests of the window: a folder of its own for everything Kelter
// keeps, the steps test.slow and test.fail beside Kelter's own.
#pragma once

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <cstdlib>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/models/workbench.h"

namespace kelter::test {

using Links = std::vector<std::array<std::string, 2>>;   // a list of lists, where JSON would see an object

inline QString some_words(int count) {
  QString text;
  for (int i = 0; i < count; ++i) text += QString("word%1 and another one. ").arg(i % 97);
  return text;
}

class EngineWorld {
 public:
  explicit EngineWorld(int layers = 4) {
    ::setenv("XDG_DATA_HOME", (path() / "data").c_str(), 1);
    ::setenv("XDG_CACHE_HOME", (path() / "cache").c_str(), 1);
    ::setenv("KELTER_PLUGIN_PATH", KELTER_BINARY_DIR "/test_steps", 1);
    ::setenv("KELTER_ENGINE", KELTER_BINARY_DIR "/lib/libkelter-engine.so", 1);
    ::setenv("KELTER_CLI", KELTER_BINARY_DIR "/bin/kelter-cli", 1);
    if (layers > 0) add_model("tiny.gguf", layers);
    write_file_atomically(path() / "text.txt", std::string(1500, 'a') + " the cat and the other cat " + std::string(1500, 'b'));
  }

  fs::path path() const { return dir_.path().toStdString(); }
  void add_model(const char* name, int layers) const {
    const int code = QProcess::execute(KELTER_BINARY_DIR "/tests/make_tiny_llama",
                                       {dir_.filePath(name), QString::number(layers)});
    if (code != 0) qFatal("make_tiny_llama failed");
  }
  // tiny.gguf -> rtn, both measured.
  Document small() const {
    return read({{"kelter", 1},
                 {"title", "small"},
                 {"nodes", {node("model", "source.model", {{"path", "tiny.gguf"}}), node("rtn", "quant.rtn", {{"group", 32}}),
                            node("quality", "measure.perplexity", {{"text", "text.txt"}, {"window", 32}, {"limit", 4}})}},
                 {"links", Links{{"model.model", "rtn.model"}, {"model.model", "quality.model"}, {"rtn.model", "quality.model"}}}});
  }
  // tiny.gguf -> rtn -> slow, which takes items times seconds.
  Document slow(int items, double seconds = 0.05) const {
    return read({{"kelter", 1},
                 {"title", "slow"},
                 {"nodes", {node("model", "source.model", {{"path", "tiny.gguf"}}), node("rtn", "quant.rtn", {{"group", 32}}),
                            node("slow", "test.slow", {{"items", items}, {"seconds", seconds}})}},
                 {"links", Links{{"model.model", "rtn.model"}, {"rtn.model", "slow.model"}}}});
  }
  // tiny.gguf -> rtn and -> bad, which fails at layer 2; behind it nothing can be made.
  Document failing() const {
    return read({{"kelter", 1},
                 {"title", "failing"},
                 {"nodes", {node("model", "source.model", {{"path", "tiny.gguf"}}), node("rtn", "quant.rtn", {{"group", 32}}),
                            node("bad", "test.fail", {{"layer", 2}}), node("behind", "quant.rtn", {{"group", 32}})}},
                 {"links", Links{{"model.model", "rtn.model"}, {"model.model", "bad.model"}, {"bad.model", "behind.model"}}}});
  }
  Document read(const Json& json) const {
    Document document = Document::from_json(json, "test");
    document.folder = path();
    return document;
  }
  static Json node(const std::string& id, const std::string& step, const Json& parameters = Json::object()) {
    return {{"id", id}, {"step", step}, {"parameters", parameters}};
  }

 private:
  QTemporaryDir dir_;
};

// A window without widgets on the real engine.
struct EngineWindow {
  EngineWindow() { bridge.start(); }
  bool wait_ready() {
    return QTest::qWaitFor([this] { return bridge.state() == ui::EngineBridge::State::ready; }, 60000);
  }
  // Until the plan of the document as it is now is there.
  bool wait_plan() {
    return QTest::qWaitFor([this] { return bench.runs.plan().has_value(); }, 30000);
  }
  bool run() {
    QSignalSpy finished(&bench.runs, &ui::RunModel::run_finished);
    bench.run();
    return QTest::qWaitFor([&] { return finished.count() > 0; }, 60000);
  }

  ui::EngineBridge bridge;
  ui::Workbench bench{load_catalogue(), bridge};
};

}  // namespace kelter::test
