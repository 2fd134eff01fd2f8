// SPDX-License-Identifier: GPL-3.0-or-later
// Token-by-token generation with our own kernels over the stored weights and a static KV cache, on the processor or on a
// GPU. The prompt runs through Transformer; each further token through raw float32 kernels. Tested equal to
// Transformer. One engine serves one batch of sequences of equal length. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/model/transformer.h"

namespace kelter {

class Decoder;

class DecodeEngine {
 public:
  // `capacity`: most positions a sequence can have. `activations`: as of Transformer, prompt and steps alike. Error(unsupported | not_finite | out_of_memory) as Transformer.
  DecodeEngine(const ModelState& model, at::ScalarType dtype, std::int64_t capacity, std::int64_t batch = 1,
               at::Device device = at::kCPU, Activations activations = Activations::exact);
  ~DecodeEngine();

  // Starts anew with a prompt per sequence, all of one length >= 1: ids row-major [batch, length]. Returns the
  // logits of the last position, float32 [batch, vocabulary], valid until the next call.
  std::span<const float> prefill(std::span<const std::int32_t> ids);
  // Appends one token to each sequence: ids [batch]. Error(invalid_data) when the capacity is reached.
  std::span<const float> step(std::span<const std::int32_t> ids);

  // The token of the largest logit (the lowest among equals) of each sequence [batch] after the last call: chosen where
  // the logits are, so that a GPU need not send them. Valid until the next call.
  std::span<const std::int32_t> largest();
  // prefill() and step() with largest() in place of the logits.
  std::span<const std::int32_t> prefill_greedy(std::span<const std::int32_t> ids);
  std::span<const std::int32_t> step_greedy(std::span<const std::int32_t> ids);

  std::int64_t position() const { return position_; }
  at::Device device() const { return device_; }
  std::uint64_t cache_bytes() const;
  RoundedLinears rounded_linears() const;

 private:
  void run_prompt(std::span<const std::int32_t> ids);
  void run_step(std::span<const std::int32_t> ids);

  std::int64_t capacity_, batch_, vocabulary_, position_ = 0;
  at::Device device_;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace kelter
