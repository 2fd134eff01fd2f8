// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/matvec_simd.h"
#include "core/kernels/scalar_blocks.h"

namespace kelter {
namespace {

// Dense bfloat16 times rounded x: 32 products per instruction, pairs summed in float32.
struct PairProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;
  static constexpr int lanes = 32;

  // Rounds x to bfloat16 (core/kernels/matvec.h) in half of its room.
  static void prepare(const MatvecTask& task, float* prepared, float*) {
    auto* rounded = reinterpret_cast<std::uint16_t*>(prepared);
    for (std::int64_t i = 0; i < task.tokens * task.columns; ++i)
      rounded[i] = Scalar::to_bfloat16(task.x[i]);
  }

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const auto* weights = reinterpret_cast<const std::uint16_t*>(task.weights) + row * task.columns;
    const std::uint16_t* x = reinterpret_cast<const std::uint16_t*>(task.prepared) + token * task.columns;
    Sums<rows, tokens, 2> sums;
    std::int64_t c = 0;
    for (; c + 2 * lanes <= task.columns; c += 2 * lanes) {
      repeat<2>([&](int part) { add<rows, tokens>(sums, part, weights, x, task.columns, c + part * lanes, ~0u); });
    }
    for (; c < task.columns; c += lanes) {
      const std::int64_t left = task.columns - c;
      add<rows, tokens>(sums, 0, weights, x, task.columns, c, left >= lanes ? ~0u : (1u << left) - 1);
    }
    sums.write(task, row, token);
  }

  template <int rows, int tokens>
  static void add(Sums<rows, tokens, 2>& sums, int part, const std::uint16_t* weights, const std::uint16_t* x,
                  std::int64_t columns, std::int64_t c, __mmask32 valid) {
    repeat<rows>([&](int r) {
      prefetch_ahead(weights + r * columns + c);
      const __m512bh w = (__m512bh)_mm512_maskz_loadu_epi16(valid, weights + r * columns + c);
      repeat<tokens>([&](int t) {
        const __m512bh values = (__m512bh)_mm512_maskz_loadu_epi16(valid, x + t * columns + c);
        sums.chain[r][t][part] = _mm512_dpbf16_ps(sums.chain[r][t][part], w, values);
      });
    });
  }
};

}  // namespace

const MatvecKernels matvec_avx512 = {{nullptr, multiply_rows<DenseProduct<Float32Loader>>},
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
