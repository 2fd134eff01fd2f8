// SPDX-License-Identifier: GPL-3.0-or-later
// Which kernel runs, and what it did. Every public kernel picks its variant here at run time and counts
// its calls and the weight bytes it read, so that a ledger names the kernels that really ran.
// Counters are atomic: any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace kelter {

enum class Isa { reference, avx2, avx512 };   // avx512: F+BW+DQ+VL+VNNI+BF16

// The best instruction set of this processor, not above KELTER_MAX_ISA (reference|avx2|avx512) if set.
Isa best_isa();
const char* to_string(Isa isa);
// For the device class: "x86-64 avx512_bf16", "x86-64 avx2", ...
std::string cpu_description();

struct KernelCount {
  std::uint64_t calls = 0;
  std::uint64_t bytes_read = 0;   // of weights, scales and indices
  bool operator==(const KernelCount&) const = default;
};

// `name` is "q4_1-matvec-avx512", "onednn-bf16", ...
void count_kernel(std::string_view name, std::uint64_t bytes_read);
std::map<std::string, KernelCount> kernel_counts();
void reset_kernel_counts();
// For work that must not show in the counts of what it interrupts.
void restore_kernel_counts(const std::map<std::string, KernelCount>& counts);

// A disabled kernel is skipped and the next slower variant of the same product runs (and is counted).
// KELTER_DISABLE_KERNELS=name,name in the environment does the same from the start.
void set_kernel_enabled(std::string_view name, bool enabled);
bool kernel_enabled(std::string_view name);

}  // namespace kelter
