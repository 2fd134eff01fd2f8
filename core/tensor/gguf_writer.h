// SPDX-License-Identifier: GPL-3.0-or-later
// Writer of GGUF version 3 containers. Knows containers, not models. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor/gguf.h"

namespace kelter {

class GgufWriter {
 public:
  GgufWriter& text(std::string_view key, std::string_view value);
  GgufWriter& uint32(std::string_view key, std::uint32_t value);
  GgufWriter& float32(std::string_view key, float value);
  GgufWriter& boolean(std::string_view key, bool value);
  GgufWriter& texts(std::string_view key, const std::vector<std::string>& values);
  GgufWriter& int32s(std::string_view key, const std::vector<std::int32_t>& values);
  GgufWriter& float32s(std::string_view key, const std::vector<float>& values);

  // `shape` outermost first; its last size a multiple of the type's block size. `data` is called once, when the tensor is
  // written, so that a large model is never in memory as a whole; it must give exactly the tensor's bytes.
  void tensor(std::string name, GgmlType type, std::vector<std::int64_t> shape, std::function<Bytes()> data);

  // Tensors in the order they were added, each aligned to 32 bytes. Atomic; the same input gives the same bytes. Returns
  // the bytes written. Error(disk_full | file_unreadable).
  std::uint64_t write(const fs::path& path) const;

 private:
  struct Tensor {
    std::string name;
    GgmlType type;
    std::vector<std::int64_t> shape;
    std::function<Bytes()> data;
    std::uint64_t bytes() const;
  };
  void key(std::string_view name, std::uint32_t kind);

  std::string keys_;
  std::uint64_t key_count_ = 0;
  std::vector<Tensor> tensors_;
};

}  // namespace kelter
