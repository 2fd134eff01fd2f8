// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

namespace kelter {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::file_not_found: return "file_not_found";
    case ErrorCode::file_unreadable: return "file_unreadable";
    case ErrorCode::file_malformed: return "file_malformed";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::invalid_parameter: return "invalid_parameter";
    case ErrorCode::invalid_document: return "invalid_document";
    case ErrorCode::invalid_data: return "invalid_data";
    case ErrorCode::missing_tensor: return "missing_tensor";
    case ErrorCode::shape_mismatch: return "shape_mismatch";
    case ErrorCode::not_finite: return "not_finite";
    case ErrorCode::out_of_memory: return "out_of_memory";
    case ErrorCode::disk_full: return "disk_full";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::cache_damaged: return "cache_damaged";
    case ErrorCode::plugin: return "plugin";
    case ErrorCode::command_line: return "command_line";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

std::string ErrorInfo::text() const {
  std::string out = what;
  if (!where.empty()) out += " (" + where + ")";
  if (!why.empty()) out += ": " + why;
  if (!out.empty() && out.back() != '.') out += '.';
  if (!remedy.empty()) out += " " + remedy;
  return out;
}

Json ErrorInfo::to_json() const {
  return {{"code", to_string(code)}, {"what", what}, {"where", where}, {"why", why}, {"try", remedy}};
}

Error::Error(ErrorInfo info) : info_(std::move(info)), text_(info_.text()) {}

Error::Error(ErrorCode code, std::string what, std::string where, std::string why, std::string remedy)
    : Error(ErrorInfo{code, std::move(what), std::move(where), std::move(why), std::move(remedy)}) {}

Error Error::at(const std::string& prefix) const {
  ErrorInfo info = info_;
  info.where = info.where.empty() ? prefix : prefix + ", " + info.where;
  return Error(std::move(info));
}

}  // namespace kelter
