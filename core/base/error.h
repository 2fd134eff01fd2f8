// SPDX-License-Identifier: GPL-3.0-or-later
// The one exception type of Kelter. Thrown inside, turned into a value at three borders only: the
// runner, the command line's main, and the bridge of the window. Libraries never print, abort or swallow.
#pragma once

#include <exception>
#include <string>

#include "core/base/json.h"

namespace kelter {

enum class ErrorCode {
  file_not_found,
  file_unreadable,      // exists, cannot be read or written
  file_malformed,       // bytes that contradict the format
  unsupported,          // well-formed, not something Kelter can use
  invalid_parameter,
  invalid_document,
  invalid_data,         // texts, tasks, calibration
  missing_tensor,
  shape_mismatch,
  not_finite,           // NaN or infinity where a number is needed
  out_of_memory,
  disk_full,
  cancelled,
  cache_damaged,
  plugin,
  command_line,
  internal,
};

const char* to_string(ErrorCode code);

// What, where, why and what to try: one root cause, for a person. Empty parts are left out of the text.
struct ErrorInfo {
  ErrorCode code = ErrorCode::internal;
  std::string what;       // "The GGUF file is truncated"
  std::string where;      // file, step, layer, tensor: "model.gguf, tensor blk.3.ffn_up.weight"
  std::string why;        // "its data ends at byte 1200, the file has 800 bytes"
  std::string remedy;     // "Download the file again."

  std::string text() const;     // one paragraph
  Json to_json() const;         // {"code","what","where","why","try"} as in the command-line contract
};

class Error : public std::exception {
 public:
  explicit Error(ErrorInfo info);
  Error(ErrorCode code, std::string what, std::string where = {}, std::string why = {}, std::string remedy = {});
  const ErrorInfo& info() const { return info_; }
  const char* what() const noexcept override { return text_.c_str(); }
  // The same error with "prefix" put in front of `where` ("step rtn, layer 3").
  Error at(const std::string& prefix) const;

 private:
  ErrorInfo info_;
  std::string text_;
};

}  // namespace kelter
