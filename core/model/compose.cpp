// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/compose.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

std::string composed_part(std::string_view text) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &out,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, std::free);
  if (length < 0) throw Error(ErrorCode::internal, "A text could not be normalised", {}, utf8proc_errmsg(length));
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(length)};
}

}  // namespace

std::string composed(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = valid_utf8_end(text, at);
    if (end > at) out += composed_part(text.substr(at, end - at));
    if (end < text.size()) out.push_back(text[end]);
    at = end + 1;
  }
  return out;
}

}  // namespace kelter
