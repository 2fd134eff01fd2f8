// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/sparse_simd.h"

namespace kelter {

const SparseKernel sparse_avx512[sparse_value_count] = {sparse_kernel<SparseValues::float32>, sparse_kernel<SparseValues::float16>,
                                                      sparse_kernel<SparseValues::bfloat16>, sparse_kernel<SparseValues::int4>};

}  // namespace kelter
