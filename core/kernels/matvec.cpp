// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec.h"

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/kernels/grouped_integer.h"
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/variants.h"

namespace kelter {
namespace {

using Member = MatvecKernel MatvecKernels::*;

const MatvecKernels& kernels_of(Isa isa) {
  switch (isa) {
    case Isa::avx512:
      return matvec_avx512;
    case Isa::avx2:
      return matvec_avx2;
    case Isa::reference:
      break;
  }
  return matvec_reference;
}

void multiply(const KernelFamily& family, Member member, const MatvecTask& task, std::uint64_t bytes) {
  if (task.rows <= 0 || task.tokens <= 0) return;
  const MatvecKernel kernel = kernels_of(family.choose(bytes)).*member;
  parallel_for(0, task.rows, row_grain(task.row_bytes),
               [&](std::int64_t begin, std::int64_t end) { kernel(task, begin, end); });
}

MatvecTask stored_rows(const void* weights, std::int64_t row_bytes, std::int64_t rows, std::int64_t columns,
                       const float* x, std::int64_t tokens, float* y) {
  MatvecTask task{};
  task.weights = static_cast<const std::uint8_t*>(weights);
  task.row_bytes = row_bytes;
  task.rows = rows;
  task.columns = columns;
  task.x = x;
  task.tokens = tokens;
  task.y = y;
  return task;
}

void multiply_stored(const KernelFamily& family, Member member, const MatvecTask& task) {
  multiply(family, member, task, static_cast<std::uint64_t>(task.rows * task.row_bytes));
}

struct Integers {
  int bits;
  Member member;
  KernelFamily family;
};

const Integers& integers_of(int bits) {
  static const std::vector<Integers> all = {
      {2, &MatvecKernels::int2, KernelFamily("int2-matvec")}, {3, &MatvecKernels::int3, KernelFamily("int3-matvec")},
      {4, &MatvecKernels::int4, KernelFamily("int4-matvec")}, {5, &MatvecKernels::int5, KernelFamily("int5-matvec")},
      {6, &MatvecKernels::int6, KernelFamily("int6-matvec")}, {8, &MatvecKernels::int8, KernelFamily("int8-matvec")}};
  for (const Integers& candidate : all) {
    if (candidate.bits == bits) return candidate;
  }
  throw Error(ErrorCode::internal, "A product was asked for codes of an unknown width", "matvec_grouped_integer",
              "the width is " + std::to_string(bits) + " bits; there are 2, 3, 4, 5, 6 and 8");
}

}  // namespace

void matvec_float32(const float* weights, std::int64_t rows, std::int64_t columns, const float* x, std::int64_t tokens,
                    float* y) {
  static const KernelFamily family("float32-matvec");
  multiply_stored(family, &MatvecKernels::float32, stored_rows(weights, 4 * columns, rows, columns, x, tokens, y));
}

void matvec_bfloat16(const std::uint16_t* weights, std::int64_t rows, std::int64_t columns, const float* x,
                     std::int64_t tokens, float* y) {
  static const KernelFamily family("bfloat16-matvec");
  std::vector<std::uint16_t> rounded(static_cast<std::size_t>(tokens * columns));
  for (std::size_t i = 0; i < rounded.size(); ++i)
    rounded[i] = Scalar::to_bfloat16(x[i]);
  MatvecTask task = stored_rows(weights, 2 * columns, rows, columns, x, tokens, y);
  task.x_bfloat16 = rounded.data();
  multiply_stored(family, &MatvecKernels::bfloat16, task);
}

void matvec_float16(const std::uint16_t* weights, std::int64_t rows, std::int64_t columns, const float* x,
                    std::int64_t tokens, float* y) {
  static const KernelFamily family("float16-matvec");
  multiply_stored(family, &MatvecKernels::float16, stored_rows(weights, 2 * columns, rows, columns, x, tokens, y));
}

void matvec_q4_0(const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns, const float* x,
                 std::int64_t tokens, float* y) {
  static const KernelFamily family("q4_0-matvec");
  multiply_stored(family, &MatvecKernels::q4_0, stored_rows(blocks, columns / 32 * 18, rows, columns, x, tokens, y));
}

void matvec_q4_1(const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns, const float* x,
                 std::int64_t tokens, float* y) {
  static const KernelFamily family("q4_1-matvec");
  multiply_stored(family, &MatvecKernels::q4_1, stored_rows(blocks, columns / 32 * 20, rows, columns, x, tokens, y));
}

void matvec_q8_0(const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns, const float* x,
                 std::int64_t tokens, float* y) {
  static const KernelFamily family("q8_0-matvec");
  multiply_stored(family, &MatvecKernels::q8_0, stored_rows(blocks, columns / 32 * 34, rows, columns, x, tokens, y));
}

void matvec_grouped_integer(const GroupedIntegerView& weights, const float* x, std::int64_t tokens, float* y) {
  const Integers& integers = integers_of(weights.bits);
  MatvecTask task = stored_rows(weights.codes, packed_row_bytes(weights.columns, weights.bits), weights.rows,
                                weights.columns, x, tokens, y);
  task.scale = weights.scale;
  task.offset = weights.offset;
  task.group = weights.group;
  task.groups = weights.columns > 0 ? weights.groups() : 0;
  multiply(integers.family, integers.member, task, weights.stored_bytes);
}

}  // namespace kelter
