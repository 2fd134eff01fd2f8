// SPDX-License-Identifier: GPL-3.0-or-later
// What DecodeEngine drives: one implementation for the processor, one for a GPU. Internal to this room; engine thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/model/transformer.h"

namespace kelter {

class Decoder {
 public:
  virtual ~Decoder() = default;

  // ids [batch, length], checked by the caller to fit. Logits of the last position stand ready afterwards.
  virtual void prefill(const at::Tensor& ids) = 0;
  // Appends ids [batch] at `position`.
  virtual void step(std::span<const std::int32_t> ids, std::int64_t position) = 0;
  // Of the last call: float32 [batch, vocabulary], and the index of each row's largest (the lowest among equals).
  // Valid until the next call.
  virtual std::span<const float> logits() = 0;
  virtual std::span<const std::int32_t> largest() = 0;
  virtual std::uint64_t cache_bytes() const = 0;
  virtual RoundedLinears rounded_linears() const = 0;
};

struct DecoderSize {
  at::ScalarType dtype;
  std::int64_t capacity, batch;
  Activations activations = Activations::exact;   // of the processor; a GPU's are exact
};
std::unique_ptr<Decoder> make_cpu_decoder(const ModelState& model, const DecoderSize& size);
std::unique_ptr<Decoder> make_cuda_decoder(const ModelState& model, const DecoderSize& size, at::Device device);

}  // namespace kelter
