// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/matvec_simd.h"

namespace kelter {
namespace {

// Dense bfloat16 multiplies x after rounding it (core/kernels/matvec.h).
struct RoundedProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const auto* weights = reinterpret_cast<const std::uint16_t*>(task.weights) + row * task.columns;
    const std::uint16_t* x = task.x_bfloat16 + token * task.columns;
    Sums<rows, tokens> sums;
    std::int64_t c = 0;
    for (; c + 2 * Simd::lanes <= task.columns; c += 2 * Simd::lanes) {
      repeat<2>([&](int part) { add(sums, part, weights, x, task.columns, c + part * Simd::lanes, Simd::lanes); });
    }
    for (; c < task.columns; c += Simd::lanes)
      add(sums, 0, weights, x, task.columns, c, task.columns - c);
    sums.write(task, row, token);
  }

  template <int rows, int tokens>
  static void add(Sums<rows, tokens>& sums, int part, const std::uint16_t* weights, const std::uint16_t* x,
                  std::int64_t columns, std::int64_t c, std::int64_t left) {
    repeat<tokens>([&](int t) {
      const Simd::Vector values = load(x + t * columns + c, left);
      repeat<rows>([&](int r) {
        prefetch_ahead(weights + r * columns + c);
        const Simd::Vector w = load(weights + r * columns + c, left);
        sums.chain[r][t][part] = Simd::fma(w, values, sums.chain[r][t][part]);
      });
    });
  }

  static Simd::Vector load(const std::uint16_t* p, std::int64_t left) {
    return left >= Simd::lanes ? Simd::load_bfloat16(p) : load_first<BFloat16Loader>(p, left);
  }
};

}  // namespace

const MatvecKernels matvec_avx2 = {multiply_rows<DenseProduct<Float32Loader>>,
                                   multiply_rows<RoundedProduct>,
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
