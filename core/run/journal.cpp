// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "core/base/error.h"

namespace kelter {
namespace {

[[noreturn]] void fail(const fs::path& path) {
  const ErrorCode code = errno == ENOSPC || errno == EDQUOT ? ErrorCode::disk_full : ErrorCode::file_unreadable;
  throw Error(code, "The journal of the run cannot be written", path.string(), std::strerror(errno),
              "Check the free space and the permissions of the run folder.");
}

void write_all(int file, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool ends_inside_a_line(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() == 0) return false;
  file.seekg(-1, std::ios::end);
  return file.get() != '\n';
}

}  // namespace

Journal::Journal(const fs::path& path) : path_(path) {
  const bool torn = ends_inside_a_line(path);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) fail(path);
  if (torn) write_all(file_, "\n", path_);
}

Journal::~Journal() { ::close(file_); }

void Journal::append(const std::string& event, const Json& fields) {
  using Seconds = std::chrono::duration<double>;
  const double now = std::chrono::duration_cast<Seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  Json line = {{"event", event}, {"time", now}};
  line.update(fields);
  // An error may quote a path that is not UTF-8; the line matters more than the bytes of the path.
  write_all(file_, line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", path_);
  if (::fsync(file_) != 0) fail(path_);
}

std::vector<Json> Journal::read(const fs::path& path) {
  std::vector<Json> lines;
  std::ifstream file(path, std::ios::binary);
  for (std::string text; std::getline(file, text);) {
    if (file.eof()) break;   // no newline: torn
    Json line = Json::parse(text, nullptr, false);
    if (line.is_object()) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace kelter
