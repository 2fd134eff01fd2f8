// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ledger.h"

#include <algorithm>

#include "core/formats/adapter_weight.h"
#include "core/formats/low_rank_weight.h"

namespace kelter {
namespace {

bool in_history(const ModelState& model, const char* event) {
  return std::find(model.history.begin(), model.history.end(), event) != model.history.end();
}

// In which forms the linears are stored.
struct StoredForms {
  bool dense = false, packed = false, sparse = false, low_rank = false, adapter = false;

  void add(const WeightFormat& weight) {
    if (const auto* product = dynamic_cast<const LowRankWeight*>(&weight)) {
      low_rank = true;
      add(*product->left());
      return add(*product->right());
    }
    if (const auto* adapted = dynamic_cast<const AdapterWeight*>(&weight)) {
      adapter = true;
      return add(*adapted->base());
    }
    (weight.kind() == "dense" ? dense : weight.kind() == "sparse" ? sparse : packed) = true;
  }
};

// Stored form first (of the factors of a product, of the base of an adapter), then what steps did to the model. "expanded": dense, though the source was smaller; "masked": zeros are
// stored like other weights.
Json badges(const ModelState& model, const StoredForms& forms) {
  Json out = Json::array();
  if (forms.dense) out.push_back(in_history(model, "expanded") ? "expanded" : "dense");
  if (forms.packed) out.push_back("packed");
  if (forms.sparse) out.push_back("sparse");
  if (in_history(model, "masked") && (forms.dense || forms.packed)) out.push_back("masked");
  for (const char* event : {"narrower", "fewer-layers"})
    if (in_history(model, event)) out.push_back(event);
  if (forms.low_rank || in_history(model, "low-rank")) out.push_back("low-rank");
  if (forms.adapter || in_history(model, "adapter")) out.push_back("adapter");
  return out;
}

}  // namespace

ModelTotals model_totals(const ModelState& model) {
  ModelTotals out;
  for (const auto& [name, weight] : model.tensors) {
    out.bytes += weight->bytes();
    out.weights += static_cast<std::uint64_t>(weight->numel());
  }
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    for (const char* module : linear_modules) {
      const Weight& weight = model.linear(layer, module);
      out.linear_bytes += weight->bytes();
      out.linear_weights += static_cast<std::uint64_t>(weight->numel());
    }
  }
  return out;
}

Json make_ledger(const ModelState& model, std::optional<std::uint64_t> disk_bytes) {
  const ModelTotals totals = model_totals(model);
  std::int64_t zeros = 0;
  double nominal = 0;
  StoredForms forms;
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    for (const char* module : linear_modules) {
      const Weight& weight = model.linear(layer, module);
      zeros += weight->count_zeros();
      nominal += weight->nominal_bits() * static_cast<double>(weight->numel());
      forms.add(*weight);
    }
  }
  const auto count = static_cast<double>(totals.linear_weights);
  return {{"source_bytes", model.source_bytes},
          {"nominal_bits", nominal / count},
          {"bits_per_weight", 8.0 * static_cast<double>(totals.linear_bytes) / count},
          {"linear_bytes", totals.linear_bytes},
          {"total_bytes", totals.bytes},
          {"disk_bytes", disk_bytes ? Json(*disk_bytes) : Json()},
          {"resident_bytes", totals.bytes},  // the kernels read the stored parts as they are
          {"gpu_bytes", nullptr},
          {"sparsity", static_cast<double>(zeros) / count},
          {"weights", totals.weights},
          {"linear_weights", totals.linear_weights},
          {"badges", badges(model, forms)},
          {"kernels", Json::object()}};
}

}  // namespace kelter
