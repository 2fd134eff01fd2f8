// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/column_update_simd.h"

namespace kelter {

const ColumnUpdateKernels column_update_avx512 = column_update_here;

}  // namespace kelter
