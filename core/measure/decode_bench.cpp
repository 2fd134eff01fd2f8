// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/decode_bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <memory>

#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/kernels/dispatch.h"
#include "core/measure/read_bandwidth.h"
#include "core/model/ledger.h"

namespace kelter {
namespace {

ModelState decoded(const ModelState& model, at::ScalarType dtype) {
  ModelState out = model;
  for (auto& [name, weight] : out.tensors)
    if (weight->shape().size() == 2) weight = DenseWeight::from_tensor(weight->decode(dtype), dtype);
  return out;
}

// Takes our products of few rows in dense numbers out while it lives.
class PlainProducts {
 public:
  PlainProducts() { set(false); }
  ~PlainProducts() { set(true); }
  PlainProducts(const PlainProducts&) = delete;
  PlainProducts& operator=(const PlainProducts&) = delete;

 private:
  static void set(bool enabled) {
    for (const char* kernel : {"float32-matvec-cuda", "float16-matvec-cuda", "bfloat16-matvec-cuda"}) set_kernel_enabled(kernel, enabled);
  }
};

struct Subject {
  const NamedModel& of;
  DecodeEngine engine;
  Transformer plain;
  DecodeBenchLine line;
};

void run_round(Subject& subject, const DecodeBenchRequest& request, StepContext& context) {
  context.log(subject.of.name);
  const ThroughputRequest once{request.prompt, request.output, 1, 1, request.activations};
  const ThroughputResult found = measure_throughput(subject.engine, subject.of.model.config.vocabulary, once, context);
  subject.line.decode.samples.push_back(found.decode_tokens_per_second.value);
  subject.line.prefill.samples.push_back(found.prefill_tokens_per_second.value);
  subject.line.bytes_per_token = found.weight_bytes_per_step + found.cache_bytes_per_step;
  const PlainProducts plain;
  subject.line.plain_decode.samples.push_back(plain_tokens_per_second(subject.plain, request.prompt, request.output, context));
}

}  // namespace

double plain_tokens_per_second(const Transformer& model, std::int64_t prompt, std::int64_t output, StepContext& context) {
  KvCache cache;
  const auto ids = [](const std::vector<std::int32_t>& values) {
    return at::tensor(at::ArrayRef<std::int32_t>(values), at::kInt).to(at::kLong).view({1, -1});
  };
  const auto choose = [&](const at::Tensor& hidden) {
    return model.head()->linear(hidden.select(1, hidden.size(1) - 1).to(model.dtype())).argmax(1).item<std::int64_t>();
  };
  auto id = static_cast<std::int32_t>(choose(model.forward(ids(fixed_prompt(prompt, model.config().vocabulary)), &cache)));
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < output; ++i) {
    context.check_cancelled();
    id = static_cast<std::int32_t>(choose(model.forward(ids({id}), &cache)));
  }
  finish_device_work(model.device());
  return static_cast<double>(output) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

DecodeBenchResult bench_decode(const std::vector<NamedModel>& models, const DecodeBenchRequest& request, StepContext& context) {
  const c10::NoGradGuard no_grad;
  DecodeBenchResult result;
  result.bandwidth = request.device.is_cuda() ? measure_device_bandwidth(request.device) : measure_read_bandwidth();
  std::vector<std::unique_ptr<Subject>> subjects;
  for (const NamedModel& each : models) {
    subjects.push_back(std::unique_ptr<Subject>(
        new Subject{each, DecodeEngine(each.model, request.dtype, request.prompt + request.output, 1, request.device, request.activations),
                    Transformer(decoded(each.model, request.dtype), request.dtype, request.device), {}}));
    subjects.back()->line.name = each.name;
    subjects.back()->line.bytes = model_totals(each.model).bytes;
  }
  for (int round = 0; round < request.rounds; ++round) {
    for (std::size_t i = 0; i < subjects.size(); ++i)
      run_round(*subjects[(static_cast<std::size_t>(round) + i) % subjects.size()], request, context);
  }
  for (const auto& subject : subjects) {
    DecodeBenchLine& line = subject->line;
    for (MeasuredSpeed* figure : {&line.decode, &line.prefill, &line.plain_decode}) summarise(*figure);
    line.share = line.decode.value * line.bytes_per_token / result.bandwidth;
    result.lines.push_back(std::move(line));
  }
  return result;
}

}  // namespace kelter
