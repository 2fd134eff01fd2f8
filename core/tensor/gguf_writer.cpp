// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/gguf_writer.h"

#include <array>

#include "core/base/error.h"

namespace kelter {
namespace {

constexpr std::uint64_t alignment = 32;   // GGUF's own when no key says otherwise
constexpr std::uint32_t version = 3;
enum Kind : std::uint32_t { kind_uint32 = 4, kind_int32 = 5, kind_float32 = 6, kind_bool = 7, kind_string = 8, kind_array = 9 };

template <typename T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void append_text(std::string& out, std::string_view text) {
  append(out, static_cast<std::uint64_t>(text.size()));
  out.append(text);
}

std::uint64_t aligned(std::uint64_t size) { return (size + alignment - 1) / alignment * alignment; }

}  // namespace

std::uint64_t GgufWriter::Tensor::bytes() const {
  std::int64_t weights = 1;
  for (const std::int64_t size : shape) weights *= size;
  const GgmlTypeInfo& info = ggml_type_info(type);
  return static_cast<std::uint64_t>(weights / info.block_size * info.block_bytes);
}

void GgufWriter::key(std::string_view name, std::uint32_t kind) {
  append_text(keys_, name);
  append(keys_, kind);
  ++key_count_;
}

GgufWriter& GgufWriter::text(std::string_view name, std::string_view value) {
  key(name, kind_string);
  append_text(keys_, value);
  return *this;
}

GgufWriter& GgufWriter::uint32(std::string_view name, std::uint32_t value) {
  key(name, kind_uint32);
  append(keys_, value);
  return *this;
}

GgufWriter& GgufWriter::float32(std::string_view name, float value) {
  key(name, kind_float32);
  append(keys_, value);
  return *this;
}

GgufWriter& GgufWriter::boolean(std::string_view name, bool value) {
  key(name, kind_bool);
  append(keys_, static_cast<std::uint8_t>(value));
  return *this;
}

GgufWriter& GgufWriter::texts(std::string_view name, const std::vector<std::string>& values) {
  key(name, kind_array);
  append(keys_, static_cast<std::uint32_t>(kind_string));
  append(keys_, static_cast<std::uint64_t>(values.size()));
  for (const std::string& value : values) append_text(keys_, value);
  return *this;
}

GgufWriter& GgufWriter::int32s(std::string_view name, const std::vector<std::int32_t>& values) {
  key(name, kind_array);
  append(keys_, static_cast<std::uint32_t>(kind_int32));
  append(keys_, static_cast<std::uint64_t>(values.size()));
  for (const std::int32_t value : values) append(keys_, value);
  return *this;
}

GgufWriter& GgufWriter::float32s(std::string_view name, const std::vector<float>& values) {
  key(name, kind_array);
  append(keys_, static_cast<std::uint32_t>(kind_float32));
  append(keys_, static_cast<std::uint64_t>(values.size()));
  for (const float value : values) append(keys_, value);
  return *this;
}

void GgufWriter::tensor(std::string name, GgmlType type, std::vector<std::int64_t> shape, std::function<Bytes()> data) {
  const std::int64_t block = ggml_type_info(type).block_size;
  if (shape.empty() || shape.back() % block != 0)
    throw Error(ErrorCode::shape_mismatch, "A tensor does not fit the block size", "tensor " + name,
                std::string(ggml_type_info(type).name) + " has blocks of " + std::to_string(block) + " weights",
                "Choose a type without blocks (F16, BF16, F32) for it.");
  tensors_.push_back({std::move(name), type, std::move(shape), std::move(data)});
}

std::uint64_t GgufWriter::write(const fs::path& path) const {
  std::string header = "GGUF";
  append(header, version);
  append(header, static_cast<std::uint64_t>(tensors_.size()));
  append(header, key_count_);
  header += keys_;
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors_) {
    append_text(header, tensor.name);
    append(header, static_cast<std::uint32_t>(tensor.shape.size()));
    for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size) append(header, static_cast<std::uint64_t>(*size));
    append(header, static_cast<std::uint32_t>(tensor.type));
    append(header, offset);
    offset = aligned(offset + tensor.bytes());
  }
  header.append(aligned(header.size()) - header.size(), '\0');

  AtomicFile file(path);
  file.write(header);
  for (const Tensor& tensor : tensors_) {
    const Bytes data = tensor.data();
    if (data.size() != tensor.bytes())
      throw Error(ErrorCode::internal, "A tensor gave the wrong number of bytes", "tensor " + tensor.name);
    file.write(data.span());
    static constexpr std::array<std::uint8_t, alignment> zeros{};
    file.write(std::span(zeros).first(aligned(data.size()) - data.size()));
  }
  file.commit();
  return header.size() + offset;
}

}  // namespace kelter
