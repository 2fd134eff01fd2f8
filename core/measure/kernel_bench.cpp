// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/kernel_bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>

#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/small_float_weight.h"
#include "core/formats/sparse_weight.h"
#include "core/kernels/dispatch.h"
#include "core/measure/read_bandwidth.h"

namespace kelter {
namespace {

using Maker = std::function<Weight(const at::Tensor& values)>;

// The share of the weights with the smallest magnitudes becomes zero.
at::Tensor pruned(const at::Tensor& values, double share) {
  const auto count = static_cast<std::int64_t>(share * static_cast<double>(values.numel()));
  return values.masked_fill(values.abs().le(std::get<0>(values.abs().flatten().kthvalue(count))), 0);
}

at::Tensor two_of_four(const at::Tensor& values) {
  const at::Tensor groups = values.view({-1, 4});
  const at::Tensor kept = at::zeros_like(groups).scatter_(1, std::get<1>(groups.abs().topk(2, 1)), 1);
  return (groups * kept).view(values.sizes());
}

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all = [] {
    std::map<std::string, Maker> out;
    for (const at::ScalarType dtype : {at::kFloat, at::kHalf, at::kBFloat16})
      out[dtype_name(dtype)] = [dtype](const at::Tensor& values) { return DenseWeight::from_tensor(values, dtype); };
    for (const auto& [name, type] : {std::pair{"q4_0", GgmlType::Q4_0}, {"q4_1", GgmlType::Q4_1}, {"q5_0", GgmlType::Q5_0}, {"q5_1", GgmlType::Q5_1},
                                     {"q8_0", GgmlType::Q8_0}})
      out[name] = [type = type](const at::Tensor& values) { return GgmlWeight::quantize(values, type); };
    for (const int bits : {2, 3, 4, 5, 6, 8})
      for (const std::int64_t group : {64, 128})
        out["int" + std::to_string(bits) + "-g" + std::to_string(group)] = [=](const at::Tensor& values) -> Weight {
          return IntegerWeight::quantize(values, {bits, group, IntegerGrid::gptq, true, at::kHalf});
        };
    out["int8-row"] = [](const at::Tensor& values) -> Weight { return IntegerWeight::quantize(values, {8, 0, IntegerGrid::absmax, true, at::kFloat}); };
    for (const char* name : {"nf4", "nf4-double", "fp4", "fp8-e4m3-row", "fp8-e5m2-row", "fp8-e4m3-block", "mxfp8-e4m3", "mxfp6-e2m3", "mxfp4", "mxint8"})
      out[name] = [name](const at::Tensor& values) -> Weight { return SmallFloatWeight::quantize(values, small_float_options(name)); };
    for (const int percent : {50, 70, 90})
      for (const auto& [suffix, type] : {std::pair{"", SparseValues::bfloat16}, {"-int4", SparseValues::int4}})
        out["bitmap-" + std::to_string(percent) + suffix] = [=, type = type](const at::Tensor& values) -> Weight {
          return SparseWeight::store(pruned(values, percent / 100.0), {{}, type, 64});
        };
    out["2:4"] = [](const at::Tensor& values) -> Weight { return SparseWeight::store(two_of_four(values), {{2, 4}, SparseValues::bfloat16, 0}); };
    out["2:4-int4"] = [](const at::Tensor& values) -> Weight { return SparseWeight::store(two_of_four(values), {{2, 4}, SparseValues::int4, 64}); };
    return out;
  }();
  return all;
}

const Maker& maker_of(const std::string& format) {
  const auto found = makers().find(format);
  if (found != makers().end()) return found->second;
  std::string names;
  for (const std::string& name : bench_formats()) names += (names.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::invalid_parameter, "There is no such format to measure", "\"" + format + "\"", "", "Use " + names + ".");
}

// Arrays of its own, so that copies do not share a cache line.
Weight copy_of(const Weight& weight, at::Device device) {
  if (device.is_cuda()) return DeviceWeight::upload(*weight, device);
  std::vector<WeightPart> parts = weight->parts();
  for (WeightPart& part : parts) part.data = Bytes::own(std::vector<std::uint8_t>(part.data.span().begin(), part.data.span().end()));
  return load_weight(weight->descriptor(), parts);
}

// More than any cache holds, of one matrix.
constexpr std::uint64_t rotating_bytes = std::uint64_t{192} << 20;
constexpr std::size_t least_copies = 3;

std::vector<Weight> rotating(const Weight& weight, at::Device device) {
  std::vector<Weight> copies;
  for (std::uint64_t bytes = 0; bytes < rotating_bytes || copies.size() < least_copies; bytes += weight->bytes()) copies.push_back(copy_of(weight, device));
  return copies;
}

class Bench {
 public:
  Bench(const KernelBenchRequest& request, StepContext& context)
      : request_(request), context_(context), values_(at::randn({request.rows, request.columns}) * 0.02), dense_(make("bfloat16")) {}

  KernelBenchResult run() {
    KernelBenchResult result;
    result.bandwidth = request_.device.is_cuda() ? measure_device_bandwidth(request_.device) : measure_read_bandwidth();
    for (const std::string& format : request_.formats) {
      const std::vector<Weight> copies = format == "bfloat16" ? dense_ : make(format);
      for (const std::int64_t tokens : request_.tokens) result.lines.push_back(measure(format, copies, tokens, result.bandwidth));
    }
    return result;
  }

 private:
  std::vector<Weight> make(const std::string& format) { return rotating(maker_of(format)(values_), request_.device); }

  KernelBenchLine measure(const std::string& format, const std::vector<Weight>& copies, std::int64_t tokens, double bandwidth) {
    context_.log(format + ", " + std::to_string(tokens) + " tokens");
    const at::Tensor x = (at::randn({tokens, request_.columns}) * 0.5).to(request_.device, at::kBFloat16);
    const auto at = [](const std::vector<Weight>& weights, std::size_t i) -> const WeightFormat& { return *weights[i % weights.size()]; };
    const std::vector<std::function<void(std::size_t)>> products = {
        [&](std::size_t i) { at(copies, i).linear(x); }, [&](std::size_t i) { at::linear(x, at(copies, i).decode(at::kBFloat16)); },
        [&](std::size_t i) { at::linear(x, dense_values(i)); }};
    KernelBenchLine line{format, kernel_of([&] { copies.front()->linear(x); }), tokens, copies.front()->bytes(), {}, {}, {}, 0};
    MeasuredSpeed* const figures[] = {&line.seconds, &line.decoded_seconds, &line.dense_seconds};
    std::vector<std::size_t> calls;
    for (const auto& product : products) calls.push_back(calls_in_a_round(product));
    for (int round = 0; round < request_.rounds; ++round) {
      for (std::size_t p = 0; p < products.size(); ++p) figures[p]->samples.push_back(seconds_of(products[p], calls[p]));
    }
    for (MeasuredSpeed* figure : figures) summarise(*figure);
    line.share = static_cast<double>(line.bytes) / line.seconds.value / bandwidth;
    return line;
  }

  at::Tensor dense_values(std::size_t i) const {
    const Weight& weight = dense_[i % dense_.size()];
    if (const auto placed = std::dynamic_pointer_cast<const DeviceWeight>(weight)) return placed->tensor();
    return dynamic_cast<const DenseWeight&>(*weight).tensor();
  }

  // The one that reads most is named; a copy may run beside it.
  static std::string kernel_of(const std::function<void()>& product) {
    const auto before = kernel_counts();
    reset_kernel_counts();
    product();
    std::string name;
    std::uint64_t most = 0;
    for (const auto& [kernel, count] : kernel_counts()) {
      if (count.calls == 0 || (!name.empty() && count.bytes_read <= most)) continue;
      name = kernel;
      most = count.bytes_read;
    }
    restore_kernel_counts(before);
    return name;
  }

  // Of one of `calls` products.
  double seconds_of(const std::function<void(std::size_t)>& product, std::size_t calls) {
    context_.check_cancelled();
    finish_device_work(request_.device);
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < calls; ++i) product(next_++);
    finish_device_work(request_.device);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(calls);
  }

  // So many that a round takes about 30 ms, after a call that is not counted.
  std::size_t calls_in_a_round(const std::function<void(std::size_t)>& product) {
    seconds_of(product, 1);
    return static_cast<std::size_t>(std::clamp(0.03 / seconds_of(product, 3), 3.0, 1000.0));
  }

  const KernelBenchRequest& request_;
  StepContext& context_;
  at::Tensor values_;
  std::vector<Weight> dense_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<std::string> bench_formats() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : makers()) names.push_back(name);
  return names;
}

KernelBenchResult bench_kernels(const KernelBenchRequest& request, StepContext& context) {
  for (const std::string& format : request.formats) maker_of(format);
  const c10::NoGradGuard no_grad;
  at::manual_seed(1);
  return Bench(request, context).run();
}

}  // namespace kelter
