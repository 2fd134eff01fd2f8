// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/ggml_decode.h"

namespace kelter {

const GgmlDecoders ggml_decoders_avx2 = ggml_decoders_here;

}  // namespace kelter
