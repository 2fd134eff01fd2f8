// SPDX-License-Identifier: GPL-3.0-or-later
// The decoders of ggml's blocks over many blocks. Included by one file per instruction set: the loops of
// scalar_blocks.h have fixed lengths, so that the compiler vectorises the same lines for each; the results
// are the same bits, because every operation is rounded as written. Internal linkage.
#pragma once

#include "core/kernels/decode_kernels.h"
#include "core/kernels/scalar_blocks.h"

namespace kelter {
namespace {

template <class Block>
void decode_ggml_blocks(const std::uint8_t* blocks, std::int64_t count, float* out) {
  for (std::int64_t b = 0; b < count; ++b)
    Block::decode(blocks + b * Block::bytes, out + b * Block::size);
}

constexpr GgmlDecoders ggml_decoders_here = {decode_ggml_blocks<ScalarQ4_0>, decode_ggml_blocks<ScalarQ4_1>,
                                             decode_ggml_blocks<ScalarQ5_0>, decode_ggml_blocks<ScalarQ5_1>,
                                             decode_ggml_blocks<ScalarQ8_0>, decode_ggml_blocks<ScalarQ4_K>,
                                             decode_ggml_blocks<ScalarQ5_K>, decode_ggml_blocks<ScalarQ6_K>};

}  // namespace
}  // namespace kelter
