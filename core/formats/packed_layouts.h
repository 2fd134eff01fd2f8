// SPDX-License-Identifier: GPL-3.0-or-later
// Quantized linears as other programs store them, made into grouped integers without loss: every code, scale and zero
// point is kept, only its place changes. Pure functions; engine thread (they split rows over threads).
//
// Shapes: the linear is [out, in]. Arrays are little-endian and still untrusted: type, shape and values are checked
// before use. Errors (the caller adds file and linear): missing_tensor, shape_mismatch, file_malformed, and unsupported
// for what the format cannot hold, each naming the array.
//
// In all layouts codes of `bits` bits lie end to end in a stream of 32-bit words, the lowest bits first; they differ in
// what a stream runs along (measured on files of the programs named; tests/golden/packed-layouts.safetensors).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/formats/integer_weight.h"

namespace kelter {

// The arrays of one linear under their suffixes ("qweight", "weight_packed").
using StoredArrays = std::map<std::string, WeightPart>;
using PackedWeight = std::shared_ptr<const IntegerWeight>;

// How a GPTQ file writes a zero point z.
enum class ZeroPoints {
  as_they_are,     // "gptq_v2": z
  less_one,        // "gptq": z - 1 in `bits` bits, so that 0 wraps to the largest code
  less_one_words,  // "gptq" as GPTQModel makes it: 1 is taken from every code of a word at once, and a 0 borrows from its neighbour
};

struct GptqLayout {
  int bits = 4;
  std::int64_t group = 128;   // 0: the whole row
  bool act_order = false;     // desc_act: "g_idx" must be there if there is more than one group
  ZeroPoints zero_points = ZeroPoints::less_one;
};

// AutoGPTQ and GPTQModel: qweight I32 [in * bits / 32, out] along in; qzeros I32 [groups, out * bits / 32] along out;
// scales [groups, out]; g_idx I32 [in], the group of each input. 2, 3, 4 or 8 bits.
PackedWeight integers_from_gptq(const StoredArrays& arrays, const GptqLayout& layout);

// AutoAWQ's "gemm": qweight I32 [in, out / 8] and qzeros I32 [groups, out / 8] along out, of each eight outputs in the
// order 0 2 4 6 1 3 5 7; scales [groups, out]. 4 bits; `group` 0: the whole row.
PackedWeight integers_from_awq(const StoredArrays& arrays, std::int64_t group);

// compressed-tensors' "pack-quantized": weight_packed I32 [out, ceil(in * bits / 32)] along in; weight_scale [out,
// groups]; weight_shape I64 [2]; where there are zero points weight_zero_point I32 [ceil(out * bits / 32), groups] along
// out, or I8 [out, groups] in older files; weight_g_idx I32 [in]. Codes and packed zero points have 2^(bits - 1) added.
// A checkpoint may hold several schemes; the arrays tell which one they follow.
struct CompressedScheme {
  int bits = 4;
  std::int64_t group = 0;   // 0: one scale for each output
  bool symmetric = true;
  bool act_order = false;   // actorder "group": weight_g_idx must be there
};
PackedWeight integers_from_compressed_tensors(const StoredArrays& arrays, const std::vector<CompressedScheme>& schemes);

}  // namespace kelter
