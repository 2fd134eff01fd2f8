// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/int8_matvec_simd.h"

namespace kelter {

const Int8MatvecKernels int8_matvec_avx512 = int8_kernels;

}  // namespace kelter
