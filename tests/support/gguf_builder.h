// SPDX-License-Identifier: GPL-3.0-or-later
// Writes small GGUF files for tests, valid by default and malformed on demand. Header only; needs the
// room tensor for its types. A whole random model is made by tests/support/tiny_llama.h.
//
//   GgufBuilder builder;
//   builder.text("general.architecture", "llama").uint32("llama.block_count", 2);
//   builder.tensor("token_embd.weight", GgmlType::F32, {300, 64}, bytes);     // shape outermost first
//   builder.write(folder / "model.gguf");                                     // or builder.bytes()
//
// Malformed files: `version`, `alignment`, `tensor_count`, `key_count` and the `offset` of a stored tensor may
// be overwritten, and bytes() may be edited: header_size() tells where the tensor data's padding begins.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/files.h"
#include "core/tensor/gguf.h"

namespace kelter::test {

class GgufBuilder {
 public:
  struct Tensor {
    std::string name;
    std::uint32_t type;                 // ggml's number, also one Kelter does not know
    std::vector<std::uint64_t> dims;    // as stored: innermost first
    std::vector<std::uint8_t> data;
    std::optional<std::uint64_t> offset;   // replaces the next aligned offset
  };

  std::uint32_t version = 3;
  std::uint64_t alignment = 32;         // of the data; call uint32("general.alignment", ...) too when not 32
  std::optional<std::uint64_t> tensor_count, key_count;
  std::vector<Tensor> tensors;

  GgufBuilder& uint8(std::string_view name, std::uint8_t value) { return scalar(name, 0, value); }
  GgufBuilder& int8(std::string_view name, std::int8_t value) { return scalar(name, 1, value); }
  GgufBuilder& uint16(std::string_view name, std::uint16_t value) { return scalar(name, 2, value); }
  GgufBuilder& int16(std::string_view name, std::int16_t value) { return scalar(name, 3, value); }
  GgufBuilder& uint32(std::string_view name, std::uint32_t value) { return scalar(name, 4, value); }
  GgufBuilder& int32(std::string_view name, std::int32_t value) { return scalar(name, 5, value); }
  GgufBuilder& float32(std::string_view name, float value) { return scalar(name, 6, value); }
  GgufBuilder& boolean(std::string_view name, bool value) { return scalar<std::uint8_t>(name, 7, value ? 1 : 0); }
  GgufBuilder& uint64(std::string_view name, std::uint64_t value) { return scalar(name, 10, value); }
  GgufBuilder& int64(std::string_view name, std::int64_t value) { return scalar(name, 11, value); }
  GgufBuilder& float64(std::string_view name, double value) { return scalar(name, 12, value); }

  GgufBuilder& text(std::string_view name, std::string_view value) {
    begin_key(name, 8);
    append_string(keys_, value);
    return *this;
  }
  GgufBuilder& texts(std::string_view name, const std::vector<std::string>& values) {
    begin_array(name, 8, values.size());
    for (const std::string& value : values) append_string(keys_, value);
    return *this;
  }
  GgufBuilder& int32s(std::string_view name, const std::vector<std::int32_t>& values) {
    return numbers(name, 5, values);
  }
  GgufBuilder& float32s(std::string_view name, const std::vector<float>& values) { return numbers(name, 6, values); }

  // An array of any element kind (ggml's number, see raw_key); T must have that kind's width.
  template <typename T>
  GgufBuilder& numbers(std::string_view name, std::uint32_t kind, const std::vector<T>& values) {
    begin_array(name, kind, values.size());
    for (T value : values) append(keys_, value);
    return *this;
  }

  // A key whose value is the bytes given, whatever its kind says. Kinds: u8 0, i8 1, u16 2, i16 3, u32 4,
  // i32 5, f32 6, bool 7, string 8, array 9, u64 10, i64 11, f64 12.
  GgufBuilder& raw_key(std::string_view name, std::uint32_t kind, const std::vector<std::uint8_t>& value) {
    begin_key(name, kind);
    keys_.insert(keys_.end(), value.begin(), value.end());
    return *this;
  }

  GgufBuilder& tensor(std::string name, GgmlType type, const std::vector<std::int64_t>& shape,
                      std::vector<std::uint8_t> data) {
    tensors.push_back({std::move(name), static_cast<std::uint32_t>(type), {shape.rbegin(), shape.rend()},
                       std::move(data), std::nullopt});
    return *this;
  }

  // Everything before the padding in front of the tensor data.
  std::vector<std::uint8_t> header() const {
    std::vector<std::uint8_t> out = {'G', 'G', 'U', 'F'};
    append(out, version);
    append(out, tensor_count.value_or(tensors.size()));
    append(out, key_count.value_or(keys_written_));
    out.insert(out.end(), keys_.begin(), keys_.end());
    std::uint64_t next = 0;
    for (const Tensor& tensor : tensors) {
      append_string(out, tensor.name);
      append(out, static_cast<std::uint32_t>(tensor.dims.size()));
      for (std::uint64_t dim : tensor.dims) append(out, dim);
      append(out, tensor.type);
      append(out, tensor.offset.value_or(next));
      next = aligned(next + tensor.data.size());
    }
    return out;
  }
  std::size_t header_size() const { return header().size(); }

  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> out = header();
    for (const Tensor& tensor : tensors) {
      out.resize(aligned(out.size()));
      out.insert(out.end(), tensor.data.begin(), tensor.data.end());
    }
    return out;
  }

  fs::path write(const fs::path& path) const {
    write_file_atomically(path, bytes());
    return path;
  }

  template <typename T>
  static void append(std::vector<std::uint8_t>& out, T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t begin = out.size();
    out.resize(begin + sizeof(T));
    std::memcpy(out.data() + begin, &value, sizeof(T));
  }
  static void append_string(std::vector<std::uint8_t>& out, std::string_view text) {
    append(out, static_cast<std::uint64_t>(text.size()));
    out.insert(out.end(), text.begin(), text.end());
  }

 private:
  std::uint64_t aligned(std::uint64_t size) const { return (size + alignment - 1) / alignment * alignment; }

  void begin_key(std::string_view name, std::uint32_t kind) {
    append_string(keys_, name);
    append(keys_, kind);
    ++keys_written_;
  }
  void begin_array(std::string_view name, std::uint32_t kind, std::size_t count) {
    begin_key(name, 9);
    append(keys_, kind);
    append(keys_, static_cast<std::uint64_t>(count));
  }
  template <typename T>
  GgufBuilder& scalar(std::string_view name, std::uint32_t kind, T value) {
    begin_key(name, kind);
    append(keys_, value);
    return *this;
  }

  std::vector<std::uint8_t> keys_;
  std::uint64_t keys_written_ = 0;
};

}  // namespace kelter::test
