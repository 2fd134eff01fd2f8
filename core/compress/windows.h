// SPDX-License-Identifier: GPL-3.0-or-later
// Calibration windows as one tensor. Any thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace kelter {

// int64 [windows, tokens]. Error(invalid_data) without windows, for empty ones and for windows of different lengths.
at::Tensor windows_tensor(const std::vector<std::vector<std::int32_t>>& windows);

}  // namespace kelter
