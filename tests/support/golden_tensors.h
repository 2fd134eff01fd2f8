// SPDX-License-Identifier: GPL-3.0-or-later
// Golden vectors of the compression operators as tensors, by name.
#pragma once

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/tensor/safetensors.h"

namespace kelter::test {

class GoldenTensors {
 public:
  explicit GoldenTensors(const fs::path& path) : file_(SafetensorsFile::open(path)) {}

  bool has(const std::string& name) const { return file_.find(name) != nullptr; }

  // A copy; F16 inputs stay F16.
  at::Tensor operator[](const std::string& name) const {
    const SafetensorsEntry* entry = file_.find(name);
    if (!entry) throw Error(ErrorCode::missing_tensor, "The golden file has no such tensor", name);
    const at::ScalarType type = entry->dtype == "F32" ? at::kFloat : entry->dtype == "F16" ? at::kHalf
                                : entry->dtype == "I32" ? at::kInt  : entry->dtype == "U8" ? at::kByte
                                : entry->dtype == "I8" ? at::kChar  : at::kLong;
    at::Tensor out = at::empty(entry->shape, type);
    if (out.nbytes() != entry->data.size()) throw Error(ErrorCode::unsupported, "The golden type is not known", name);
    std::memcpy(out.mutable_data_ptr(), entry->data.data(), entry->data.size());
    return out;
  }

 private:
  SafetensorsFile file_;
};

}  // namespace kelter::test
