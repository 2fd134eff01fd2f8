// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the kernel tests: runs one variant of a kernel by disabling the faster ones.
#pragma once

#include <QByteArray>
#include <random>
#include <string>
#include <vector>

#include "core/kernels/dispatch.h"

namespace kelter_tests {

// While it lives, `product` runs its variant for `isa`.
class ForcedVariant {
 public:
  ForcedVariant(std::string product, kelter::Isa isa) : product_(std::move(product)), isa_(isa) {
    for (const kelter::Isa each : {kelter::Isa::avx2, kelter::Isa::avx512}) {
      kelter::set_kernel_enabled(name_of(each), each <= isa);
    }
  }
  ~ForcedVariant() {
    for (const kelter::Isa each : {kelter::Isa::avx2, kelter::Isa::avx512})
      kelter::set_kernel_enabled(name_of(each), true);
  }
  ForcedVariant(const ForcedVariant&) = delete;
  ForcedVariant& operator=(const ForcedVariant&) = delete;

  std::string name() const { return name_of(isa_); }

 private:
  std::string name_of(kelter::Isa isa) const { return product_ + "-" + kelter::to_string(isa); }
  std::string product_;
  kelter::Isa isa_;
};

// What was counted under a name; zero calls if nothing was.
inline kelter::KernelCount counted(const std::string& name) {
  const auto counts = kelter::kernel_counts();
  const auto found = counts.find(name);
  return found == counts.end() ? kelter::KernelCount{} : found->second;
}

// What this processor can run; the tests of the others would say nothing.
inline std::vector<kelter::Isa> available_isas() {
  std::vector<kelter::Isa> isas;
  for (const kelter::Isa isa : {kelter::Isa::reference, kelter::Isa::avx2, kelter::Isa::avx512}) {
    if (isa <= kelter::best_isa()) isas.push_back(isa);
  }
  return isas;
}

inline std::vector<float> normal_values(std::size_t count, unsigned seed, float deviation = 1.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, deviation);
  std::vector<float> values(count);
  for (float& value : values)
    value = normal(random);
  return values;
}

}  // namespace kelter_tests
