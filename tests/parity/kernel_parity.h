// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of a decode step, one by one, against float64; and what a GPU's memory has to say. GPU only.
#pragma once

#include <string>
#include <vector>

#include "core/model/decode_engine.h"
#include "tests/parity/model_parity.h"
#include "tests/parity/weight_parity.h"

namespace kelter::test {

inline void compare_products_with_additions(at::Device device, const Judge& give) {
  for (const std::int64_t tokens : {1, 4, 8, 11}) {
    ParityCase one{"product + bias + sum", to_string(device), "float32", "int4 g32", "101x96 batch " + std::to_string(tokens), 0, 1e-5, ""};
    judge(give, one, [&] {
      const Weight host = IntegerWeight::quantize(random_values({101, 96}, 3, 0.1), {4, 32, IntegerGrid::minmax, false, at::kHalf});
      const Weight placed = on_device(host, device);
      const at::Tensor x = random_values({tokens, 96}, 4, 1), bias = random_values({101}, 5, 1), before = random_values({tokens, 101}, 6, 1);
      const at::Tensor sum = before.to(device, at::kFloat, false, /*copy=*/true);
      dynamic_cast<const DeviceWeight&>(*placed).multiply(x.to(device), sum, bias.to(device), sum);
      return relative_error(sum, at::matmul(x.to(at::kDouble), host->decode(at::kFloat).to(at::kDouble).t()) + bias + before);
    });
  }
}

inline void compare_norms(at::Device device, const Judge& give) {
  for (const std::int64_t width : {1, 31, 64, 576, 4100}) {
    ParityCase one{"rms norm", to_string(device), "float32", "", "3x" + std::to_string(width), 0, 1e-6, ""};
    judge(give, one, [&] {
      const at::Tensor x = random_values({3, width}, 8, 2), weight = random_values({width}, 9, 1), on = x.to(device), scale = weight.to(device);
      const at::Tensor out = at::full_like(on, std::nan(""));
      check_kernel(cuda_rms_norm(on.const_data_ptr<float>(), scale.const_data_ptr<float>(), 3, width, 1e-5f, out.mutable_data_ptr<float>(),
                                 device_stream(device)), "rms norm");
      const at::Tensor exact = x.to(at::kDouble);
      return relative_error(out, exact / (exact.square().mean(1, true) + 1e-5).sqrt() * weight);
    });
  }
}

inline void compare_gates(at::Device device, const Judge& give) {
  for (const std::int64_t count : {1, 255, 4099}) {
    ParityCase one{"silu and product", to_string(device), "float32", "", std::to_string(count), 0, 1e-6, ""};
    judge(give, one, [&] {
      const at::Tensor gate = random_values({count}, 8, 20), up = random_values({count}, 9, 1), g = gate.to(device), u = up.to(device);
      const at::Tensor out = at::full_like(g, std::nan(""));
      check_kernel(cuda_silu_multiply(g.const_data_ptr<float>(), u.const_data_ptr<float>(), count, out.mutable_data_ptr<float>(),
                                      device_stream(device)), "silu");
      const at::Tensor exact = gate.to(at::kDouble);
      return relative_error(out, exact / (1 + (-exact).exp()) * up);
    });
  }
}

// The rotated query, and the cache whose position 2 of 5 was written and nothing else.
inline double rotary_error(at::Device device, at::ScalarType dtype) {
  const std::int64_t batch = 2, heads = 6, kv_heads = 3, size = 10, half = size / 2, capacity = 5, position = 2;
  const at::Tensor q = random_values({batch, heads, size}, 1, 1), k = random_values({batch, kv_heads, size}, 2, 1),
                   v = random_values({batch, kv_heads, size}, 3, 1), angle = random_values({half}, 4, 3);
  const auto put = [&](const at::Tensor& x) { return x.to(device).contiguous(); };
  const at::Tensor dq = put(q), dk = put(k), dv = put(v), cosine = put(angle.cos()), sine = put(angle.sin());
  const auto filled = [&](std::vector<std::int64_t> shape) { return at::full(shape, 7.0, at::TensorOptions(device).dtype(dtype)); };
  const at::Tensor rotated = filled({batch, heads, size}), keys = filled({batch, kv_heads, capacity, size}), values = filled({batch, kv_heads, capacity, size});
  const ScaleType type = dtype == at::kFloat ? ScaleType::float32 : dtype == at::kHalf ? ScaleType::float16 : ScaleType::bfloat16;
  check_kernel(cuda_rotary_append({dq.const_data_ptr<float>(), dk.const_data_ptr<float>(), dv.const_data_ptr<float>(), cosine.const_data_ptr<float>(),
                                   sine.const_data_ptr<float>(), batch, heads, kv_heads, size, capacity, position, type, rotated.mutable_data_ptr(),
                                   keys.mutable_data_ptr(), values.mutable_data_ptr()}, device_stream(device)), "rotary");
  const auto turn = [&](const at::Tensor& x) {
    const at::Tensor a = x.narrow(-1, 0, half).to(at::kDouble), b = x.narrow(-1, half, half).to(at::kDouble), c = angle.cos(), s = angle.sin();
    return at::cat({a * c - b * s, b * c + a * s}, -1);
  };
  const auto cached = [&](const at::Tensor& x) {
    const at::Tensor out = at::full({batch, kv_heads, capacity, size}, 7.0, at::kDouble);
    out.select(2, position).copy_(x);
    return out;
  };
  return std::max({relative_error(rotated, turn(q)), relative_error(keys, cached(turn(k))), relative_error(values, cached(v))});
}

inline void compare_kernels(at::Device device, const Judge& give) {
  compare_products_with_additions(device, give);
  compare_norms(device, give);
  compare_gates(device, give);
  for (const at::ScalarType dtype : compute_types(device)) {
    const ParityCase one{"rotary and append", to_string(device), dtype_name(dtype), "", "2x6x10", 0, by_type(dtype, 1e-6, 0x1p-8, 0x1p-11), ""};
    judge(give, one, [&] { return rotary_error(device, dtype); });
  }
}

// What is too large is refused with numbers before anything is taken, and the program goes on.
inline void compare_memory(at::Device device, const Judge& give) {
  const ModelState state = tiny_state({});
  ParityCase one{"refused for memory", to_string(device), "float32", "", "2^40 positions", 0, 0, ""};
  judge(give, one, [&] {
    const std::uint64_t before = device_memory(device).allocated;
    try {
      DecodeEngine(state, at::kFloat, std::int64_t{1} << 40, 1, device);
      return failed;
    } catch (const Error& error) {
      const std::string text = error.info().text();
      const bool clear = error.info().code == ErrorCode::out_of_memory && text.find("are planned for the KV cache") != std::string::npos && text.find("are available") != std::string::npos;
      if (!clear) throw;
    }
    DecodeEngine engine(state, at::kFloat, 8, 1, device);
    const bool works = engine.prefill(std::vector<std::int32_t>{1, 2}).size() == static_cast<std::size_t>(state.config.vocabulary);
    return works && device_memory(device).allocated > before ? 0.0 : failed;
  });
  one.what = "memory is given back";
  one.shape = "";
  judge(give, one, [&] {
    const std::uint64_t before = device_memory(device).allocated;
    reset_peak_device_memory(device);
    { const DecodeEngine engine(state, at::kFloat, 64, 1, device); }
    const DeviceMemory after = device_memory(device);
    return after.allocated == before && after.peak_allocated > before ? 0.0 : failed;
  });
}

}  // namespace kelter::test
