// SPDX-License-Identifier: GPL-3.0-or-later
// What the variants of the column update share; internal to this room, plain data only (see matvec_kernels.h).
#pragma once

#include "core/kernels/column_update.h"

namespace kelter {

// Rows [begin, end).
using ColumnUpdateKernel = void (*)(const ColumnUpdate& call, std::int64_t begin, std::int64_t end);
struct ColumnUpdateKernels {
  ColumnUpdateKernel run;
};
extern const ColumnUpdateKernels column_update_reference, column_update_avx2, column_update_avx512;

}  // namespace kelter
