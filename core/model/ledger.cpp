// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ledger.h"

#include <algorithm>

namespace kelter {
namespace {

bool in_history(const ModelState& model, const char* event) {
  return std::find(model.history.begin(), model.history.end(), event) != model.history.end();
}

// Stored form first, then what steps did to the model. "expanded": dense, though the source was smaller.
Json badges(const ModelState& model, bool any_dense, bool any_packed) {
  Json out = Json::array();
  if (any_dense) out.push_back(in_history(model, "expanded") ? "expanded" : "dense");
  if (any_packed) out.push_back("packed");
  for (const char* event : {"masked", "sparse", "narrower", "fewer-layers", "low-rank", "adapter"})
    if (in_history(model, event)) out.push_back(event);
  return out;
}

}  // namespace

Json make_ledger(const ModelState& model, std::optional<std::uint64_t> disk_bytes) {
  std::uint64_t total = 0, linear = 0;
  std::int64_t weights = 0, linear_weights = 0, zeros = 0;
  double nominal = 0;
  bool any_dense = false, any_packed = false;
  for (const auto& [name, weight] : model.tensors) {
    total += weight->bytes();
    weights += weight->numel();
  }
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    for (const char* module : linear_modules) {
      const Weight& weight = model.linear(layer, module);
      linear += weight->bytes();
      linear_weights += weight->numel();
      zeros += weight->count_zeros();
      nominal += weight->nominal_bits() * static_cast<double>(weight->numel());
      (weight->kind() == "dense" ? any_dense : any_packed) = true;
    }
  }
  const auto count = static_cast<double>(linear_weights);
  return {{"source_bytes", model.source_bytes},
          {"nominal_bits", nominal / count},
          {"bits_per_weight", 8.0 * static_cast<double>(linear) / count},
          {"linear_bytes", linear},
          {"total_bytes", total},
          {"disk_bytes", disk_bytes ? Json(*disk_bytes) : Json()},
          {"resident_bytes", total},  // the kernels read the stored parts as they are
          {"gpu_bytes", nullptr},
          {"sparsity", static_cast<double>(zeros) / count},
          {"weights", weights},
          {"linear_weights", linear_weights},
          {"badges", badges(model, any_dense, any_packed)},
          {"kernels", Json::object()}};
}

}  // namespace kelter
