// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/sparse.h"

#include "core/base/parallel.h"
#include "core/kernels/sparse_choice.h"

namespace kelter {
namespace {

const FormFamilies& families_of(SparseValues type) {
  static const FormFamilies all[sparse_value_count] = {  // in the order of SparseValues
      FormFamilies("sparse-float32"), FormFamilies("sparse-float16"), FormFamilies("sparse-bfloat16"), FormFamilies("sparse-int4")};
  return all[static_cast<int>(type)];
}

const SparseKernel& variant(const KernelFamily& family, SparseValues type, std::uint64_t bytes_read) {
  const auto i = static_cast<std::size_t>(type);
  return variant_of(family.choose(bytes_read), sparse_reference[i], sparse_avx2[i], sparse_avx512[i]);
}

}  // namespace

int sparse_value_bits(SparseValues type) { return type == SparseValues::float32 ? 32 : type == SparseValues::int4 ? 4 : 16; }

std::uint64_t SparseView::stored_bytes() const {
  const std::int64_t starts_bytes = starts ? 4 * (rows + 1) : 0, scales_bytes = type == SparseValues::int4 ? 2 * rows * groups() : 0;
  return value_bytes + static_cast<std::uint64_t>(4 * rows * words() + starts_bytes + scales_bytes);
}

const SparseKernel& choose_sparse_product(SparseValues type, std::uint64_t bytes_read) {
  return variant(families_of(type).product, type, bytes_read);
}

MatvecTask sparse_task(const SparseView& weights) {
  MatvecTask task{};
  task.weights = weights.values;
  task.row_bytes = weights.rows > 0 ? static_cast<std::int64_t>(weights.stored_bytes()) / weights.rows : 0;
  task.rows = weights.rows;
  task.columns = weights.columns;
  task.sparse = &weights;
  return task;
}

void decode_sparse(const SparseView& weights, std::int64_t begin, std::int64_t end, float* out) {
  if (begin >= end || weights.columns <= 0) return;
  const MatvecTask task = sparse_task(weights);
  const auto rows = static_cast<std::uint64_t>(end - begin);
  const SparseKernel& kernel = variant(families_of(weights.type).decode, weights.type,
                                       weights.stored_bytes() * rows / static_cast<std::uint64_t>(weights.rows));
  parallel_for(begin, end, row_grain(task.row_bytes), [&](std::int64_t first, std::int64_t last) {
    kernel.decode(task, first, last, out + (first - begin) * weights.columns);
  });
}

}  // namespace kelter
