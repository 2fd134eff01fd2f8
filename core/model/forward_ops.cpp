// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/forward_ops.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/GradMode.h>

#include "core/base/parallel.h"
#include "core/formats/compute_device.h"
#include "core/kernels/decode_ops.h"

namespace kelter {
namespace {

bool wants_gradient(const at::Tensor& x) { return at::GradMode::is_enabled() && x.requires_grad(); }

at::Tensor norm_on_processor(const at::Tensor& rows, const at::Tensor& weight, float epsilon) {
  const std::int64_t width = rows.size(-1);
  at::Tensor out = at::empty_like(rows);
  const float *in = rows.const_data_ptr<float>(), *w = weight.const_data_ptr<float>();
  float* normed = out.mutable_data_ptr<float>();
  parallel_for(0, rows.numel() / width, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) kelter::rms_norm(in + i * width, w, width, epsilon, normed + i * width);
  });
  return out;
}

at::Tensor norm_on_device(const at::Tensor& rows, const at::Tensor& weight, float epsilon, at::ScalarType dtype) {
  const c10::DeviceGuard guard(rows.device());
  at::Tensor out = at::empty(rows.sizes(), rows.options().dtype(dtype));
  const std::int64_t width = rows.size(-1);
  check_kernel(cuda_rms_norm(rows.const_data_ptr<float>(), weight.const_data_ptr<float>(), rows.numel() / width, width, epsilon,
                             number_type(dtype), out.mutable_data_ptr(), device_stream(rows.device())), "rms-norm-cuda");
  return out;
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine) {
  const std::int64_t half = x.size(-1) / 2;
  const at::Tensor first = x.narrow(-1, 0, half), second = x.narrow(-1, half, half);
  return at::cat({first * cosine - second * sine, second * cosine + first * sine}, -1);
}

// x: [B, T, heads * d], contiguous float32.
void rotate_on_processor(const at::Tensor& x, std::int64_t heads, const at::Tensor& cosine, const at::Tensor& sine) {
  const std::int64_t tokens = x.size(1), width = x.size(2), half = cosine.size(3);
  const float *c = cosine.const_data_ptr<float>(), *s = sine.const_data_ptr<float>();
  float* values = x.mutable_data_ptr<float>();
  parallel_for(0, x.size(0) * tokens, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t place = (cosine.size(0) == 1 ? i % tokens : i) * half;
      rotary(values + i * width, heads, 2 * half, c + place, s + place);
    }
  });
}

void rotate_on_device(const at::Tensor& x, std::int64_t heads, const at::Tensor& cosine, const at::Tensor& sine) {
  const c10::DeviceGuard guard(x.device());
  CudaRotation call;
  call.x = x.mutable_data_ptr();
  call.type = number_type(x.scalar_type());
  call.tokens = x.size(0) * x.size(1);
  call.heads = heads;
  call.head_dim = x.size(2) / heads;
  call.cosine = cosine.const_data_ptr<float>();
  call.sine = sine.const_data_ptr<float>();
  call.angle_rows = cosine.size(0) * cosine.size(2);
  check_kernel(cuda_rotate(call, device_stream(x.device())), "rotate-cuda");
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon, at::ScalarType dtype) {
  if (wants_gradient(x) || wants_gradient(weight))
    return (x * at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon) * weight).to(dtype);
  const at::Tensor rows = x.contiguous();
  if (rows.numel() == 0) return rows.to(dtype);
  if (rows.is_cuda()) return norm_on_device(rows, weight, static_cast<float>(epsilon), dtype);
  return norm_on_processor(rows, weight, static_cast<float>(epsilon)).to(dtype);
}

at::Tensor rotate_heads(const at::Tensor& projected, std::int64_t heads, const at::Tensor& cosine, const at::Tensor& sine) {
  const at::ScalarType dtype = projected.scalar_type();
  const auto heads_of = [&](const at::Tensor& x) { return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2); };
  if (wants_gradient(projected)) return rotated(heads_of(projected.to(at::kFloat)), cosine, sine).to(dtype);
  const at::Tensor cosines = cosine.contiguous(), sines = sine.contiguous();
  if (projected.is_cuda()) {
    const at::Tensor turned = projected.contiguous();
    rotate_on_device(turned, heads, cosines, sines);
    return heads_of(turned);
  }
  const at::Tensor turned = projected.to(at::kFloat).contiguous();
  rotate_on_processor(turned, heads, cosines, sines);
  return heads_of(turned.to(dtype));
}

at::Tensor gated(const at::Tensor& gate, const at::Tensor& up) {
  const bool by_operations = wants_gradient(gate) || wants_gradient(up) || (!gate.is_cuda() && gate.scalar_type() != at::kFloat);
  if (by_operations) return at::silu(gate) * up;
  const at::Tensor left = gate.contiguous(), right = up.contiguous();
  at::Tensor out = at::empty_like(left);
  if (left.is_cuda()) {
    const c10::DeviceGuard guard(left.device());
    check_kernel(cuda_silu_multiply(left.const_data_ptr(), right.const_data_ptr(), left.numel(), number_type(left.scalar_type()),
                                    out.mutable_data_ptr(), device_stream(left.device())), "silu-multiply-cuda");
    return out;
  }
  const float *g = left.const_data_ptr<float>(), *u = right.const_data_ptr<float>();
  float* values = out.mutable_data_ptr<float>();
  parallel_for(0, left.numel(), 4096, [&](std::int64_t begin, std::int64_t end) {
    silu_multiply(g + begin, u + begin, end - begin, values + begin);
  });
  return out;
}

at::Tensor squared_norms(const at::Tensor& rows) {
  if (!rows.is_cuda()) return rows.to(at::kFloat).square().sum(0);
  const c10::DeviceGuard guard(rows.device());
  const at::Tensor values = rows.contiguous();
  const at::Tensor sums = at::empty({cuda_norm_chunks(rows.size(0)), rows.size(1)}, rows.options().dtype(at::kFloat));
  check_kernel(cuda_squared_norms(values.const_data_ptr(), number_type(rows.scalar_type()), rows.size(0), rows.size(1),
                                  sums.mutable_data_ptr<float>(), device_stream(rows.device())), "squared-norms-cuda");
  return sums.sum(0);
}

}  // namespace kelter
