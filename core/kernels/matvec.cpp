// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/kernels/int8_matvec_kernels.h"
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/small_float_choice.h"
#include "core/kernels/sparse_choice.h"
#include "core/kernels/variants.h"

namespace kelter {
namespace {

struct Product {
  MatvecKernel MatvecKernels::*member;
  KernelFamily family;
};

const Product& product_of_integers(int bits) {
  static const std::vector<std::pair<int, Product>> all = {
      {2, {&MatvecKernels::int2, KernelFamily("int2-matvec")}}, {3, {&MatvecKernels::int3, KernelFamily("int3-matvec")}},
      {4, {&MatvecKernels::int4, KernelFamily("int4-matvec")}}, {5, {&MatvecKernels::int5, KernelFamily("int5-matvec")}},
      {6, {&MatvecKernels::int6, KernelFamily("int6-matvec")}}, {8, {&MatvecKernels::int8, KernelFamily("int8-matvec")}}};
  for (const auto& [width, product] : all) {
    if (width == bits) return product;
  }
  throw Error(ErrorCode::internal, "A product was asked for codes of an unknown width", "matvec",
              "the width is " + std::to_string(bits) + " bits; there are 2, 3, 4, 5, 6 and 8");
}

const Product& product_of(const MatrixView& weights) {
  if (weights.encoding == Encoding::grouped_integer) return product_of_integers(weights.integers.bits);
  static const std::vector<Product> all = {  // in the order of Encoding
      {&MatvecKernels::float32, KernelFamily("float32-matvec")}, {&MatvecKernels::bfloat16, KernelFamily("bfloat16-matvec")},
      {&MatvecKernels::float16, KernelFamily("float16-matvec")}, {&MatvecKernels::q4_0, KernelFamily("q4_0-matvec")},
      {&MatvecKernels::q4_1, KernelFamily("q4_1-matvec")},       {&MatvecKernels::q8_0, KernelFamily("q8_0-matvec")},
      {&MatvecKernels::q5_0, KernelFamily("q5_0-matvec")},       {&MatvecKernels::q5_1, KernelFamily("q5_1-matvec")},
      {&MatvecKernels::q4_k, KernelFamily("q4_k-matvec")},       {&MatvecKernels::q5_k, KernelFamily("q5_k-matvec")},
      {&MatvecKernels::q6_k, KernelFamily("q6_k-matvec")}};
  return all[static_cast<std::size_t>(weights.encoding)];
}

const MatvecKernels& kernels_of(Isa isa) { return variant_of(isa, matvec_reference, matvec_avx2, matvec_avx512); }

struct RoundedProduct {
  MatvecKernel Int8MatvecKernels::*member;
  KernelFamily family;
};

// Of rounded activations; null where there is none.
const RoundedProduct* rounded_product_of(const MatrixView& weights) {
  static const RoundedProduct q4_0 = {&Int8MatvecKernels::q4_0, KernelFamily("q4_0-int8-matvec")},
                              q4_1 = {&Int8MatvecKernels::q4_1, KernelFamily("q4_1-int8-matvec")},
                              q8_0 = {&Int8MatvecKernels::q8_0, KernelFamily("q8_0-int8-matvec")},
                              int4 = {&Int8MatvecKernels::int4, KernelFamily("int4-int8-matvec")},
                              int8 = {&Int8MatvecKernels::int8, KernelFamily("int8-int8-matvec")};
  const int bits = weights.encoding == Encoding::grouped_integer ? weights.integers.bits : 0;
  if (bits != 0) return bits == 4 ? &int4 : bits == 8 ? &int8 : nullptr;
  if (weights.encoding == Encoding::q4_0) return &q4_0;
  if (weights.encoding == Encoding::q4_1) return &q4_1;
  return weights.encoding == Encoding::q8_0 ? &q8_0 : nullptr;
}

const Int8MatvecKernels& rounded_kernels_of(Isa isa) {
  return variant_of(isa, int8_matvec_reference, int8_matvec_avx2, int8_matvec_avx512);
}

template <class Block>
std::int64_t block_row_bytes(std::int64_t columns) {
  return columns / Block::size * Block::bytes;
}

std::int64_t row_bytes_of(const MatrixView& weights) {
  const std::int64_t columns = weights.columns;
  switch (weights.encoding) {
    case Encoding::float32:
      return 4 * columns;
    case Encoding::bfloat16:
    case Encoding::float16:
      return 2 * columns;
    case Encoding::q4_0:
      return block_row_bytes<ScalarQ4_0>(columns);
    case Encoding::q4_1:
      return block_row_bytes<ScalarQ4_1>(columns);
    case Encoding::q8_0:
      return block_row_bytes<ScalarQ8_0>(columns);
    case Encoding::q5_0:
      return block_row_bytes<ScalarQ5_0>(columns);
    case Encoding::q5_1:
      return block_row_bytes<ScalarQ5_1>(columns);
    case Encoding::q4_k:
      return block_row_bytes<ScalarQ4_K>(columns);
    case Encoding::q5_k:
      return block_row_bytes<ScalarQ5_K>(columns);
    case Encoding::q6_k:
      return block_row_bytes<ScalarQ6_K>(columns);
    case Encoding::grouped_integer:
    case Encoding::small_float:
    case Encoding::sparse:
      break;
  }
  return packed_row_bytes(columns, weights.integers.bits);
}

void describe_groups(const MatrixView& weights, MatvecTask& task) {
  if (weights.encoding == Encoding::grouped_integer) {
    const GroupedIntegerView& integers = weights.integers;
    task.group = integers.group;
    task.groups = integers.groups();
    task.scales = integers.scales;
    task.zeros = integers.zeros;
    task.scale_type = integers.scale_type;
    task.zero_kind = integers.zero_kind;
  } else if (weights.encoding >= Encoding::q4_0 && weights.encoding <= Encoding::q8_0) {
    task.group = 32;
    task.groups = weights.columns / 32;
  }
}

// What multiplies a weight, counted as one call; the exact product for its rows that are not finite; and whole blocks of how
// many columns x is prepared in.
struct Variant {
  MatvecKernel kernel;
  void (*exact)(const MatvecTask&, std::int64_t, std::int64_t) = nullptr;
  std::int64_t block = 32;
};

Variant variant_for(const MatvecCall& call, std::uint64_t bytes) {
  const MatrixView& weights = call.weights;
  if (weights.encoding == Encoding::small_float) {
    const Element element = weights.floats.element;
    return {choose_small_float_product(element, bytes).product,
            small_float_reference[static_cast<int>(element)].product.multiply};
  }
  if (weights.encoding == Encoding::sparse) {
    const SparseValues type = weights.sparse.type;
    return {choose_sparse_product(type, bytes).product, sparse_reference[static_cast<int>(type)].product.multiply};
  }
  if (const RoundedProduct* rounded = call.activations == Activations::int8 ? rounded_product_of(weights) : nullptr)
    return {rounded_kernels_of(rounded->family.choose(bytes)).*rounded->member, nullptr, int8_columns};
  const Product& product = product_of(weights);
  return {kernels_of(product.family.choose(bytes)).*product.member, (matvec_reference.*product.member).multiply};
}

std::uint64_t stored_bytes_of(const MatrixView& weights) {
  switch (weights.encoding) {
    case Encoding::grouped_integer: return weights.integers.stored_bytes();
    case Encoding::small_float: return weights.floats.stored_bytes();
    case Encoding::sparse: return weights.sparse.stored_bytes();
    default: return static_cast<std::uint64_t>(weights.rows * row_bytes_of(weights));
  }
}

MatvecTask task_of(const MatrixView& weights) {
  if (weights.encoding == Encoding::small_float) return small_float_task(weights.floats);
  if (weights.encoding == Encoding::sparse) return sparse_task(weights.sparse);
  MatvecTask task{};
  task.weights = static_cast<const std::uint8_t*>(weights.data);
  task.row_bytes = row_bytes_of(weights);
  task.rows = weights.rows;
  task.columns = weights.columns;
  describe_groups(weights, task);
  return task;
}

// A call with its variant chosen and its input prepared. Prepared on the calling thread, multiplied on any.
class ReadyProduct {
 public:
  explicit ReadyProduct(const MatvecCall& call) {
    const MatrixView& weights = call.weights;
    if (weights.encoding == Encoding::grouped_integer) product_of_integers(weights.integers.bits);  // refuses unknown widths
    task_ = task_of(weights);
    task_.x = call.x;
    task_.tokens = call.tokens;
    task_.y = call.y;
    if (rows() == 0) return;
    const Variant variant = variant_for(call, stored_bytes_of(weights));
    task_.exact = variant.exact;
    multiply_ = variant.kernel.multiply;
    if (weights.integers.order) gather(weights.integers.order);
    if (variant.kernel.prepare) prepare(variant.kernel, variant.block);
  }

  std::int64_t rows() const { return task_.tokens > 0 ? std::max<std::int64_t>(task_.rows, 0) : 0; }
  std::int64_t stored_bytes() const { return rows() * task_.row_bytes; }
  // Rows [begin, end), cut to those this has.
  void multiply(std::int64_t begin, std::int64_t end) const {
    begin = std::max<std::int64_t>(begin, 0);
    end = std::min(end, rows());
    if (begin < end) multiply_(task_, begin, end);
  }

 private:
  // x in the order of the stored columns.
  void gather(const std::int32_t* order) {
    const std::int64_t columns = task_.columns;
    gathered_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(task_.tokens * columns));
    for (std::int64_t t = 0; t < task_.tokens; ++t) {
      for (std::int64_t j = 0; j < columns; ++j) gathered_[t * columns + j] = task_.x[t * columns + order[j]];
    }
    task_.x = gathered_.get();
  }

  // In whole blocks of x, whole vectors of sums and whole cache lines.
  void prepare(const MatvecKernel& kernel, std::int64_t block) {
    constexpr std::int64_t vector = 16;
    task_.prepared_stride = (task_.columns + block - 1) / block * block;
    task_.sum_stride = (task_.groups + vector - 1) / vector * vector;
    const std::int64_t inputs = task_.tokens * task_.prepared_stride;
    room_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(inputs + task_.tokens * task_.sum_stride + vector));
    const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(room_.get());
    float* prepared = room_.get() + (64 - address % 64) % 64 / sizeof(float);
    kernel.prepare(task_, prepared, prepared + inputs);
    task_.prepared = prepared;
    task_.group_sums = prepared + inputs;
  }

  MatvecTask task_{};
  void (*multiply_)(const MatvecTask&, std::int64_t, std::int64_t) = nullptr;
  std::unique_ptr<float[]> gathered_;  // x of permuted columns
  std::unique_ptr<float[]> room_;      // what was made of x
};

}  // namespace

bool has_int8_product(const MatrixView& weights) { return rounded_product_of(weights) != nullptr; }

void matvec(std::span<const MatvecCall> calls) {
  std::vector<ReadyProduct> products;
  products.reserve(calls.size());
  std::int64_t rows = 0, bytes = 0;
  for (const MatvecCall& call : calls) {
    const ReadyProduct& product = products.emplace_back(call);
    rows += product.rows();
    bytes += product.stored_bytes();
  }
  if (rows == 0) return;
  // The rows of all products, one after the other, as one range.
  parallel_for(0, rows, row_grain(bytes / rows), [&](std::int64_t begin, std::int64_t end) {
    for (const ReadyProduct& product : products) {
      product.multiply(begin, end);
      begin -= product.rows();
      end -= product.rows();
    }
  });
}

}  // namespace kelter
