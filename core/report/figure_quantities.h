// SPDX-License-Identifier: GPL-3.0-or-later
// What a figure can show: each quantity with the value of every node, taken from the slots of the result table.
// Records are pointed to and must outlive the quantities; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/describe/messages.h"
#include "core/report/figure.h"

namespace kelter {

struct QuantityValue {
  std::optional<double> value, error;          // in the unit of the record
  std::string absent;                          // why there is none although it was measured, translated; else empty
  std::vector<const MeasureRecord*> records;   // none: not measured; several: their mean
};

struct Quantity {
  std::string key;           // FigureChoice::key
  std::string choice_title;  // FigureChoice::title
  std::string title, subject;
  std::string metric;
  FigureKind kind = FigureKind::bars;
  bool higher_is_better = false;
  bool is_bytes = false;
  std::vector<QuantityValue> values;  // one for each node
};

// The quantities of the figure `id`, the default first; never none. Texts are in the language of the context.
std::vector<Quantity> figure_quantities(const std::vector<const NodeRecord*>& nodes, const std::string& id,
                                        const ReportContext& context);

// "window: 1024 (file, bf16); 512 (rtn)" for each key in which the protocols of the values differ. `names` has one
// entry for each node.
std::vector<std::string> protocol_differences(const Quantity& quantity, const std::vector<std::string>& names);

}  // namespace kelter
