// SPDX-License-Identifier: GPL-3.0-or-later
// Reader of GGUF v2 and v3 containers (layout: methods sheet of the ggml project, docs/gguf.md).
// Untrusted input: every count, length, offset and product is checked before it is used, memory is
// bounded by the file's size, and each violation is one Error(file_malformed) naming file and tensor.
// Knows containers and block sizes, not models: names and shapes are handed on as stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/files.h"

namespace kelter {

// ggml's numbers. Types outside this list are refused by name or number when a tensor carries them.
enum class GgmlType : std::uint32_t {
  F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, Q4_K = 12, Q5_K = 13, Q6_K = 14, BF16 = 30,
};

struct GgmlTypeInfo {
  const char* name;            // "Q4_1"
  std::int64_t block_size;     // weights per block (1 for F32, F16, BF16)
  std::int64_t block_bytes;
};
const GgmlTypeInfo& ggml_type_info(GgmlType type);

struct GgufArray;
// An integer of any width is widened to int64/uint64, f32 to double.
using GgufValue = std::variant<std::uint64_t, std::int64_t, double, bool, std::string, GgufArray>;

// Arrays hold one element kind; strings are views into the mapping, valid as long as a copy of the GgufFile.
struct GgufArray {
  std::vector<std::string_view> strings;
  std::vector<std::int64_t> integers;
  std::vector<double> floats;
  std::size_t size() const { return strings.size() + integers.size() + floats.size(); }
};

struct GgufTensor {
  std::string name;
  GgmlType type;
  std::vector<std::int64_t> shape;   // outermost first ([out, in]): the reverse of the stored order
  Bytes data;                        // view into the mapping, exactly the tensor's bytes
};

class GgufFile {
 public:
  // Reads the header; tensor data stays untouched (a 13 GB file opens within a second).
  static GgufFile open(const fs::path& path);
  // The same of bytes already in memory; `path` is what errors name.
  static GgufFile parse(const Bytes& bytes, const fs::path& path);

  const fs::path& path() const { return path_; }
  std::uint32_t version() const { return version_; }
  std::uint64_t file_bytes() const { return file_bytes_; }
  const std::vector<std::pair<std::string, GgufValue>>& metadata() const { return metadata_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* find(std::string_view name) const;      // nullptr when absent
  const GgufValue* key(std::string_view name) const;        // nullptr when absent

  // Typed look-ups; Error(file_malformed) naming file and key when absent (without a fallback) or of another type.
  std::int64_t integer(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t fallback) const;
  double number(std::string_view name) const;
  double number(std::string_view name, double fallback) const;
  bool boolean(std::string_view name, bool fallback) const;
  std::string text(std::string_view name) const;
  std::string text(std::string_view name, std::string fallback) const;
  const GgufArray& array(std::string_view name) const;

 private:
  fs::path path_;
  std::uint32_t version_ = 0;
  std::uint64_t file_bytes_ = 0;
  Bytes mapping_;                    // keeps the views of arrays alive
  std::vector<std::pair<std::string, GgufValue>> metadata_;
  std::vector<GgufTensor> tensors_;
};

}  // namespace kelter
