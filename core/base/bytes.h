// SPDX-License-Identifier: GPL-3.0-or-later
// An immutable run of bytes with a shared owner: a view into a mapped file or an owned buffer.
// Copying is cheap; safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace kelter {

class Bytes {
 public:
  Bytes() = default;
  // A view that keeps `owner` alive (a mapping). `file_backed` says the pages belong to a file.
  Bytes(std::shared_ptr<const void> owner, const void* data, std::size_t size, bool file_backed)
      : owner_(std::move(owner)), data_(static_cast<const std::uint8_t*>(data)), size_(size), file_backed_(file_backed) {}

  template <typename T>
  static Bytes own(std::vector<T> values) {
    auto held = std::make_shared<const std::vector<T>>(std::move(values));
    const T* data = held->data();
    const std::size_t size = held->size() * sizeof(T);
    return Bytes(std::move(held), data, size, false);
  }

  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool file_backed() const { return file_backed_; }
  const std::shared_ptr<const void>& owner() const { return owner_; }
  std::span<const std::uint8_t> span() const { return {data_, size_}; }

  // The caller guarantees alignment and size (containers align tensors to at least 32 bytes).
  template <typename T>
  const T* as() const { return reinterpret_cast<const T*>(data_); }

  // [begin, begin + size) of this; the caller has checked the range.
  Bytes slice(std::size_t begin, std::size_t size) const { return Bytes(owner_, data_ + begin, size, file_backed_); }

 private:
  std::shared_ptr<const void> owner_;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  bool file_backed_ = false;
};

}  // namespace kelter
