// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/matvec_simd.h"
#include "core/kernels/scalar_blocks.h"

namespace kelter {
namespace {

// Dense bfloat16: of two weights in 32 bits, each is a float after one instruction. So x lies in the same order: of
// 16 elements first the even ones, then the odd ones.
struct PairProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;
  static constexpr int at_once = 2 * Simd::lanes;

  // Rounds x to bfloat16 (core/kernels/matvec.h).
  [[gnu::flatten]] static void prepare(const MatvecTask& task, float* prepared, float*) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      const float* x = task.x + t * task.columns;
      for (std::int64_t c = 0; c < task.prepared_stride; c += at_once, prepared += at_once) {
        float rounded[at_once] = {};
        for (std::int64_t i = 0; i < at_once && c + i < task.columns; ++i)
          rounded[i] = Scalar::bfloat16(Scalar::to_bfloat16(x[c + i]));
        const Simd::Vector a = Simd::load(rounded), b = Simd::load(rounded + Simd::lanes);
        Simd::store(prepared, Simd::evens(a, b));
        Simd::store(prepared + Simd::lanes, Simd::odds(a, b));
      }
    }
  }

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const auto* weights = reinterpret_cast<const std::uint16_t*>(task.weights) + row * task.columns;
    const float* x = task.prepared + token * task.prepared_stride;
    Sums<rows, tokens, 4> sums;
    std::int64_t c = 0;
    for (; c + 2 * at_once <= task.columns; c += 2 * at_once) {
      repeat<2>([&](int half) { add(sums, 2 * half, task, load(weights + c + half * at_once), x + c + half * at_once); });
      prefetch_ahead(weights + c);
    }
    for (; c + at_once <= task.columns; c += at_once)
      add(sums, 0, task, load(weights + c), x + c);
    if (c < task.columns) {
      std::uint16_t last[at_once] = {};
      std::memcpy(last, weights + c, static_cast<std::size_t>(task.columns - c) * sizeof last[0]);
      add(sums, 0, task, load(last), x + c);
    }
    sums.write(task, row, token);
  }

 private:
  static __m256i load(const std::uint16_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }

  template <int rows, int tokens>
  static void add(Sums<rows, tokens, 4>& sums, int first_chain, const MatvecTask& task, __m256i words, const float* x) {
    const Simd::Vector even = Simd::even_words(words), odd = Simd::odd_words(words);
    repeat<tokens>([&](int t) {
      sums.add(0, t, first_chain, even, x + t * task.prepared_stride);
      sums.add(0, t, first_chain + 1, odd, x + t * task.prepared_stride + Simd::lanes);
    });
  }
};

}  // namespace

const MatvecKernels matvec_avx2 = {{nullptr, multiply_rows<DenseProduct<Float32Loader>>},
                                   {PairProduct::prepare, multiply_rows<PairProduct>},
                                   {nullptr, multiply_rows<DenseProduct<Float16Loader>>},
                                   packed_kernel<GgmlBlocks<FastCodes<4>, 18, 16>>,
                                   packed_kernel<GgmlBlocks<FastCodes<4>, 20, 16>>,
                                   packed_kernel<GgmlBlocks<SignedByteCodes, 34, 32>>,
                                   decoded_kernel<ScalarQ5_0>,
                                   decoded_kernel<ScalarQ5_1>,
                                   decoded_kernel<ScalarQ4_K>,
                                   decoded_kernel<ScalarQ5_K>,
                                   decoded_kernel<ScalarQ6_K>,
                                   grouped_kernel<2>,
                                   grouped_kernel<3>,
                                   grouped_kernel<4>,
                                   grouped_kernel<5>,
                                   grouped_kernel<6>,
                                   grouped_kernel<8>};

}  // namespace kelter
