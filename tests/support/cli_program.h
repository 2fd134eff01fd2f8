// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the built kelter-cli as a person would, in a folder of its own: its data, its cache and its working folder
// are temporary, so no test sees what another one, or the user, has computed. Header only; needs the room base.
#pragma once

#include <signal.h>

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <utility>

#include "core/base/files.h"
#include "core/base/json.h"
#include "tests/support/test_files.h"

namespace kelter::test {

struct CliResult {
  int code = -1;              // -1: it did not end by itself
  QByteArray out, err;
  Json json() const { return Json::parse(out.toStdString(), nullptr, false); }   // discarded if out is no JSON
  // For QVERIFY2.
  QByteArray text() const { return "exit code " + QByteArray::number(code) + "\n" + out + "\n" + err; }
};

class CliSandbox {
 public:
  using Variables = std::vector<std::pair<QString, QString>>;

  CliSandbox() {
    QDir(folder_.path()).mkpath("data/kelter/models");
    QDir(folder_.path()).mkpath("work");
  }

  fs::path work() const { return fs::path(folder_.path().toStdString()) / "work"; }

  // Makes the default model reachable as store:smollm2-135m-instruct; false where it is not installed.
  bool add_default_model() {
    const auto model = default_model_file();
    const fs::path link = fs::path(folder_.path().toStdString()) / "data/kelter/models/smollm2-135m-instruct";
    if (model && !fs::exists(link)) fs::create_directory_symlink(fs::absolute(*model).parent_path(), link);
    return model.has_value();
  }

  void start(QProcess& process, const QStringList& arguments, const Variables& variables = {}) const {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_DATA_HOME", folder_.path() + "/data");
    environment.insert("XDG_CACHE_HOME", folder_.path() + "/cache");
    environment.insert("LC_ALL", "C.UTF-8");
    for (const char* name : {"KELTER_CLI", "KELTER_DISABLE_KERNELS", "KELTER_CACHE_LIMIT", "KELTER_SAFE_MODE",
                             "HF_HUB_CACHE", "HF_HOME", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE"}) environment.remove(name);
    for (const auto& [name, value] : variables) environment.insert(name, value);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(QString::fromStdString(work().string()));
    process.start(KELTER_BINARY_DIR "/bin/kelter-cli", arguments);
  }

  static CliResult finish(QProcess& process, int milliseconds = 600000) {
    CliResult result;
    if (!process.waitForFinished(milliseconds)) {
      process.kill();
      process.waitForFinished();
    } else if (process.exitStatus() == QProcess::NormalExit) {
      result.code = process.exitCode();
    }
    result.out = process.readAllStandardOutput();
    result.err += process.readAllStandardError();
    return result;
  }

  CliResult run(const QStringList& arguments, const Variables& variables = {}) const {
    QProcess process;
    start(process, arguments, variables);
    return finish(process);
  }

 private:
  QTemporaryDir folder_;
};

// The node of a run's document; null if there is none.
inline Json node_of(const Json& document, const std::string& id) {
  if (!document.is_object() || !document.contains("nodes")) return {};
  for (const Json& node : document["nodes"]) {
    if (node["id"] == id) return node;
  }
  return {};
}

inline std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

}  // namespace kelter::test
