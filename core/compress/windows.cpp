// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/windows.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"

namespace kelter {

at::Tensor windows_tensor(const std::vector<std::vector<std::int32_t>>& windows) {
  if (windows.empty() || windows.front().empty())
    throw Error(ErrorCode::invalid_data, "There is no calibration text", "", "the text gives not one window",
                "Use a longer text or shorter windows.");
  const auto length = static_cast<std::int64_t>(windows.front().size());
  at::Tensor ids = at::empty({static_cast<std::int64_t>(windows.size()), length}, at::kLong);
  std::int64_t* out = ids.mutable_data_ptr<std::int64_t>();
  for (const auto& window : windows) {
    if (static_cast<std::int64_t>(window.size()) != length)
      throw Error(ErrorCode::invalid_data, "The calibration windows differ in length", "", "", "Use windows of one length.");
    out = std::copy(window.begin(), window.end(), out);
  }
  return ids;
}

}  // namespace kelter
