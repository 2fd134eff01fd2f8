// SPDX-License-Identifier: GPL-3.0-or-later
// How long GPTQ's columns take: one block of 128 columns by the kernel and by a loop of tensor operations, then whole
// layers. Usage: feedback-bench [threads]
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "core/compress/error_feedback.h"
#include "core/kernels/column_update.h"
#include "core/run/engine_thread.h"

using namespace kelter;

namespace {

double best_seconds(int runs, const std::function<void()>& body) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void bench_block(std::int64_t rows) {
  const std::int64_t columns = ColumnUpdate::most_columns;
  const at::Tensor weights = at::randn({columns, rows}), upper = (at::randn({columns, columns}) * 0.05).triu(1) + at::eye(columns);
  const at::Tensor scale = at::full({1, rows}, 0.3), zero = at::full({1, rows}, 8.0), group = at::zeros({columns}, at::kInt);
  const at::Tensor errors = at::empty_like(weights), losses = at::zeros({rows}, at::kDouble), codes = at::empty({columns, rows}, at::kByte);
  at::Tensor work = weights.clone();
  ColumnUpdate call;
  call.rows = rows, call.columns = columns, call.upper_stride = columns, call.largest_code = 15, call.rounding = ColumnRounding::points;
  call.weights = work.mutable_data_ptr<float>(), call.upper = upper.const_data_ptr<float>();
  call.scale = call.factor = scale.const_data_ptr<float>(), call.zero = zero.const_data_ptr<float>(), call.group = group.const_data_ptr<std::int32_t>();
  call.codes = codes.mutable_data_ptr<std::uint8_t>(), call.errors = errors.mutable_data_ptr<float>(), call.losses = losses.mutable_data_ptr<double>();
  const double kernel = best_seconds(5, [&] {
    work.copy_(weights);
    update_columns(call);
  });
  const double eager = best_seconds(2, [&] {
    at::Tensor w = weights.t().contiguous();
    const at::Tensor s = scale.select(0, 0), z = zero.select(0, 0);
    for (std::int64_t c = 0; c < columns; ++c) {
      const at::Tensor column = w.select(1, c), q = s * ((at::round(column / s) + z).clamp_(0, 15) - z), error = (column - q) / upper[c][c];
      w.slice(1, c).sub_(error.unsqueeze(1).matmul(upper[c].slice(0, c).unsqueeze(0)));
    }
  });
  std::printf("block %lld x %lld: kernel %.2f ms, tensor operations %.2f ms, %.1f times\n", static_cast<long long>(rows), static_cast<long long>(columns),
              kernel * 1e3, eager * 1e3, eager / kernel);
}

void bench_layer(std::int64_t rows, std::int64_t columns) {
  const at::Tensor weights = at::randn({rows, columns}), inputs = at::randn({2 * columns, columns}), hessian = inputs.t().matmul(inputs);
  FeedbackOptions gptq, pruning;
  gptq.grid = IntegerOptions{4, 64, IntegerGrid::gptq, false, at::kHalf};
  pruning.sparsity = 0.5;
  for (const auto& [name, options] : {std::pair<const char*, const FeedbackOptions&>{"gptq 4 bits g64", gptq}, {"sparsegpt 50 %", pruning}}) {
    const double seconds = best_seconds(3, [&] { compensate(weights, hessian.clone(), options); });
    std::printf("%lld x %lld %s: %.1f ms\n", static_cast<long long>(rows), static_cast<long long>(columns), name, seconds * 1e3);
  }
}

}  // namespace

int main(int count, char** words) {
  const c10::InferenceMode inference;
  own_torch(count > 1 ? std::stoi(words[1]) : 2);
  bench_block(4096);
  bench_layer(576, 576);
  bench_layer(1536, 576);
  bench_layer(576, 1536);
}
