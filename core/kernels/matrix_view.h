// SPDX-License-Identifier: GPL-3.0-or-later
// A weight as a product reads it: pointers and sizes, in main memory or on a device. C++17, for CUDA sources too.
#pragma once

#include <cstdint>

#include "core/kernels/grouped_integer.h"

namespace kelter {

// A weight as it is stored; borrowed.
struct MatrixView {
  // Dense numbers, or blocks of ggml (core/kernels/ggml_blocks.h; columns is a multiple of 32), row after row.
  MatrixView(Encoding encoding, const void* data, std::int64_t rows, std::int64_t columns)
      : encoding(encoding), data(data), rows(rows), columns(columns) {}
  MatrixView(const GroupedIntegerView& integers)  // NOLINT(google-explicit-constructor): it is one of the forms
      : encoding(Encoding::grouped_integer), data(integers.codes), rows(integers.rows), columns(integers.columns),
        integers(integers) {}

  Encoding encoding;
  const void* data;
  std::int64_t rows, columns;
  GroupedIntegerView integers;  // of Encoding::grouped_integer
};

}  // namespace kelter
