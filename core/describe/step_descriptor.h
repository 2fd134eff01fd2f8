// SPDX-License-Identifier: GPL-3.0-or-later
// What a step is, without its code: read from NAME.kelter-plugin.json beside a plugin, so that documents
// open, draw and validate without libtorch. Immutable after loading; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/describe/parameter.h"

namespace kelter {

enum class PortType { model, text, tasks, record };
const char* to_string(PortType type);

struct Port {
  std::string name;  // usually the type's name
  PortType type = PortType::model;
  bool required = true;  // inputs only
  bool many = false;     // inputs only: accepts several links (measures)
  // inputs only: required as well if this parameter has one of these values.
  std::string required_parameter;
  std::vector<Json> required_values;

  bool is_required(const Json& resolved_parameters) const;
};

// Explanation for a person, shown as the step's card.
struct StepCard {
  std::string summary;  // one sentence
  std::string formula;
  std::string paper;  // citation
  std::string cost;
  std::string saves;  // what it really saves
};

// The first port of that type, or null.
const Port* port_of_type(const std::vector<Port>& ports, PortType type);

struct StepDescriptor {
  std::string id;      // "quant.rtn"
  int version = 1;     // part of the recipe key: bump when results change
  std::string family;  // "source" "pruning" "quantization" ... "measure"
  std::string title;
  std::vector<Port> inputs, outputs;
  Parameters parameters;
  std::vector<std::string> rules;  // cross-checks between parameters, by name: core/describe/rules.h
  StepCard card;
  double nominal_seconds_per_gigaweight = 0;  // first guess of the planner, replaced by measured times
  // How the seven linears are stored behind it, for the planner: "kept", "dense" (16 bits), "grouped" (by its parameters
  // bits, group, grid, symmetric and scale_type, as quant.rtn has them); "expanded": all tensors in its parameter `to`.
  // "cast": by the parameters of format.cast. Empty: not known, at most 16 bits a weight of all tensors.
  std::string linears;
  std::string plugin;                         // who provides the code; empty: built into the engine

  bool is_source() const { return family == "source"; }
  bool is_measure() const { return family == "measure"; }
  const Port* input(const std::string& name) const;
  const Port* output(const std::string& name) const;
  // Every parameter with its value: resolve_parameters and then the rules. Error(invalid_parameter).
  Json resolve(const Json& given, const std::string& where, bool from_text = false) const;
  Json to_json() const;
  static StepDescriptor from_json(const Json& json, const std::string& where);
};

struct PluginDescription {
  std::string name;
  fs::path library;  // NAME.so beside the description
  int interface_version = 0;
  std::string kelter, libtorch, compiler;
  std::vector<StepDescriptor> steps;
  static PluginDescription from_file(const fs::path& path);  // Error(plugin | file_malformed)
};

// All descriptors: the built-in sources and measures, and those of every plugin description in a folder.
class StepCatalogue {
 public:
  // Sources and measures only.
  static StepCatalogue builtin();
  // builtin() plus every *.kelter-plugin.json in `folder`. Two plugins with one step id: Error(plugin).
  static StepCatalogue load(const fs::path& folder);
  void add(const PluginDescription& plugin);
  const StepDescriptor* find(const std::string& id) const;
  const StepDescriptor& get(const std::string& id) const;  // Error(invalid_document) with the nearest id
  const std::vector<StepDescriptor>& steps() const { return steps_; }
  const std::vector<PluginDescription>& plugins() const { return plugins_; }

 private:
  std::vector<StepDescriptor> steps_;
  std::vector<PluginDescription> plugins_;
};

}  // namespace kelter
