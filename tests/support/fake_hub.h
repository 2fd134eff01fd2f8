// SPDX-License-Identifier: GPL-3.0-or-later
// A local server that behaves like a hub of models (fake_hub.py tells how), as a child process on a free port. It
// serves the files below folder() as every model org/NAME; NAME chooses how it misbehaves. Header only; needs the room
// base and python3.
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace kelter::test {

class FakeHub {
 public:
  FakeHub() {
    for (const char* proxy : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
      ::unsetenv(proxy);
    fs::create_directories(folder());
    process_.start("python3", {KELTER_SOURCE_DIR "/tests/support/fake_hub.py",
                               QString::fromStdString(folder().string()), QString::fromStdString(log().string())});
    if (process_.waitForReadyRead(30000)) port_ = process_.readLine().trimmed().toStdString();
  }
  ~FakeHub() {
    process_.closeWriteChannel();
    if (!process_.waitForFinished(5000)) process_.kill();
    process_.waitForFinished();
  }

  bool running() const { return !port_.empty(); }
  std::string address() const { return "http://127.0.0.1:" + port_; }
  fs::path folder() const { return fs::path(dir_.path().toStdString()) / "files"; }

  void add(const std::string& name, const std::string& content) const {
    fs::create_directories((folder() / name).parent_path());
    write_file_atomically(folder() / name, content);
  }

  // {"host", "path", "range", "if-range", "authorization"} of each request so far; the last three where they were sent.
  std::vector<Json> requests(const std::string& part_of_path = {}) const {
    std::vector<Json> found;
    if (!fs::exists(log())) return found;
    std::istringstream lines(read_text_file(log()));
    for (std::string line; std::getline(lines, line);) {
      Json request = Json::parse(line);
      if (request["path"].get<std::string>().find(part_of_path) != std::string::npos)
        found.push_back(std::move(request));
    }
    return found;
  }

  static constexpr const char* commit = "0123456789abcdef0123456789abcdef01234567";
  static constexpr const char* token = "hf_secret";

 private:
  fs::path log() const { return fs::path(dir_.path().toStdString()) / "log"; }

  QTemporaryDir dir_;
  QProcess process_;
  std::string port_;
};

}  // namespace kelter::test
