// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/dispatch.h"

#include <cpuid.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "core/base/error.h"
#include "core/kernels/variants.h"

namespace kelter {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<KernelEntry>, std::less<>> entries;

  Registry() {
    const char* disabled = std::getenv("KELTER_DISABLE_KERNELS");
    std::string_view names = disabled ? disabled : "";
    while (!names.empty()) {
      const std::size_t comma = names.find(',');
      if (comma != 0) entry(names.substr(0, comma)).enabled = false;
      names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
    }
  }

  KernelEntry& entry(std::string_view name) {
    auto found = entries.find(name);
    if (found == entries.end()) found = entries.emplace(std::string(name), std::make_unique<KernelEntry>()).first;
    return *found->second;
  }
};

Registry& registry() {
  static Registry instance;
  return instance;
}

// Bit 5 of EAX of leaf 7, subleaf 1. Asked for directly: not every compiler's __builtin_cpu_supports knows the name.
bool has_avx512_bf16() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax & (1u << 5)) != 0;
}

Isa detected_isa() {
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (!avx2) return Isa::reference;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512vnni") && has_avx512_bf16();
  return avx512 ? Isa::avx512 : Isa::avx2;
}

Isa limit_of_environment() {
  const char* text = std::getenv("KELTER_MAX_ISA");
  if (!text || !*text) return Isa::avx512;
  for (const Isa isa : {Isa::reference, Isa::avx2, Isa::avx512}) {
    if (std::string_view(text) == to_string(isa)) return isa;
  }
  throw Error(ErrorCode::invalid_parameter, "The instruction set named in the environment is unknown",
              "environment variable KELTER_MAX_ISA", "its value is \"" + std::string(text) + "\"",
              "Set it to reference, avx2 or avx512, or unset it.");
}

}  // namespace

const char* to_string(Isa isa) {
  switch (isa) {
    case Isa::avx512:
      return "avx512";
    case Isa::avx2:
      return "avx2";
    case Isa::reference:
      break;
  }
  return "reference";
}

Isa best_isa() {
  static const Isa best = std::min(detected_isa(), limit_of_environment());
  return best;
}

std::string cpu_description() {
  switch (best_isa()) {
    case Isa::avx512:
      return "x86-64 avx512_bf16";
    case Isa::avx2:
      return "x86-64 avx2";
    case Isa::reference:
      break;
  }
  return "x86-64";
}

KernelEntry& kernel_entry(std::string_view name) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  return all.entry(name);
}

KernelFamily::KernelFamily(std::string_view product) {
  for (const Isa isa : {Isa::reference, Isa::avx2, Isa::avx512}) {
    entries_[static_cast<std::size_t>(isa)] = &kernel_entry(std::string(product) + "-" + to_string(isa));
  }
}

Isa KernelFamily::choose(std::uint64_t bytes_read) const {
  std::size_t isa = static_cast<std::size_t>(best_isa());
  while (isa > 0 && !entries_[isa]->enabled.load(std::memory_order_relaxed))
    --isa;
  entries_[isa]->count(bytes_read);
  return static_cast<Isa>(isa);
}

void count_kernel(std::string_view name, std::uint64_t bytes_read) { kernel_entry(name).count(bytes_read); }

std::map<std::string, KernelCount> kernel_counts() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  std::map<std::string, KernelCount> counts;
  for (const auto& [name, entry] : all.entries) {
    const KernelCount count{entry->calls.load(), entry->bytes_read.load()};
    if (count.calls > 0) counts.emplace(name, count);
  }
  return counts;
}

void reset_kernel_counts() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  for (const auto& [name, entry] : all.entries) {
    entry->calls = 0;
    entry->bytes_read = 0;
  }
}

void restore_kernel_counts(const std::map<std::string, KernelCount>& counts) {
  reset_kernel_counts();
  for (const auto& [name, count] : counts) {
    KernelEntry& entry = kernel_entry(name);
    entry.calls = count.calls;
    entry.bytes_read = count.bytes_read;
  }
}

void set_kernel_enabled(std::string_view name, bool enabled) { kernel_entry(name).enabled = enabled; }
bool kernel_enabled(std::string_view name) { return kernel_entry(name).enabled; }

}  // namespace kelter
