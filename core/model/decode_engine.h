// SPDX-License-Identifier: GPL-3.0-or-later
// Token-by-token generation with our own kernels over the stored weights and a static KV cache (CPU). The
// prompt runs through Transformer; each further token through raw float32 kernels. Tested equal to
// Transformer. One engine serves one batch of sequences of equal length. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/model/transformer.h"

namespace kelter {

class DecodeEngine {
 public:
  // `capacity`: most positions a sequence can have. Error(unsupported | not_finite) as Transformer.
  DecodeEngine(const ModelState& model, at::ScalarType dtype, std::int64_t capacity, std::int64_t batch = 1);
  ~DecodeEngine();

  // Starts anew with a prompt per sequence, all of one length >= 1: ids row-major [batch, length]. Returns the
  // logits of the last position, float32 [batch, vocabulary], valid until the next call.
  std::span<const float> prefill(std::span<const std::int32_t> ids);
  // Appends one token to each sequence: ids [batch]. Error(invalid_data) when the capacity is reached.
  std::span<const float> step(std::span<const std::int32_t> ids);

  std::int64_t position() const;
  std::uint64_t cache_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kelter
