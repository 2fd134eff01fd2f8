// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/compress_bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "core/compress/error_feedback.h"
#include "core/compress/inverse_factor.h"
#include "core/compress/magnitude_mask.h"
#include "core/formats/compute_device.h"
#include "core/run/likelihood_bench.h"
#include "core/run/sweep_bench.h"

namespace kelter {
namespace {

constexpr std::int64_t block = 128, group = 128;
constexpr double damping = 0.01;

struct Matrix {
  at::Tensor weights, gram;   // float32 [rows, in], [in, in]
  at::Tensor fresh_gram() const { return gram.clone(); }
};

// A mask or codes, one entry for each weight.
using Work = std::function<at::Tensor(const Matrix&)>;
struct Job {
  std::string name;
  Work own, eager;
};

at::Tensor codes_tensor(const FeedbackResult& result, const at::Tensor& like) {
  const at::Tensor codes = at::empty({like.size(0), like.size(1)}, at::kByte);
  std::copy(result.codes->codes.begin(), result.codes->codes.end(), codes.mutable_data_ptr<std::uint8_t>());
  return codes;
}

FeedbackOptions gptq_options() {
  FeedbackOptions options;
  options.grid = IntegerOptions{4, group, IntegerGrid::gptq, false, at::kFloat};
  return options;
}

FeedbackOptions sparsegpt_options(bool pattern) {
  FeedbackOptions options;
  if (pattern) {
    options.kept = 2;
    options.of = 4;
  } else {
    options.sparsity = 0.5;
  }
  return options;
}

// The column loop shared by the eager versions: `prepare` sees a block before its first column, `settle` gives what a column becomes.
struct EagerBlock {
  at::Tensor weights, upper;   // views of the block: [rows, columns], [columns, columns]
  std::int64_t first;
};
using Prepare = std::function<void(const EagerBlock& now)>;
using Settle = std::function<at::Tensor(const EagerBlock& now, std::int64_t column)>;

void eager_loop(at::Tensor& weights, at::Tensor gram, const Prepare& prepare, const Settle& settle) {
  const at::Tensor upper = inverse_factor(std::move(gram), damping).upper;
  for (std::int64_t first = 0; first < weights.size(1); first += block) {
    const std::int64_t count = std::min(block, weights.size(1) - first);
    const EagerBlock now{weights.narrow(1, first, count).clone(), upper.narrow(0, first, count).narrow(1, first, count), first};
    const at::Tensor errors = at::zeros_like(now.weights);
    prepare(now);
    for (std::int64_t column = 0; column < count; ++column) {
      const at::Tensor settled = settle(now, column);
      const at::Tensor error = (now.weights.select(1, column) - settled) / now.upper.select(0, column).select(0, column);
      now.weights.narrow(1, column, count - column).sub_(error.unsqueeze(1).matmul(now.upper.select(0, column).narrow(0, column, count - column).unsqueeze(0)));
      errors.select(1, column).copy_(error);
      weights.select(1, first + column).copy_(settled);
    }
    const std::int64_t rest = weights.size(1) - first - count;
    if (rest > 0) weights.narrow(1, first + count, rest).sub_(errors.matmul(upper.narrow(0, first, count).narrow(1, first + count, rest)));
  }
}

at::Tensor eager_gptq(const Matrix& matrix) {
  at::Tensor weights = matrix.weights.clone(), codes = at::empty_like(weights), scale, zero;
  eager_loop(weights, matrix.fresh_gram(),
             [](const EagerBlock&) {},
             [&](const EagerBlock& now, std::int64_t column) {
               if ((now.first + column) % group == 0) {
                 const at::Tensor range = weights.narrow(1, now.first + column, group);
                 const at::Tensor low = range.amin(1).clamp_max(0), high = range.amax(1).clamp_min(0);
                 scale = (high - low) / 15;
                 zero = (-low / scale).round();
               }
               const at::Tensor code = ((now.weights.select(1, column) / scale).round() + zero).clamp(0, 15);
               codes.select(1, now.first + column).copy_(code);
               return scale * (code - zero);
             });
  return codes.to(at::kByte).cpu();
}

at::Tensor eager_sparsegpt(const Matrix& matrix, bool pattern) {
  at::Tensor weights = matrix.weights.clone(), mask;
  const auto scores = [](const EagerBlock& now) { return now.weights.square() / now.upper.diagonal().square(); };
  eager_loop(weights, matrix.fresh_gram(),
             [&](const EagerBlock& now) {
               mask = at::zeros_like(now.weights, at::kBool);
               if (pattern) return;
               const at::Tensor score = scores(now);
               mask = score.le(std::get<0>(score.flatten().sort())[score.numel() / 2]);
             },
             [&](const EagerBlock& now, std::int64_t column) {
               if (pattern && column % 4 == 0)
                 mask.narrow(1, column, 4).scatter_(1, std::get<1>(scores(now).narrow(1, column, 4).topk(2, 1, /*largest=*/false)), true);
               return now.weights.select(1, column).masked_fill(mask.select(1, column), 0);
             });
  return weights.eq(0).cpu();
}

at::Tensor wanda_scores(const Matrix& matrix) { return matrix.weights.abs() * matrix.gram.diagonal().sqrt(); }

at::Tensor eager_wanda(const Matrix& matrix) {
  const at::Tensor scores = wanda_scores(matrix);
  const at::Tensor order = std::get<1>(scores.sort(std::optional<bool>(true), 1));
  return at::zeros_like(scores, at::kBool).scatter_(1, order.narrow(1, 0, scores.size(1) / 2), true).cpu();
}

at::Tensor eager_pattern(const Matrix& matrix) {
  const at::Tensor scores = wanda_scores(matrix).view({-1, 4});
  return at::zeros_like(scores, at::kBool).scatter_(1, std::get<1>(scores.topk(2, 1, false)), true).view(matrix.weights.sizes()).cpu();
}

at::Tensor own_sparsegpt(const Matrix& matrix, bool pattern) {
  return compensate(matrix.weights, matrix.fresh_gram(), sparsegpt_options(pattern)).weights.eq(0).cpu();
}

const std::vector<Job>& jobs() {
  static const std::vector<Job> all = {
      {"gptq-int4-g128", [](const Matrix& m) { return codes_tensor(compensate(m.weights, m.fresh_gram(), gptq_options()), m.weights); }, eager_gptq},
      {"sparsegpt-50", [](const Matrix& m) { return own_sparsegpt(m, false); }, [](const Matrix& m) { return eager_sparsegpt(m, false); }},
      {"sparsegpt-2:4", [](const Matrix& m) { return own_sparsegpt(m, true); }, [](const Matrix& m) { return eager_sparsegpt(m, true); }},
      {"wanda-50", [](const Matrix& m) { return mask_of_rows(wanda_scores(m), 0.5).cpu(); }, eager_wanda},
      {"2:4", [](const Matrix& m) { return mask_of_pattern(wanda_scores(m), 2, 4).cpu(); }, eager_pattern}};
  return all;
}

const Job& job_of(const std::string& name) {
  const auto found = std::find_if(jobs().begin(), jobs().end(), [&](const Job& job) { return job.name == name; });
  if (found != jobs().end()) return *found;
  std::string known;
  for (const std::string& one : compress_bench_jobs()) known += (known.empty() ? "" : ", ") + one;
  known += std::string(", ") + sweep_growth_job;   // the command line's
  throw Error(ErrorCode::invalid_parameter, "There is no such job", name, "", "Use one of " + known + ".");
}

Matrix random_matrix(std::int64_t rows, std::int64_t columns, at::Device device) {
  at::manual_seed(1);
  const at::Tensor inputs = at::randn({std::min<std::int64_t>(2 * columns, 8192), columns}) * (1 + 9 * at::rand({columns}).pow(8));
  return {(at::randn({rows, columns}) * 0.02).to(device), at::mm(inputs.t(), inputs).to(device)};
}

double seconds_of(const BenchWork& work, int calls, at::Device device, at::Tensor& out) {
  finish_device_work(device);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) out = work();
  finish_device_work(device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / calls;
}

void check_groups(std::int64_t rows, std::int64_t columns) {
  if (columns % group != 0)
    throw Error(ErrorCode::invalid_parameter, "The groups do not divide the row", std::to_string(rows) + "x" + std::to_string(columns),
                "the jobs use groups of " + std::to_string(group), "Use a multiple of it.");
}

CompressBenchLine bench_matrix(const std::string& name, const Matrix& matrix, const CompressBenchRequest& request, StepContext& context) {
  const Job& job = job_of(name);
  CompressBenchLine line{name, matrix.weights.size(0), matrix.weights.size(1), {}, {}, 0, {}, {}};
  const auto [own, eager] = bench_in_turn([&] { return job.own(matrix); }, [&] { return job.eager(matrix); }, 1, request, context, line);
  line.same = own.eq(eager).to(at::kFloat).mean().item<double>();
  return line;
}

}  // namespace

std::vector<std::string> compress_bench_jobs() {
  std::vector<std::string> names;
  for (const Job& job : jobs()) names.push_back(job.name);
  for (const std::string& name : likelihood_bench_jobs()) names.push_back(name);
  return names;
}

std::pair<at::Tensor, at::Tensor> bench_in_turn(const BenchWork& own, const BenchWork& eager, int calls, const CompressBenchRequest& request,
                                                StepContext& context, CompressBenchLine& line) {
  std::pair<at::Tensor, at::Tensor> results;
  seconds_of(own, calls, request.device, results.first);   // not counted
  for (int round = 0; round < request.rounds; ++round) {
    context.check_cancelled();
    line.seconds.samples.push_back(seconds_of(own, calls, request.device, results.first));
    line.eager_seconds.samples.push_back(seconds_of(eager, calls, request.device, results.second));
  }
  summarise(line.seconds);
  summarise(line.eager_seconds);
  return results;
}

std::vector<CompressBenchLine> bench_compress(const CompressBenchRequest& request, StepContext& context) {
  const at::NoGradGuard no_gradient;
  std::vector<CompressBenchLine> lines;
  const auto of_likelihood = [](const std::string& name) {
    const std::vector<std::string> names = likelihood_bench_jobs();
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  bool matrices = false;
  for (const std::string& name : request.jobs) {
    if (of_likelihood(name)) continue;
    job_of(name);
    matrices = true;
  }
  for (const auto& [rows, columns] : request.shapes) {
    if (matrices) check_groups(rows, columns);
    std::optional<Matrix> matrix;
    if (matrices) matrix = random_matrix(rows, columns, request.device);
    for (const std::string& name : request.jobs)
      lines.push_back(of_likelihood(name) ? bench_likelihood(name, rows, columns, request, context) : bench_matrix(name, *matrix, request, context));
  }
  return lines;
}

}  // namespace kelter
