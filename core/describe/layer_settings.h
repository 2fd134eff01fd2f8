// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters of single layers: a node's "overrides" {"0:2": {"bits": 8}, "5": {...}}, layers to parameters. Layers are
// numbered in the model that comes in. Values; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/describe/step_descriptor.h"

namespace kelter {

// The overrides of a node with canonical values; null if they set nothing. Each layer list and each value is checked by
// itself; `resolved` are the node's own parameters. Error(invalid_document | invalid_parameter) for what cannot be read,
// a parameter the step does not have or in which layers cannot differ, and a parameter that a layer is given twice.
Json check_overrides(const Json& overrides, const StepDescriptor& step, const Json& resolved, const std::string& where);

// What they come to, layer by layer.
class LayerSettings {
 public:
  LayerSettings() = default;  // all layers alike

  // Of overrides that passed check_overrides. Every layer's parameters are resolved as a node's are, from what the node
  // is `given` and what the layer is; rules see what the layer itself is given (a pattern of its own brings its own
  // sparsity). Error(invalid_parameter) for values that contradict each other, and for layers that the node's
  // parameter `layers` leaves out.
  LayerSettings(const Json& checked, const StepDescriptor& step, const Json& given, const Json& resolved,
                const std::string& where);

  bool empty() const { return segments_.empty(); }

  // The parameters in force in one layer: `own`, those of the node, with what differs there.
  Json parameters(const Json& own, std::int64_t layer) const;

  // Error(invalid_parameter) if a layer is named that a model of so many layers does not have.
  void check_layer_count(std::int64_t layer_count) const;

 private:
  struct Segment {
    LayerRange layers;
    Json differing;  // from the node's own resolved parameters
  };
  std::vector<Segment> segments_;  // ascending, disjoint
};

}  // namespace kelter
