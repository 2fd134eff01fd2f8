// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-gpu-check [--device cuda:N] [--only weights|models|kernels|compression|likelihood|graphs|memory|sweep|golden] [--model PATH] [--failures] [--bench]
//
// The parity tables on a GPU, a line for each case: what, device, compute type, format, shape, error, bound, ok or
// FAILED. With a model's path that model, too; with --bench the speeds behind the cases. Exit status: 0 all passed, 1
// something failed, 2 a wrong command line, 77 skipped because there is no GPU.
#include <c10/core/GradMode.h>

#include <cstdio>
#include <optional>
#include <string>

#include "core/kernels/dispatch.h"
#include "tests/gpu/gpu_bench.h"
#include "tests/parity/compress_parity.h"
#include "tests/parity/golden_parity.h"
#include "tests/parity/kernel_parity.h"
#include "tests/parity/likelihood_parity.h"
#include "tests/parity/model_parity.h"
#include "tests/parity/sweep_parity.h"
#include "tests/parity/weight_parity.h"

namespace {

using namespace kelter;
using namespace kelter::test;

struct Arguments {
  std::string device = "cuda", only, model, shapes;
  bool failures_only = false, bench = false;
};

std::optional<Arguments> read(int count, char** words) {
  Arguments out;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto value = [&](std::string& target) { return i + 1 < count && (target = words[++i], true); };
    if (word == "--failures") {
      out.failures_only = true;
    } else if (word == "--bench") {
      out.bench = true;
    } else if (!(word == "--device" && value(out.device)) && !(word == "--only" && value(out.only)) &&
               !(word == "--model" && value(out.model)) && !(word == "--shapes" && value(out.shapes))) {
      std::fprintf(stderr, "Usage: kelter-gpu-check [--device cuda:N] [--only weights|models|kernels|compression|likelihood|graphs|memory|sweep|golden|none] [--model PATH] "
                           "[--failures] [--bench [--shapes NAME,…]]\n");
      return std::nullopt;
    }
  }
  return out;
}

int check(const Arguments& arguments) {
  const at::Device device = parse_device(arguments.device);
  const CudaDeviceInfo gpu = cuda_device_info(device.index());
  std::printf("%s, sm_%d%d, %.1f GB, libtorch %s\n", gpu.name.c_str(), gpu.major, gpu.minor, static_cast<double>(gpu.total_bytes) * 1e-9,
              KELTER_LIBTORCH);
  int passed = 0, failures = 0;
  const Judge judge = [&](const ParityCase& one) {
    ++(one.ok() ? passed : failures);
    if (one.ok() && arguments.failures_only) return;
    std::printf("%-20s %-7s %-9s %-30s %-22s %10.3g %10.3g %s%s%s\n", one.what.c_str(), one.device.c_str(), one.dtype.c_str(),
                one.format.c_str(), one.shape.c_str(), one.error, one.bound, one.ok() ? "ok" : "FAILED", one.note.empty() ? "" : ": ",
                one.note.c_str());
  };
  const auto wanted = [&](const char* part) { return arguments.only.empty() || arguments.only == part; };
  if (wanted("kernels")) compare_kernels(device, judge);
  if (wanted("compression")) compare_compression(device, judge);
  if (wanted("likelihood")) compare_likelihoods(device, judge);
  if (wanted("weights")) compare_weights(device, judge);
  if (wanted("models")) compare_models(device, judge);
  if (wanted("graphs")) compare_graphs(device, judge);
  if (wanted("memory")) compare_memory(device, judge);
  if (wanted("sweep")) compare_sweep(device, judge);
  if (!arguments.model.empty() && wanted("golden")) compare_golden(device, arguments.model, judge);
  std::printf("%d passed, %d failed, 0 skipped\n", passed, failures);
  for (const auto& [name, kernel] : kernel_counts()) std::printf("kernel %s: %llu calls\n", name.c_str(), static_cast<unsigned long long>(kernel.calls));
  std::fflush(stdout);
  if (arguments.bench) {
    bench_products(device);
    bench_models(device, arguments.shapes);
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const std::optional<Arguments> arguments = read(count, words);
  if (!arguments) return 2;
  if (const auto problem = device_problem(cuda_support(), 0)) {
    std::printf("SKIP: %s\n0 passed, 0 failed, 1 skipped\n", problem->text().c_str());
    return 77;
  }
  try {
    return check(*arguments);
  } catch (const std::exception& error) {
    std::printf("FAILED: %s\n", error.what());
    return 1;
  }
}
