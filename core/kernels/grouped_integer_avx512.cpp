// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/decode_kernels.h"
#include "core/kernels/matvec_simd.h"

namespace kelter {

const GroupedDecoders grouped_decoders_avx512 = {decode_grouped_rows<2>, decode_grouped_rows<3>,
                                                 decode_grouped_rows<4>, decode_grouped_rows<5>,
                                                 decode_grouped_rows<6>, decode_grouped_rows<8>};

}  // namespace kelter
