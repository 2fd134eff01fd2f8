// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing a device with exact results, one case after the other. No Qt: a Qt Test judges the cases on the processor
// (and on a GPU where there is one), kelter-gpu-check on a GPU machine. Needs the room model.
#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"

namespace kelter::test {

struct ParityCase {
  std::string what;       // "linear", "decode", "model logits", ...
  std::string device, dtype, format, shape;
  double error = 0, bound = 0;
  std::string note;       // what happened instead of a result
  bool ok() const { return error <= bound; }   // false for NaN
  std::string text() const { return what + " " + device + " " + dtype + " " + format + " " + shape; }
};
using Judge = std::function<void(const ParityCase&)>;

constexpr double failed = std::numeric_limits<double>::infinity();

// float16 is no compute type of the processor.
inline std::vector<at::ScalarType> compute_types(at::Device device) {
  if (device.is_cuda()) return {at::kFloat, at::kBFloat16, at::kHalf};
  return {at::kFloat, at::kBFloat16};
}

// One of three bounds.
inline double by_type(at::ScalarType dtype, double float32, double bfloat16, double float16) {
  return dtype == at::kFloat ? float32 : dtype == at::kBFloat16 ? bfloat16 : float16;
}

// The largest difference relative to the largest value; infinity for other shapes or anything not finite.
inline double relative_error(const at::Tensor& value, const at::Tensor& expected) {
  const at::Tensor a = value.detach().cpu().to(at::kDouble), b = expected.detach().cpu().to(at::kDouble);
  if (!a.sizes().equals(b.sizes())) return failed;
  if (a.numel() == 0) return 0;
  if (!a.isfinite().all().item<bool>()) return failed;
  return (a - b).abs().max().item<double>() / b.abs().max().item<double>();
}

// How many numbers differ.
inline double differing(const at::Tensor& value, const at::Tensor& expected) {
  const at::Tensor a = value.cpu(), b = expected.cpu();
  if (!a.sizes().equals(b.sizes()) || a.scalar_type() != b.scalar_type()) return failed;
  return static_cast<double>(a.ne(b).sum().item<std::int64_t>());
}

// The case's result, or a failure with the exception's text.
inline void judge(const Judge& give, ParityCase one, const std::function<double()>& measure) {
  try {
    one.error = measure();
  } catch (const std::exception& error) {
    one.error = failed;
    one.note = error.what();
  }
  give(one);
}

}  // namespace kelter::test
