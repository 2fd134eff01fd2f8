// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of a decode step, one by one, against float64; its graph against its launches; and what a GPU's memory has to say. GPU only.
#pragma once

#include <string>
#include <vector>

#include "core/kernels/dispatch.h"
#include "core/model/decode_engine.h"
#include "core/model/forward_ops.h"
#include "core/model/rope.h"
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

// Of 16-bit results: half a unit in the last place, and a little for sums.
inline double rounding_of(at::ScalarType dtype) { return by_type(dtype, 1e-6, 0x1.1p-9, 0x1.1p-12); }

inline void compare_norms(at::Device device, const Judge& give) {
  for (const at::ScalarType dtype : compute_types(device)) {
    for (const std::int64_t width : {1, 31, 64, 576, 4100}) {
      judge(give, {"rms norm", to_string(device), dtype_name(dtype), "", "3x" + std::to_string(width), 0, rounding_of(dtype), ""}, [&] {
        const at::Tensor x = random_values({3, width}, 8, 2), weight = random_values({width}, 9, 1), exact = x.to(at::kDouble);
        return relative_error(rms_norm(x.to(device), weight.to(device), 1e-5, dtype), exact / (exact.square().mean(1, true) + 1e-5).sqrt() * weight);
      });
    }
  }
}

inline void compare_gates(at::Device device, const Judge& give) {
  for (const at::ScalarType dtype : compute_types(device)) {
    for (const std::int64_t count : {1, 255, 2048, 4099}) {
      judge(give, {"silu and product", to_string(device), dtype_name(dtype), "", std::to_string(count), 0, rounding_of(dtype), ""}, [&] {
        const at::Tensor gate = random_values({count}, 8, 20).to(dtype), up = random_values({count}, 9, 1).to(dtype), exact = gate.to(at::kDouble);
        return relative_error(gated(gate.to(device), up.to(device)), exact / (1 + (-exact).exp()) * up);
      });
    }
  }
}

// Angles of each token of its own, and shared by the sequences.
inline void compare_rotations(at::Device device, const Judge& give) {
  for (const at::ScalarType dtype : compute_types(device)) {
    for (const std::int64_t angles : {1, 2}) {
      judge(give, {"rotate heads", to_string(device), dtype_name(dtype), "", "2x7x3x10, angles of " + std::to_string(angles), 0, rounding_of(dtype), ""}, [&] {
        const at::Tensor x = random_values({2, 7, 30}, 3, 1).to(dtype), turned = random_values({angles, 1, 7, 5}, 4, 3);
        const at::Tensor heads = x.to(at::kDouble).view({2, 7, 3, 10}).transpose(1, 2), cosine = turned.cos(), sine = turned.sin();
        const at::Tensor first = heads.narrow(3, 0, 5), second = heads.narrow(3, 5, 5);
        const at::Tensor exact = at::cat({first * cosine - second * sine, second * cosine + first * sine}, 3);
        return relative_error(rotate_heads(x.to(device, dtype, false, /*copy=*/true), 3, cosine.to(device), sine.to(device)), exact);
      });
    }
  }
}

inline void compare_squared_norms(at::Device device, const Judge& give) {
  for (const at::ScalarType dtype : compute_types(device)) {
    for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {257, 131}, {511, 128}, {3, 4100}, {1025, 36}}) {
      judge(give, {"squared norms", to_string(device), dtype_name(dtype), "", std::to_string(rows) + "x" + std::to_string(columns), 0, 1e-5, ""}, [&] {
        const at::Tensor x = random_values({rows, columns}, 5, 2).to(dtype);
        return relative_error(squared_norms(x.to(device)), x.to(at::kDouble).square().sum(0));
      });
    }
  }
}

// Three matrices of a kind with one input, float64 beside them.
struct SharedInput {
  std::vector<Weight> hosts, placed;
  std::vector<at::Tensor> bias, exact, y;
  at::Tensor x, norm;
};

inline SharedInput shared_input(at::Device device, const WeightKind& kind, const std::vector<std::int64_t>& rows, std::int64_t columns, std::int64_t tokens) {
  SharedInput out;
  out.x = random_values({tokens, columns}, 4, 3);
  out.norm = random_values({columns}, 5, 1);
  const at::Tensor wide = out.x.to(at::kDouble), normed = wide / (wide.square().mean(1, true) + 1e-5).sqrt() * out.norm;
  for (std::size_t m = 0; m < rows.size(); ++m) {
    out.hosts.push_back(kind.make(random_values({rows[m], columns}, 7 + m, 0.1)));
    out.placed.push_back(on_device(out.hosts[m], device));
    out.bias.push_back(random_values({rows[m]}, 17 + m, 1));
    out.exact.push_back(at::matmul(normed, out.hosts[m]->decode(at::kFloat).to(at::kDouble).t()) + out.bias[m]);
    out.y.push_back(at::full({tokens, rows[m]}, std::nan(""), at::TensorOptions(device).dtype(at::kFloat)));
    out.bias[m] = out.bias[m].to(device);
  }
  out.x = out.x.to(device);
  out.norm = out.norm.to(device);
  return out;
}

inline CudaProducts products_of(const SharedInput& input) {
  CudaProducts call;
  call.count = static_cast<int>(input.placed.size());
  for (std::size_t m = 0; m < input.placed.size(); ++m)
    call.of[m] = {dynamic_cast<const DeviceWeight&>(*input.placed[m]).view().value(), input.y[m].mutable_data_ptr<float>(), input.bias[m].const_data_ptr<float>()};
  call.x = input.x.const_data_ptr<float>();
  call.tokens = input.x.size(0);
  call.norm = input.norm.const_data_ptr<float>();
  call.epsilon = 1e-5f;
  return call;
}

// The norm, several matrices in one launch, and the gate, of every kind of weights.
inline void compare_shared_inputs(at::Device device, const Judge& give) {
  for (const WeightKind& kind : weight_kinds()) {
    if (!kind.shares_launches) continue;
    const bool permuted = kind.name.ends_with("permuted");
    for (const std::int64_t tokens : {1, 2, 3, 8, 11}) {
      const std::int64_t columns = kind.divides == 1 ? 100 : 192;
      ParityCase one{"norm and products", to_string(device), "float32", kind.name, "17+5+40x" + std::to_string(columns) + " batch " + std::to_string(tokens), 0, 1e-5, ""};
      judge(give, one, [&] {
        const SharedInput input = shared_input(device, kind, permuted ? std::vector<std::int64_t>{17} : std::vector<std::int64_t>{17, 5, 40}, columns, tokens);
        check_kernel(cuda_products(products_of(input), device_stream(device)), "products");
        double error = 0;
        for (std::size_t m = 0; m < input.y.size(); ++m) error = std::max(error, relative_error(input.y[m], input.exact[m]));
        return error;
      });
      if (permuted) continue;
      one.what = "norm, products, gate";
      one.shape = "2 x 21x" + std::to_string(columns) + " batch " + std::to_string(tokens);
      judge(give, one, [&] {
        const SharedInput input = shared_input(device, kind, {21, 21}, columns, tokens);
        CudaProducts call = products_of(input);
        call.gated = true;
        check_kernel(cuda_products(call, device_stream(device)), "products");
        return relative_error(input.y[0], input.exact[0] / (1 + (-input.exact[0]).exp()) * input.exact[1]);
      });
    }
  }
  ParityCase one{"formats apart", to_string(device), "", "int4, int8, permuted", "", 0, 0, ""};
  judge(give, one, [&] {
    const at::Tensor values = random_values({4, 64}, 1, 1);
    const auto view = [](const Weight& weight) { return weight->view().value(); };
    const Weight four = IntegerWeight::quantize(values, {4, 32, IntegerGrid::gptq, false, at::kHalf}), eight = IntegerWeight::quantize(values, {8, 32, IntegerGrid::gptq, false, at::kHalf}),
                 mixed = permuted(values, {4, 32, IntegerGrid::gptq, false, at::kHalf});
    const auto together = [&](const Weight& a, const Weight& b) {
      CudaProducts call;
      call.count = 2;
      call.of[0].weights = view(a);
      call.of[1].weights = view(b);
      return cuda_one_launch(call);
    };
    return together(four, four) && together(eight, eight) && !together(four, eight) && !together(four, mixed) && !together(mixed, mixed) ? 0.0 : failed;
  });
}

// x of many magnitudes, tiny and huge blocks of it among them; and what is not finite stays so.
inline void compare_hard_inputs(at::Device device, const Judge& give) {
  for (const WeightKind& kind : weight_kinds()) {
    const std::int64_t columns = kind.divides > 64 ? 256 : 192;
    const Weight host = kind.make(random_values({40, columns}, 3, 0.1)), placed = on_device(host, device);
    // A weight with a minimum is the small difference of two numbers, which a single large x multiplies apart.
    const bool minima = kind.name == "Q4_1" || kind.name == "Q5_1" || kind.name.find("minima") != std::string::npos;
    ParityCase one{"magnitudes", to_string(device), "float32", kind.name, "40x" + std::to_string(columns) + " batch 3", 0, minima ? 2e-4 : 4e-6, ""};
    judge(give, one, [&] {
      const at::Tensor powers = random_values({3, columns}, 21, 12).clamp(-35, 35), x = random_values({3, columns}, 22, 1) * at::pow(10.0, powers).to(at::kFloat);
      const at::Tensor y = at::full({3, 40}, std::nan(""), at::TensorOptions(device).dtype(at::kFloat));
      dynamic_cast<const DeviceWeight&>(*placed).multiply(x.to(device), y);
      return product_error(y, x, host->decode(at::kFloat).to(at::kDouble));
    });
    one.what = "not finite";
    one.bound = 0;
    for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
      judge(give, one, [&] {
        at::Tensor x = random_values({3, columns}, 22, 1);
        x.select(0, 1).select(0, 77).fill_(value);
        const at::Tensor y = at::empty({3, 40}, at::TensorOptions(device).dtype(at::kFloat));
        dynamic_cast<const DeviceWeight&>(*placed).multiply(x.to(device), y);
        const at::Tensor finite = y.cpu().isfinite();
        return finite.select(0, 1).any().item<bool>() || !finite.select(0, 0).all().item<bool>() || !finite.select(0, 2).all().item<bool>() ? failed : 0.0;
      });
    }
  }
  // Many tiles for each block of threads, and x in slices.
  ParityCase one{"sliced product", to_string(device), "float32", "int4 g32", "20000x5760 batch 8", 0, 4e-6, ""};
  judge(give, one, [&] {
    const Weight host = IntegerWeight::quantize(random_values({20000, 5760}, 3, 0.1), {4, 32, IntegerGrid::gptq, false, at::kHalf});
    const at::Tensor x = random_values({8, 5760}, 4, 1);
    return product_error(on_device(host, device)->linear(x.to(device)), x, host->decode(at::kFloat).to(at::kDouble));
  });
}

struct AttentionCase {
  std::int64_t batch, heads, kv_heads, head_dim, position, window, capacity;
  std::string text() const {
    return std::to_string(batch) + "x" + std::to_string(heads) + "/" + std::to_string(kv_heads) + "x" + std::to_string(head_dim) + " at " +
           std::to_string(position) + (window > 0 ? " window " + std::to_string(window) : "");
  }
};

inline std::vector<AttentionCase> attention_cases() {
  return {{1, 1, 1, 2, 0, 0, 1},      {2, 6, 3, 10, 2, 0, 5},      {1, 9, 3, 64, 31, 0, 40},      {1, 32, 4, 64, 544, 0, 600},
          {1, 32, 32, 128, 575, 0, 576}, {3, 14, 2, 80, 100, 0, 128}, {2, 8, 1, 256, 300, 0, 301}, {1, 24, 2, 96, 1500, 0, 2000},
          {1, 4, 2, 16, 70, 5, 80},   {2, 12, 4, 128, 1023, 64, 1024}, {1, 5, 1, 32, 4000, 0, 4096}, {1, 40, 2, 64, 33, 0, 64}};
}

// Rotated as the kernel's convention says, float64: pairs i, i + half.
inline at::Tensor turned(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine) {
  const std::int64_t half = x.size(-1) / 2;
  const at::Tensor a = x.narrow(-1, 0, half).to(at::kDouble), b = x.narrow(-1, half, half).to(at::kDouble);
  return at::cat({a * cosine - b * sine, b * cosine + a * sine}, -1);
}

// The result and the cache, whose places behind the position hold NaN and must not be read; twice, since a call leaves its scratch
// ready for the next.
inline double attention_error(at::Device device, const AttentionCase& size, at::ScalarType dtype) {
  const std::int64_t half = size.head_dim / 2, length = size.position + 1;
  const auto on = [&](const at::Tensor& x) { return x.to(device).contiguous(); };
  const at::Tensor q = random_values({size.batch, size.heads, size.head_dim}, 1, 2), k = random_values({size.batch, size.kv_heads, size.head_dim}, 2, 2),
                   v = random_values({size.batch, size.kv_heads, size.head_dim}, 3, 1), angles = random_values({size.capacity, half}, 4, 3);
  at::Tensor keys = random_values({size.batch, size.kv_heads, size.capacity, size.head_dim}, 5, 2).to(dtype), values = random_values(keys.sizes().vec(), 6, 1).to(dtype);
  for (at::Tensor* cache : {&keys, &values}) cache->narrow(2, size.position, size.capacity - size.position).fill_(std::nan(""));
  const at::Tensor cosine = angles.cos(), sine = angles.sin(), c = cosine.select(0, size.position).to(at::kDouble), s = sine.select(0, size.position).to(at::kDouble);
  const at::Tensor dq = on(q), dk = on(k), dv = on(v), dc = on(cosine), ds = on(sine), dkeys = on(keys), dvalues = on(values);
  const at::Tensor position = at::full({1}, size.position, at::TensorOptions(device).dtype(at::kInt)), out = at::full_like(dq, std::nan(""));
  CudaAttention call;
  call.query = dq.const_data_ptr<float>(), call.key = dk.const_data_ptr<float>(), call.value = dv.const_data_ptr<float>();
  call.cosine = dc.const_data_ptr<float>(), call.sine = ds.const_data_ptr<float>();
  call.position = position.const_data_ptr<std::int32_t>();
  call.batch = size.batch, call.heads = size.heads, call.kv_heads = size.kv_heads, call.head_dim = size.head_dim;
  call.window = size.window, call.capacity = size.capacity, call.type = number_type(dtype);
  call.keys = dkeys.mutable_data_ptr(), call.values = dvalues.mutable_data_ptr();
  call.out = out.mutable_data_ptr<float>();
  const at::Tensor scratch = at::zeros({cuda_attention_scratch(call)}, at::TensorOptions(device).dtype(at::kByte));
  call.scratch = scratch.mutable_data_ptr();
  check_kernel(cuda_attention(call, device_stream(device)), "attention");
  const at::Tensor first = out.cpu();
  out.fill_(std::nan(""));
  check_kernel(cuda_attention(call, device_stream(device)), "attention");
  if (differing(out, first) > 0) return failed;
  keys.select(2, size.position).copy_(turned(k, c, s));
  values.select(2, size.position).copy_(v);
  const auto seen = [&](const at::Tensor& cache) {
    const std::int64_t count = size.window > 0 ? std::min(size.window, length) : length;
    return cache.narrow(2, length - count, count).to(at::kDouble).repeat_interleave(size.heads / size.kv_heads, 1);
  };
  const at::Tensor scores = at::matmul(turned(q, c, s).unsqueeze(2), seen(dkeys.cpu()).transpose(2, 3)) / std::sqrt(static_cast<double>(size.head_dim));
  const double error = relative_error(first, at::matmul(scores.softmax(-1), seen(dvalues.cpu())).squeeze(2));
  // Rounding of the rotated key may fall to the other side; everything else of the cache is as it was.
  const double cached = std::max(relative_error(dkeys.select(2, size.position), keys.select(2, size.position)), relative_error(dvalues.select(2, size.position), values.select(2, size.position)));
  const auto rest = [&](const at::Tensor& cache) { return cache.cpu().narrow(2, 0, size.position).contiguous(); };
  if (differing(rest(dkeys), rest(keys)) > 0 || differing(rest(dvalues), rest(values)) > 0) return failed;
  return cached <= by_type(dtype, 1e-6, 0x1p-7, 0x1p-10) ? error : failed;
}

inline void compare_attention(at::Device device, const Judge& give) {
  for (const AttentionCase& size : attention_cases()) {
    for (const at::ScalarType dtype : compute_types(device)) {
      const ParityCase one{"decode attention", to_string(device), dtype_name(dtype), "", size.text(), 0, 3e-6, ""};
      judge(give, one, [&] { return attention_error(device, size, dtype); });
    }
  }
}

inline void compare_argmax(at::Device device, const Judge& give) {
  for (const std::int64_t width : {1, 300, 4099, 128256}) {
    ParityCase one{"argmax", to_string(device), "float32", "", "4x" + std::to_string(width), 0, 0, ""};
    judge(give, one, [&] {
      at::Tensor x = random_values({4, width}, 3, 1);
      x.select(0, 1).fill_(-0.0).select(0, width / 2).fill_(0.0);   // all equal
      x.select(0, 2).fill_(-std::numeric_limits<double>::infinity());
      x.select(0, 3).narrow(0, width / 3, width - width / 3).fill_(std::nan(""));
      const at::Tensor on = x.to(device), scratch = at::zeros({4 * 16}, at::TensorOptions(device).dtype(at::kByte)), out = at::full({4}, -1, at::TensorOptions(device).dtype(at::kInt));
      double different = 0;
      for (int repeat = 0; repeat < 2; ++repeat) {
        check_kernel(cuda_argmax(on.const_data_ptr<float>(), 4, width, out.mutable_data_ptr<std::int32_t>(), scratch.mutable_data_ptr(), false, device_stream(device)), "argmax");
        different += differing(out, at::tensor({x.select(0, 0).argmax().item<std::int64_t>(), std::int64_t{0}, std::int64_t{0}, width / 3}, at::kInt));
      }
      return different;
    });
  }
}

inline void compare_gathering(at::Device device, const Judge& give) {
  for (const at::ScalarType dtype : compute_types(device)) {
    const ParityCase one{"gather rows", to_string(device), dtype_name(dtype), "", "300x77", 0, 0, ""};
    judge(give, one, [&] {
      const at::Tensor values = random_values({300, 77}, 3, 1).to(dtype), ids = at::tensor({299, 0, 5}, at::kInt);
      const Weight placed = DeviceWeight::dense(values.to(device));
      const at::Tensor on = ids.to(device), out = at::full({3, 77}, std::nan(""), at::TensorOptions(device).dtype(at::kFloat));
      check_kernel(cuda_gather_rows(*placed->view(), on.const_data_ptr<std::int32_t>(), 3, out.mutable_data_ptr<float>(), device_stream(device)), "gather");
      return differing(out, values.index_select(0, ids).to(at::kFloat));
    });
  }
}

inline void compare_kernels(at::Device device, const Judge& give) {
  compare_products_with_additions(device, give);
  compare_shared_inputs(device, give);
  compare_hard_inputs(device, give);
  compare_norms(device, give);
  compare_gates(device, give);
  compare_rotations(device, give);
  compare_squared_norms(device, give);
  compare_attention(device, give);
  compare_argmax(device, give);
  compare_gathering(device, give);
}

// The tokens that an engine writes greedily, and all its logits.
inline std::vector<float> written(const ModelState& state, at::ScalarType dtype, at::Device device, std::int64_t batch, std::vector<std::int32_t>& tokens) {
  const std::int64_t prompt = 5, output = 30;
  DecodeEngine engine(state, dtype, prompt + output, batch, device);
  const at::Tensor ids = some_ids(batch, prompt, state.config.vocabulary).to(at::kInt);
  std::vector<float> logits;
  engine.prefill({ids.const_data_ptr<std::int32_t>(), static_cast<std::size_t>(ids.numel())});
  for (std::int64_t i = 0; i < output; ++i) {
    const std::span<const std::int32_t> chosen = engine.largest();
    const std::vector<std::int32_t> next(chosen.begin(), chosen.end());
    tokens.insert(tokens.end(), next.begin(), next.end());
    const std::span<const float> scores = engine.step(next);
    logits.insert(logits.end(), scores.begin(), scores.end());
  }
  return logits;
}

// A recorded step is the step: the same tokens and the same bits as launched kernel by kernel.
inline void compare_graphs(at::Device device, const Judge& give) {
  constexpr const char* graph = "decode-graph-cuda";
  for (const auto& [name, state] : parity_models()) {
    for (const at::ScalarType dtype : compute_types(device)) {
      for (const std::int64_t batch : {1, 3, 8}) {
        ParityCase one{"graph and launches", to_string(device), dtype_name(dtype), name, "batch " + std::to_string(batch), 0, 0, ""};
        judge(give, one, [&] {
          const auto played = [&] { return kernel_counts()[graph].calls; };
          std::vector<std::int32_t> with, without;
          const std::uint64_t before = played();
          const std::vector<float> recorded = written(state, dtype, device, batch, with);
          const std::uint64_t plays = played() - before;
          set_kernel_enabled(graph, false);
          const std::vector<float> launched = written(state, dtype, device, batch, without);
          set_kernel_enabled(graph, true);
          const std::uint64_t expected = rotary_depends_on_length(state.config) ? 0 : 29;
          return with == without && recorded == launched && plays == expected ? 0.0 : failed;
        });
      }
    }
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
