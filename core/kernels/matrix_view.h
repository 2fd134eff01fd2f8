// SPDX-License-Identifier: GPL-3.0-or-later
// A weight as a product reads it: pointers and sizes, in main memory or on a device. C++17, for CUDA sources too.
#pragma once

#include <cstdint>

#include "core/kernels/grouped_integer.h"
#include "core/kernels/small_float.h"
#include "core/kernels/sparse.h"

namespace kelter {

// A weight as it is stored; borrowed.
struct MatrixView {
  // Dense numbers, or blocks of ggml (core/kernels/ggml_blocks.h; columns is a multiple of their size), row after row.
  MatrixView(Encoding encoding, const void* data, std::int64_t rows, std::int64_t columns)
      : encoding(encoding), data(data), rows(rows), columns(columns) {}
  MatrixView(const GroupedIntegerView& integers)  // NOLINT(google-explicit-constructor): it is one of the forms
      : encoding(Encoding::grouped_integer), data(integers.codes), rows(integers.rows), columns(integers.columns),
        integers(integers) {}
  MatrixView(const SmallFloatView& floats)  // NOLINT(google-explicit-constructor)
      : encoding(Encoding::small_float), data(floats.codes), rows(floats.rows), columns(floats.columns), floats(floats) {}
  MatrixView(const SparseView& sparse)  // NOLINT(google-explicit-constructor)
      : encoding(Encoding::sparse), data(sparse.values), rows(sparse.rows), columns(sparse.columns), sparse(sparse) {}

  Encoding encoding;
  const void* data;
  std::int64_t rows, columns;
  GroupedIntegerView integers;  // of Encoding::grouped_integer
  SmallFloatView floats;        // of Encoding::small_float
  SparseView sparse;            // of Encoding::sparse
};

}  // namespace kelter
