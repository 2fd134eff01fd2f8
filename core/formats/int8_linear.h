// SPDX-License-Identifier: GPL-3.0-or-later
// Products of stored weights with activations rounded to 8 bits (core/kernels/matvec.h), for weights in main memory. Any
// number of tokens, no gradients. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/formats/weight_format.h"

namespace kelter {

bool has_int8_product(const WeightFormat& weight);

// y[tokens, out] = x[tokens, in] W^T in the dtype of x, which is rounded for the product; counts its kernel. The weight
// has such a product.
at::Tensor int8_linear(const WeightFormat& weight, const at::Tensor& x);

}  // namespace kelter
