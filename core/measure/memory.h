// SPDX-License-Identifier: GPL-3.0-or-later
// What memory a process needs that opens one model and generates with it. Linux: /proc/self. A peak never falls and
// other work would count too, so this is meant for a fresh process (core/measure/isolated.h). What the system does
// not tell is std::nullopt, never 0. Engine thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/base/step_context.h"
#include "core/model/decode_engine.h"

namespace kelter {

// Bytes of this process in memory now. File-backed pages are mapped weights and program code: the system can drop
// and read them again; anonymous ones it cannot.
struct ProcessMemory {
  std::optional<std::uint64_t> resident, peak_resident, anonymous, file_backed;
};
ProcessMemory process_memory();

// Lets peak_resident start again from what is resident now; false where the system does not permit it.
bool reset_peak_resident();

struct MemoryRequest {
  std::int64_t prompt = 512, output = 64;
  at::Device device = at::kCPU;            // where `open` puts the model
  Activations activations = Activations::exact;   // that it opens the model for
};

struct MemoryResult {
  std::optional<std::uint64_t> idle_resident_bytes;      // before the model was opened
  std::optional<std::uint64_t> peak_resident_bytes;      // the system's own high-water mark
  std::optional<std::uint64_t> peak_anonymous_bytes;     // sampled every 5 ms
  std::optional<std::uint64_t> peak_file_backed_bytes;   // sampled every 5 ms
  std::uint64_t cache_bytes = 0;                         // room the KV cache has
  // Of a GPU, by libtorch's allocator: the most that tensors held at a time, and the most it kept for them.
  std::optional<std::uint64_t> peak_gpu_bytes, peak_gpu_reserved_bytes;
  std::optional<std::uint64_t> gpu_used_bytes;           // of the whole device at the end, other programs included
};

// A model that can generate; the state it was opened from is not kept.
struct RunningModel {
  RunningModel(const ModelState& model, at::ScalarType dtype, std::int64_t capacity, std::int64_t batch = 1,
               at::Device device = at::kCPU, Activations activations = Activations::exact)
      : vocabulary(model.config.vocabulary), engine(model, dtype, capacity, batch, device, activations) {}
  std::int64_t vocabulary;
  DecodeEngine engine;
};

// Measures `open`, one prompt and the decoding behind it. `idle` is the memory before anything of the model was
// touched. The opened engine has batch 1 and room for prompt + output; it stays usable. Error(invalid_parameter)
// for sizes below 1, and whatever `open` throws.
MemoryResult measure_memory(const std::optional<std::uint64_t>& idle, const std::function<RunningModel&()>& open,
                            const MemoryRequest& request, StepContext& context);

}  // namespace kelter
