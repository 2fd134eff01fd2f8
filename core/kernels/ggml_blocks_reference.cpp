// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/ggml_decode.h"

namespace kelter {

const GgmlDecoders ggml_decoders_reference = ggml_decoders_here;

}  // namespace kelter
