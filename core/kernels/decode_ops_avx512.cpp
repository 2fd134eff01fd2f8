// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/decode_ops_simd.h"

namespace kelter {

const DecodeOps decode_ops_avx512 = decode_ops_here;

}  // namespace kelter
