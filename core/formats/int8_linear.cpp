// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/int8_linear.h"

#include <ATen/ops/empty.h>

namespace kelter {

bool has_int8_product(const WeightFormat& weight) { return has_int8_product(weight.view()); }

at::Tensor int8_linear(const WeightFormat& weight, const at::Tensor& x) {
  const at::Tensor input = x.to(at::kFloat).contiguous();
  at::Tensor output = at::empty({x.size(0), weight.rows()}, at::kFloat);
  matvec({weight.view(), input.const_data_ptr<float>(), x.size(0), output.mutable_data_ptr<float>(), Activations::int8});
  return output.to(x.scalar_type());
}

}  // namespace kelter
