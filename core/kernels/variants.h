// SPDX-License-Identifier: GPL-3.0-or-later
// How a public kernel finds its variant and counts itself; internal to this room. An entry lives as long as
// the program, so references to it stay valid. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/kernels/dispatch.h"

namespace kelter {

struct KernelEntry {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<bool> enabled{true};

  void count(std::uint64_t bytes) {
    calls.fetch_add(1, std::memory_order_relaxed);
    bytes_read.fetch_add(bytes, std::memory_order_relaxed);
  }
};

KernelEntry& kernel_entry(std::string_view name);

// The variants "PRODUCT-reference", "PRODUCT-avx2" and "PRODUCT-avx512" of one product.
class KernelFamily {
 public:
  explicit KernelFamily(std::string_view product);

  // The fastest enabled variant this processor can run (the reference always can), counted as one call.
  Isa choose(std::uint64_t bytes_read) const;

 private:
  std::array<KernelEntry*, 3> entries_;
};

// The product and the decoding of one stored form: "NAME-matvec", "NAME-decode".
struct FormFamilies {
  explicit FormFamilies(const std::string& name) : product(name + "-matvec"), decode(name + "-decode") {}
  KernelFamily product, decode;
};

// What a family chose, of the same thing compiled for each instruction set.
template <class Kernels>
const Kernels& variant_of(Isa isa, const Kernels& reference, const Kernels& avx2, const Kernels& avx512) {
  return isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : reference;
}

// Rows per thread so that a piece of work reads at least 32 KB: less would cost more than it saves.
inline std::int64_t row_grain(std::int64_t row_bytes) {
  constexpr std::int64_t piece = 32 * 1024;
  return row_bytes >= piece ? 1 : (row_bytes <= 0 ? piece : (piece + row_bytes - 1) / row_bytes);
}

}  // namespace kelter
