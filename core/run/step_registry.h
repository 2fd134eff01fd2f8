// SPDX-License-Identifier: GPL-3.0-or-later
// The door every method comes through: a plugin registers one function per step. A step is a pure function
// from model states and parameters to a model state; cache, progress, cancel, resume, timing and recording
// are the runner's. Engine thread only.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/step_context.h"
#include "core/base/version.h"
#include "core/data/text.h"
#include "core/describe/layer_settings.h"
#include "core/model/model_state.h"

namespace kelter {

struct StepInputs {
  std::map<std::string, ModelState> models;     // by input port
  std::map<std::string, TextRequest> texts;     // by input port
  Json parameters = Json::object();             // resolved: every parameter present
  at::ScalarType dtype = at::kFloat;            // compute type of dense parts where a step runs the model
  at::Device device = at::kCPU;                 // where a step runs the model; models themselves lie in main memory
  LayerSettings layer_settings;                 // where single layers have parameters of their own

  const ModelState& model(const std::string& port = "model") const;   // Error(internal) if the graph let it through
  const TextRequest* text(const std::string& port = "text") const;    // nullptr if not linked
  // Those in force in one layer of the model: what a step whose descriptor says "per_layer" reads.
  Json parameters_of(std::int64_t layer) const { return layer_settings.parameters(parameters, layer); }
};

using StepFunction = std::function<ModelState(const StepInputs&, StepContext&)>;

class StepRegistry {
 public:
  void add(const std::string& id, int version, StepFunction function);    // Error(plugin) if registered twice
  const StepFunction& get(const std::string& id) const;                   // Error(plugin) if absent
  bool has(const std::string& id, int version) const;
  std::map<std::string, int> versions() const;                            // id -> version of every step

 private:
  std::map<std::string, std::pair<int, StepFunction>> steps_;
};

// What a plugin library exports as `kelter_plugin_info`. Versions are compared before anything runs.
struct PluginInfo {
  int interface_version;
  const char* kelter;
  const char* libtorch;
  const char* compiler;
  void (*register_steps)(StepRegistry&);
};

}  // namespace kelter

// Put once in a plugin: KELTER_PLUGIN(register_steps) with `void register_steps(kelter::StepRegistry&)`.
#define KELTER_PLUGIN(function)                                                                       \
  extern "C" const kelter::PluginInfo kelter_plugin_info;                                             \
  const kelter::PluginInfo kelter_plugin_info = {kelter::plugin_interface, kelter::version, KELTER_LIBTORCH, \
                                                 KELTER_COMPILER, function};
