// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/units.h"
#include "core/report/result_table.h"

namespace kelter {
namespace {

constexpr double seconds_between_lines = 30;   // of progress in a log file

std::string dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string stage_text(const ProgressMessage& message) {
  return "[" + std::to_string(message.stage_index) + "/" + std::to_string(message.stage_count) + "] " + message.node + "  " +
         message.stage;
}

std::string item_text(const ProgressMessage& message) {
  std::string text = message.what;
  if (message.items > 0) {
    text += (text.empty() ? "" : "  ") + std::to_string(message.item) + "/" + std::to_string(message.items);
  }
  text += "  " + format_seconds(message.elapsed_seconds);
  if (message.remaining_seconds) text += ", " + format_seconds(*message.remaining_seconds) + " left";
  return text;
}

}  // namespace

Console::Console(bool json) : json_(json), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Console::write(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  write_failed_ = write_failed_ || !written;
}

void Console::document(const Json& document) {
  clear_status();
  document_written_ = true;
  write(dump(document, 2) + "\n");
}

void Console::text(std::string_view text) {
  if (json_) return;
  clear_status();
  write(text);
}

void Console::line(std::string text) {
  clear_status();
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Console::log(const LogMessage& message) {
  if (json_messages_) return line(dump(message.to_json(), -1));
  const bool info = message.level == "info";
  if (info && !message.node.empty()) return;
  const std::string level = info ? "" : message.level + ": ";
  line("kelter-cli: " + level + (message.node.empty() ? "" : message.node + ": ") + message.text);
}

void Console::progress(const ProgressMessage& message) {
  if (json_messages_) return line(dump(message.to_json(), -1));
  if (terminal_) return show_status(message);
  const std::string stage = stage_text(message);
  const bool late = message.elapsed_seconds - announced_at_ >= seconds_between_lines;
  if (stage == announced_ && !late) return;
  announced_at_ = stage == announced_ ? message.elapsed_seconds : 0;
  announced_ = stage;
  line("kelter-cli: " + stage + "  " + item_text(message));
}

void Console::finished(const NodeRecord& node) {
  if (json_messages_) return line(dump(node.to_json(), -1));
  if (!json_) line("kelter-cli: " + result_line(node));
}

void Console::show_status(const ProgressMessage& message) {
  std::string text = stage_text(message) + "  " + item_text(message);
  text.resize(std::min(text.size(), terminal_columns() - 1));
  text = "\r\033[K" + text;
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
  status_shown_ = true;
}

void Console::clear_status() {
  if (!status_shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  status_shown_ = false;
}

void Console::error(const ErrorInfo& error) {
  log({"error", "", error.text()});
  if (json_ && !document_written_) document({{"error", error.to_json()}});
}

void Console::finish() {
  if (std::fflush(stdout) != 0) write_failed_ = true;
  if (!write_failed_) return;
  throw Error(ErrorCode::file_unreadable, "The result could not be written", "standard output", std::strerror(errno),
              "Check what the output is sent to.");
}

}  // namespace kelter
