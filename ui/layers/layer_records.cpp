// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/layers/layer_records.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace kelter::ui {

const char* key_of(LayerQuantity quantity) {
  switch (quantity) {
    case LayerQuantity::output_error: return "output_error";
    case LayerQuantity::weight_error: return "weight_error";
    case LayerQuantity::sparsity: return "sparsity";
  }
  return "";
}

LayerRecords::LayerRecords(const Json& linears, std::int64_t layer_count) {
  if (!linears.is_array()) return;
  std::set<std::int64_t> layers;
  for (std::int64_t layer = 0; layer < layer_count; ++layer) layers.insert(layer);
  modules_ = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"};
  for (const Json& record : linears) {
    if (!record.is_object() || !record.contains("layer") || !record["layer"].is_number_integer()) continue;
    if (!record.contains("module") || !record["module"].is_string()) continue;
    const auto layer = record["layer"].get<std::int64_t>();
    const auto module = record["module"].get<std::string>();
    layers.insert(layer);
    if (std::find(modules_.begin(), modules_.end(), module) == modules_.end()) modules_.push_back(module);
    records_[{layer, module}].update(record);   // a linear may be recorded in parts
  }
  layers_.assign(layers.begin(), layers.end());
}

LayerValue LayerRecords::value(std::int64_t layer, const std::string& module, LayerQuantity quantity) const {
  const auto record = records_.find({layer, module});
  if (record == records_.end()) return {};
  const auto found = record->second.find(key_of(quantity));
  if (found == record->second.end()) return {};
  if (!found->is_number() || !std::isfinite(found->get<double>())) return {LayerValue::Kind::not_finite, 0};
  return {LayerValue::Kind::number, found->get<double>()};
}

int LayerRecords::recorded_layers() const {
  std::set<std::int64_t> layers;
  for (const auto& [place, record] : records_) layers.insert(place.first);
  return static_cast<int>(layers.size());
}

bool LayerRecords::knows(LayerQuantity quantity) const {
  return std::any_of(records_.begin(), records_.end(), [&](const auto& one) { return one.second.contains(key_of(quantity)); });
}

double LayerRecords::largest(LayerQuantity quantity) const {
  if (quantity == LayerQuantity::sparsity) return 1;
  double most = 0;
  for (const auto& [place, record] : records_) most = std::max(most, value(place.first, place.second, quantity).number);
  return most;
}

QString short_module(const std::string& module) {
  const QString last = QString::fromStdString(module).section('.', -1);
  return last.endsWith("_proj") ? last.chopped(5) : last;
}

QString tensor_name(std::int64_t layer, const std::string& module) {
  return QString("model.layers.%1.%2.weight").arg(layer).arg(QString::fromStdString(module));
}

}  // namespace kelter::ui
