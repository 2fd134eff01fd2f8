// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/decode_engine.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/model/decoder.h"

namespace kelter {

DecodeEngine::DecodeEngine(const ModelState& model, at::ScalarType dtype, std::int64_t capacity, std::int64_t batch,
                           at::Device device, Activations activations)
    : capacity_(capacity), batch_(batch), vocabulary_(model.config.vocabulary), device_(device) {
  const c10::NoGradGuard no_grad;
  require_activations(activations, device);
  const DecoderSize size{dtype, capacity, batch, activations};
  decoder_ = device.is_cuda() ? make_cuda_decoder(model, size, device) : make_cpu_decoder(model, size);
}
DecodeEngine::~DecodeEngine() = default;

std::uint64_t DecodeEngine::cache_bytes() const { return decoder_->cache_bytes(); }
RoundedLinears DecodeEngine::rounded_linears() const { return decoder_->rounded_linears(); }

void DecodeEngine::run_prompt(std::span<const std::int32_t> ids) {
  const auto length = static_cast<std::int64_t>(ids.size()) / batch_;
  if (length < 1 || length > capacity_)
    throw Error(ErrorCode::invalid_data, "The prompt does not fit", "",
                std::to_string(length) + " tokens, room for " + std::to_string(capacity_), "Use a shorter prompt.");
  const c10::NoGradGuard no_grad;
  decoder_->prefill(at::tensor(at::ArrayRef<std::int32_t>(ids.data(), ids.size()), at::kInt).to(at::kLong).view({batch_, length}));
  position_ = length;
}

void DecodeEngine::run_step(std::span<const std::int32_t> ids) {
  if (position_ >= capacity_)
    throw Error(ErrorCode::invalid_data, "The sequence is full", "", std::to_string(capacity_) + " positions");
  for (std::int64_t b = 0; b < batch_; ++b) {
    const std::int32_t id = ids[static_cast<std::size_t>(b)];
    if (id < 0 || id >= vocabulary_)
      throw Error(ErrorCode::invalid_data, "A token id lies outside the vocabulary", "",
                  std::to_string(id) + " of " + std::to_string(vocabulary_));
  }
  const c10::NoGradGuard no_grad;
  decoder_->step(ids, position_);
  ++position_;
}

std::span<const float> DecodeEngine::prefill(std::span<const std::int32_t> ids) {
  run_prompt(ids);
  return decoder_->logits();
}

std::span<const float> DecodeEngine::step(std::span<const std::int32_t> ids) {
  run_step(ids);
  return decoder_->logits();
}

std::span<const std::int32_t> DecodeEngine::largest() { return decoder_->largest(); }

std::span<const std::int32_t> DecodeEngine::prefill_greedy(std::span<const std::int32_t> ids) {
  run_prompt(ids);
  return decoder_->largest();
}

std::span<const std::int32_t> DecodeEngine::step_greedy(std::span<const std::int32_t> ids) {
  run_step(ids);
  return decoder_->largest();
}

}  // namespace kelter
