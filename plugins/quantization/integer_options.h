// SPDX-License-Identifier: GPL-3.0-or-later
// The grid of a quantization step, as its parameters say it.
#pragma once

#include "core/base/json.h"
#include "core/formats/integer_weight.h"

namespace kelter {

// bits, group, grid, symmetric, scale_type
IntegerOptions integer_options(const Json& parameters);

}  // namespace kelter
