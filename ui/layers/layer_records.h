// SPDX-License-Identifier: GPL-3.0-or-later
// What a step recorded about the linears of a model, as a table: a row for each layer, a column for each module. Read
// from a ledger's "linears" or what a run tells of them, a list of {"layer", "module", "output_error", "weight_error", "sparsity"} in which all but
// layer and module may be missing, or null where the number was not finite. Values; any thread.
#pragma once

#include <QString>
#include <map>
#include <optional>
#include <vector>

#include "core/base/json.h"

namespace kelter::ui {

enum class LayerQuantity { output_error, weight_error, sparsity };
inline constexpr LayerQuantity layer_quantities[] = {LayerQuantity::output_error, LayerQuantity::weight_error, LayerQuantity::sparsity};
const char* key_of(LayerQuantity quantity);

// One number of one linear: not recorded, recorded as not finite, or a value.
struct LayerValue {
  enum class Kind { missing, not_finite, number } kind = Kind::missing;
  double number = 0;
  bool operator==(const LayerValue&) const = default;
};

class LayerRecords {
 public:
  LayerRecords() = default;
  // Entries without layer or module, and of another shape, are left out. Layers 0 to `layers` - 1 have a row even
  // without a record: of a step that has not finished.
  explicit LayerRecords(const Json& linears, std::int64_t layers = 0);

  bool empty() const { return layers_.empty(); }
  const std::vector<std::int64_t>& layers() const { return layers_; }      // those that have a row, ascending
  const std::vector<std::string>& modules() const { return modules_; }     // the seven of every layer, then what else there is
  bool has(std::int64_t layer, const std::string& module) const { return records_.count({layer, module}) != 0; }
  LayerValue value(std::int64_t layer, const std::string& module, LayerQuantity quantity) const;
  int recorded_layers() const;                 // those that have a record
  bool knows(LayerQuantity quantity) const;    // some linear has the key
  // The end of the scale: 1 for sparsity, the largest error else; 0 if there is none.
  double largest(LayerQuantity quantity) const;
  bool operator==(const LayerRecords&) const = default;

 private:
  std::vector<std::int64_t> layers_;
  std::vector<std::string> modules_;
  std::map<std::pair<std::int64_t, std::string>, Json> records_;
};

QString short_module(const std::string& module);                              // "mlp.up_proj" -> "up"
QString tensor_name(std::int64_t layer, const std::string& module);           // "model.layers.3.mlp.up_proj.weight"

}  // namespace kelter::ui
