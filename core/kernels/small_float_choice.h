// SPDX-License-Identifier: GPL-3.0-or-later
// The variant of a small-float kernel for this processor; internal to this room.
#pragma once

#include "core/kernels/small_float_kernels.h"
#include "core/kernels/variants.h"

namespace kelter {

// The fastest enabled variant, counted as one call: "nf4-matvec-avx512".
const SmallFloatKernel& choose_small_float_product(Element element, std::uint64_t bytes_read);

// Where the weight lies, without x and y. `weights` must outlive it.
MatvecTask small_float_task(const SmallFloatView& weights);

}  // namespace kelter
