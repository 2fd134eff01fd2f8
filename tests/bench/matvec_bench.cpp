// SPDX-License-Identifier: GPL-3.0-or-later
// How near the matrix-vector kernels come to the read bandwidth of this machine, on one thread.
// The weights rotate over copies that together exceed the last-level cache, so that every pass reads memory; with fewer
// megabytes than that, they come from a cache, which shows the arithmetic alone (0 stands for a shape that does not fit).
// Usage: matvec-bench [part of a kernel's name [megabytes]]
#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/kernels/decode_ops.h"
#include "core/kernels/dispatch.h"
#include "core/kernels/ggml_blocks.h"
#include "core/kernels/grouped_integer.h"
#include "core/kernels/matvec.h"

namespace {

constexpr std::size_t default_megabytes = 400;

// Processor time of this thread: on a shared machine the wall clock would count the waiting.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The best of several runs: other work can only make a run slower.
double best_seconds(int runs, const std::function<void()>& body) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double start = processor_seconds();
    body();
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

__attribute__((target("avx512f"))) std::int64_t read_sum_avx512(const std::uint8_t* data, std::size_t bytes) {
  __m512i sums[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  for (std::size_t i = 0; i + 256 <= bytes; i += 256) {
    for (int k = 0; k < 4; ++k)
      sums[k] = _mm512_add_epi64(sums[k], _mm512_loadu_si512(data + i + 64 * k));
  }
  alignas(64) std::int64_t parts[8];
  _mm512_store_si512(parts, _mm512_add_epi64(_mm512_add_epi64(sums[0], sums[1]), _mm512_add_epi64(sums[2], sums[3])));
  std::int64_t total = 0;
  for (const std::int64_t part : parts)
    total += part;
  return total;
}

std::int64_t read_sum_plain(const std::uint8_t* data, std::size_t bytes) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i + 8 <= bytes; i += 8) {
    std::int64_t word;
    std::memcpy(&word, data + i, sizeof word);
    total += word;
  }
  return total;
}

// Bytes per second of body(copy) over all copies, measured in pieces of a few megabytes; the best tenth of the
// pieces counts, so that other work on the machine disturbs little.
double rate_over(std::size_t copies, std::size_t bytes, const std::function<void(std::size_t copy)>& body) {
  const std::size_t per_piece = std::clamp<std::size_t>((4u << 20) / bytes, 1, copies);
  std::vector<double> rates;
  for (std::size_t pass = 0; pass < 1 + 100 / copies; ++pass) {
    for (std::size_t first = 0; first + per_piece <= copies; first += per_piece) {
      const double start = processor_seconds();
      for (std::size_t copy = first; copy < first + per_piece; ++copy)
        body(copy);
      rates.push_back(static_cast<double>(bytes * per_piece) / (processor_seconds() - start));
    }
  }
  std::sort(rates.begin(), rates.end());
  return rates[rates.size() * 9 / 10];
}

double read_bandwidth(const std::vector<std::uint8_t>& pool) {
  volatile std::int64_t sink = 0;
  const std::size_t piece = std::min<std::size_t>(4u << 20, pool.size());
  return rate_over(pool.size() / piece, piece, [&](std::size_t copy) {
    const std::uint8_t* data = pool.data() + copy * piece;
    sink = kelter::best_isa() == kelter::Isa::avx512 ? read_sum_avx512(data, piece) : read_sum_plain(data, piece);
  });
}

struct Shape {
  std::int64_t rows, columns;
};
constexpr Shape shapes[] = {{576, 576}, {1536, 576}, {576, 1536}, {49152, 576}, {4096, 4096}};

struct Kernel {
  std::string product;                                  // "q4_1-matvec"
  std::function<std::int64_t(std::int64_t)> row_bytes;  // of the stored weights, from the columns
  std::function<kelter::MatrixView(const std::uint8_t* weights, Shape shape)> view;
  kelter::Activations activations = kelter::Activations::exact;
};

constexpr std::int64_t group = 64;

// Codes, then float16 scales, then zero points, as one copy in the pool.
Kernel grouped(int bits) {
  const auto row_bytes = [bits](std::int64_t columns) {
    const std::int64_t groups = columns / group;
    return kelter::packed_row_bytes(columns, bits) + 2 * groups + (groups * bits + 7) / 8;
  };
  return {"int" + std::to_string(bits) + "-matvec", row_bytes, [bits](const std::uint8_t* weights, Shape shape) {
            const std::uint8_t* scales = weights + shape.rows * kelter::packed_row_bytes(shape.columns, bits);
            kelter::GroupedIntegerView view;
            view.codes = weights;
            view.scales = scales;
            view.zeros = scales + 2 * shape.rows * (shape.columns / group);
            view.rows = shape.rows;
            view.columns = shape.columns;
            view.group = group;
            view.bits = bits;
            view.zero_kind = kelter::ZeroKind::points;
            return kelter::MatrixView(view);
          }, kelter::Activations::exact};
}

Kernel rows_of(const char* name, kelter::Encoding encoding, std::int64_t block, std::int64_t block_bytes) {
  return {std::string(name) + "-matvec", [=](std::int64_t columns) { return columns / block * block_bytes; },
          [=](const std::uint8_t* weights, Shape shape) {
            return kelter::MatrixView(encoding, weights, shape.rows, shape.columns);
          }, kelter::Activations::exact};
}

std::vector<Kernel> all_kernels() {
  using kelter::Encoding;
  std::vector<Kernel> kernels = {
      rows_of("float32", Encoding::float32, 1, 4), rows_of("bfloat16", Encoding::bfloat16, 1, 2),
      rows_of("float16", Encoding::float16, 1, 2), rows_of("q4_0", Encoding::q4_0, 32, 18),
      rows_of("q4_1", Encoding::q4_1, 32, 20),     rows_of("q8_0", Encoding::q8_0, 32, 34)};
  for (const int bits : {2, 3, 4, 5, 6, 8})
    kernels.push_back(grouped(bits));
  return kernels;
}

// The products that can also take activations rounded to 8 bits, each behind its exact one.
std::vector<Kernel> with_rounded_ones(const std::vector<Kernel>& kernels) {
  std::vector<Kernel> all;
  for (const Kernel& kernel : kernels) {
    all.push_back(kernel);
    if (!kelter::has_int8_product(kernel.view(nullptr, {1, group}))) continue;
    all.push_back(kernel);
    all.back().product.replace(kernel.product.find("-matvec"), std::string::npos, "-int8-matvec");
    all.back().activations = kelter::Activations::int8;
  }
  return all;
}

// Bytes per second over the weights, rotating through the pool.
double measure(const Kernel& kernel, Shape shape, std::int64_t tokens, const std::vector<std::uint8_t>& pool) {
  const std::size_t bytes = static_cast<std::size_t>(shape.rows * kernel.row_bytes(shape.columns));
  const std::size_t distance = (bytes + 63) / 64 * 64;
  const std::size_t copies = pool.size() / distance;
  if (copies == 0) return 0;
  std::vector<float> x(static_cast<std::size_t>(tokens * shape.columns), 0.5f);
  std::vector<float> y(static_cast<std::size_t>(tokens * shape.rows));
  return rate_over(copies, bytes, [&](std::size_t copy) {
    kelter::matvec({kernel.view(pool.data() + copy * distance, shape), x.data(), tokens, y.data(), kernel.activations});
  });
}

void measure_decode_ops() {
  std::vector<float> logits(49152);
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0f, 3.0f);
  for (float& value : logits)
    value = normal(random);
  volatile double sink = 0;
  std::printf("log_sum_exp 49152: %.1f us\n",
              1e6 * best_seconds(50, [&] { sink = kelter::log_sum_exp(logits.data(), 49152); }));
  std::printf("argmax 49152: %.1f us\n",
              1e6 * best_seconds(50, [&] { sink = static_cast<double>(kelter::argmax(logits.data(), 49152)); }));
  std::vector<float> out(49152);
  std::printf(
      "silu_multiply 1536: %.2f us\n",
      1e6 * best_seconds(200, [&] { kelter::silu_multiply(logits.data(), logits.data() + 1536, 1536, out.data()); }));
  std::printf("rms_norm 576: %.2f us\n", 1e6 * best_seconds(200, [&] {
                                           kelter::rms_norm(logits.data(), logits.data() + 576, 576, 1e-5f, out.data());
                                         }));
  for (const std::int64_t length : {128, 1024}) {
    std::vector<float> cache(static_cast<std::size_t>(3 * length * 64), 0.1f);
    std::printf("attention 9 heads, 3 kv heads, 64, length %lld: float32 %.1f us\n", static_cast<long long>(length),
                1e6 * best_seconds(50, [&] {
                  kelter::decode_attention_float32(logits.data(), cache.data(), cache.data(), 9, 3, 64, length, length,
                                                   0.125f, out.data());
                }));
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace kelter;
  const std::string wanted = argc > 1 ? argv[1] : "";
  // Any bytes do: every code is valid, and only the values of scales could slow arithmetic down (subnormals),
  // so that each byte pair is a moderate float16, bfloat16 and half of a float32.
  std::vector<std::uint8_t> pool((argc > 2 ? std::stoul(argv[2]) : default_megabytes) << 20);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < pool.size(); i += 2) {
    const std::uint16_t pattern = static_cast<std::uint16_t>(0x3800u | (random() & 0x83ffu));
    std::memcpy(pool.data() + i, &pattern, 2);
  }
  const double bandwidth = read_bandwidth(pool);
  std::printf("%s, one thread, read bandwidth %.1f GB/s\n", cpu_description().c_str(), bandwidth / 1e9);
  std::printf("%-16s %-10s %6s", "kernel", "ISA", "tokens");
  for (const Shape& shape : shapes)
    std::printf("  %6lldx%-5lld  ", static_cast<long long>(shape.rows), static_cast<long long>(shape.columns));
  std::printf("\n");
  for (const Kernel& kernel : with_rounded_ones(all_kernels())) {
    if (kernel.product.find(wanted) == std::string::npos) continue;
    for (const Isa isa : {Isa::avx512, Isa::avx2}) {
      if (isa > best_isa()) continue;
      for (const Isa faster : {Isa::avx2, Isa::avx512}) {
        set_kernel_enabled(kernel.product + "-" + to_string(faster), faster <= isa);
      }
      for (const std::int64_t tokens : {1, 4}) {
        std::printf("%-16s %-10s %6lld", kernel.product.c_str(), to_string(isa), static_cast<long long>(tokens));
        for (const Shape& shape : shapes) {
          const double rate = measure(kernel, shape, tokens, pool);
          std::printf("  %5.1f (%3.0f %%)", rate / 1e9, 100 * rate / bandwidth);
          std::fflush(stdout);
        }
        std::printf("\n");
      }
    }
  }
  std::printf("read bandwidth at the end %.1f GB/s\n", read_bandwidth(pool) / 1e9);
  if (wanted.empty() || wanted == "ops") measure_decode_ops();
  return 0;
}
