// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/matvec_simd.h"

namespace kelter {
namespace {

// Dense bfloat16 times rounded x: 32 products per instruction, pairs summed in float32.
struct PairProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;
  static constexpr int lanes = 32;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const auto* weights = reinterpret_cast<const std::uint16_t*>(task.weights) + row * task.columns;
    const std::uint16_t* x = task.x_bfloat16 + token * task.columns;
    Sums<rows, tokens> sums;
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
  static void add(Sums<rows, tokens>& sums, int part, const std::uint16_t* weights, const std::uint16_t* x,
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

const MatvecKernels matvec_avx512 = {multiply_rows<DenseProduct<Float32Loader>>,
                                     multiply_rows<PairProduct>,
                                     multiply_rows<DenseProduct<Float16Loader>>,
                                     multiply_rows<GgmlProduct<CentredNibbleCoder, 18, 16>>,
                                     multiply_rows<GgmlProduct<NibbleMinimumCoder, 20, 16>>,
                                     multiply_rows<GgmlProduct<SignedByteCoder, 34, 32>>,
                                     multiply_rows<GroupedProduct<2>>,
                                     multiply_rows<GroupedProduct<3>>,
                                     multiply_rows<GroupedProduct<4>>,
                                     multiply_rows<GroupedProduct<5>>,
                                     multiply_rows<GroupedProduct<6>>,
                                     multiply_rows<GroupedProduct<8>>};

}  // namespace kelter
