// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/likelihood_bench.h"

#include <ATen/ATen.h>

#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"
#include "core/measure/read_bandwidth.h"
#include "core/model/likelihood.h"

namespace kelter {
namespace {

constexpr std::int64_t hidden = 4096;

// Several in a row on a GPU, so that starting a kernel and waiting for it weigh little.
int calls_on(at::Device device) { return device.is_cuda() ? 20 : 1; }

at::Tensor eager_likelihood(const at::Tensor& logits, const at::Tensor& targets) {
  return at::log_softmax(logits, 1).gather(1, targets.unsqueeze(1)).squeeze(1).neg();
}

at::Tensor own_likelihood(const at::Tensor& logits, const at::Tensor& targets) {
  RunningLikelihood likelihood(targets);
  likelihood.add(logits, 0, 0);
  return likelihood.so_far();
}

void compare(const std::pair<at::Tensor, at::Tensor>& results, CompressBenchLine& line) {
  const at::Tensor own = results.first.cpu(), eager = results.second.to(at::kCPU, at::kDouble);
  line.same = (own - eager).abs().le(1e-4 * own.abs().clamp_min(1)).to(at::kDouble).mean().item<double>();
}

// Of one call after those that were timed.
void measure_memory(const BenchWork& own, at::Device device, CompressBenchLine& line) {
  if (!device.is_cuda()) return;
  line.extra_memory = static_cast<double>(peak_memory_of(device, own)) / static_cast<double>(line.rows * line.columns * 4);
}

double bandwidth_of(at::Device device) { return device.is_cuda() ? measure_device_bandwidth(device) : measure_read_bandwidth(); }

void bench(const BenchWork& own, const BenchWork& eager, const CompressBenchRequest& request, StepContext& context, CompressBenchLine& line) {
  compare(bench_in_turn(own, eager, calls_on(request.device), request, context, line), line);
  measure_memory(own, request.device, line);
}

void bench_logits(const at::Tensor& targets, const CompressBenchRequest& request, StepContext& context, CompressBenchLine& line) {
  const at::Tensor logits = at::randn({line.rows, line.columns}, at::TensorOptions(request.device).dtype(at::kFloat)) * 3;
  bench([&] { return own_likelihood(logits, targets); }, [&] { return eager_likelihood(logits, targets); }, request, context, line);
  const double rate = static_cast<double>(line.rows * line.columns * 4) / line.seconds.value;
  line.bandwidth = rate / bandwidth_of(request.device);
}

void bench_head(const at::Tensor& targets, const CompressBenchRequest& request, StepContext& context, CompressBenchLine& line) {
  const Weight head = on_device(DenseWeight::from_tensor(at::randn({line.columns, hidden}) * 0.02, at::kBFloat16), request.device);
  const at::Tensor rows = at::randn({line.rows, hidden}).to(request.device);
  bench([&] { return negative_log_likelihood(*head, rows, targets); },
        [&] { return eager_likelihood(at::linear(rows, head->decode(at::kFloat)), targets); }, request, context, line);
}

}  // namespace

std::vector<std::string> likelihood_bench_jobs() { return {"nll", "head-nll"}; }

CompressBenchLine bench_likelihood(const std::string& job, std::int64_t tokens, std::int64_t vocabulary, const CompressBenchRequest& request,
                                   StepContext& context) {
  at::manual_seed(1);
  const at::Tensor targets = at::randint(vocabulary, {tokens}, at::kLong).to(request.device);
  CompressBenchLine line{job, tokens, vocabulary, {}, {}, 0, {}, {}};
  (job == "nll" ? bench_logits : bench_head)(targets, request, context, line);
  return line;
}

}  // namespace kelter
