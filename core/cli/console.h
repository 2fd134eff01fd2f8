// SPDX-License-Identifier: GPL-3.0-or-later
// What a command says: results on stdout, everything else on stderr. One per program; main thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/describe/messages.h"

namespace kelter {

// The command line itself is wrong: exit code 2.
class UsageError : public Error {
 public:
  explicit UsageError(const ErrorInfo& info) : Error(info) {}
  explicit UsageError(std::string what, std::string where = {}, std::string why = {}, std::string remedy = {})
      : Error(ErrorCode::command_line, std::move(what), std::move(where), std::move(why), std::move(remedy)) {}
};

class Console {
 public:
  explicit Console(bool json);

  // --json: stdout holds one JSON document and nothing else.
  bool json() const { return json_; }
  // --progress json: every line on stderr is a JSON object: a ProgressMessage, a LogMessage (which has "level"), or the
  // NodeRecord of a finished node (which has "measures").
  void use_json_messages() { json_messages_ = true; }

  // The document of this command; text that is no UTF-8 gets replacement characters. At most once.
  void document(const Json& document);
  // A piece of the readable result, written at once; not with --json.
  void text(std::string_view text);

  // What a node tells by the way is left to log.txt and --progress json; warnings and errors always show.
  void log(const LogMessage& message);
  void progress(const ProgressMessage& message);
  // A measured node is finished: its results in one line, long before the table. With --progress json its record (it has
  // "measures"); with --json alone nothing.
  void finished(const NodeRecord& node);
  void error(const ErrorInfo& error);

  // Error(file_unreadable) when something could not be written to stdout: a result that got lost is no success.
  void finish();

 private:
  void write(std::string_view text);
  void line(std::string text);          // on stderr, in place of the progress line
  void show_status(const ProgressMessage& message);
  void clear_status();

  bool json_;
  bool json_messages_ = false;
  bool document_written_ = false;
  bool write_failed_ = false;
  bool terminal_;                       // stderr is one: progress is a line that changes
  bool status_shown_ = false;
  std::string announced_;               // without a terminal: the stage that was named last
  double announced_at_ = 0;
};

}  // namespace kelter
