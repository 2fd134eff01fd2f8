// SPDX-License-Identifier: GPL-3.0-or-later
// The container readers as the fuzzing tests call them: every byte that is handed out is read.
#pragma once

#include "core/tensor/gguf.h"
#include "core/tensor/safetensors.h"

namespace kelter::test {

// Reads every byte that a reader handed out.
inline std::uint64_t touched(const Bytes& data) {
  std::uint64_t sum = 0;
  for (std::uint8_t byte : data.span()) sum += byte;
  return sum;
}

inline std::uint64_t read_gguf(const Bytes& bytes, const fs::path& path) {
  const GgufFile file = GgufFile::parse(bytes, path);
  std::uint64_t sum = 0;
  for (const GgufTensor& tensor : file.tensors()) sum += touched(tensor.data);
  for (const auto& [name, value] : file.metadata()) {
    if (const auto* array = std::get_if<GgufArray>(&value)) {
      for (std::string_view text : array->strings) {
        for (char letter : text) sum += static_cast<unsigned char>(letter);
      }
    }
  }
  return sum;
}

inline std::uint64_t read_safetensors(const Bytes& bytes, const fs::path& path) {
  const SafetensorsFile file = SafetensorsFile::parse(bytes, path);
  std::uint64_t sum = 0;
  for (const SafetensorsEntry& entry : file.entries()) sum += touched(entry.data);
  return sum;
}

}  // namespace kelter::test
