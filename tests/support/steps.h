// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of Kelter's own plugins, loaded as the program loads them and called with checked parameters.
#pragma once

#include <string>

#include "core/run/plugin_loader.h"
#include "core/run/step_registry.h"

namespace kelter::test {

class BuiltSteps {
 public:
  BuiltSteps() {
    for (const char* family : {"pruning", "quantization", "formats"}) {
      const fs::path file = fs::path(KELTER_BINARY_DIR) / "plugins" / (std::string(family) + ".kelter-plugin.json");
      catalogue_.add(PluginDescription::from_file(file));
    }
    for (const PluginDescription& plugin : catalogue_.plugins()) load_plugin(plugin, registry_);
  }

  const StepCatalogue& catalogue() const { return catalogue_; }
  const StepRegistry& registry() const { return registry_; }

  // `given` as in a document: defaults and rules are applied.
  ModelState run(const std::string& step, const ModelState& model, const Json& given, StepContext& context,
                 const TextRequest* text = nullptr, at::ScalarType dtype = at::kFloat) const {
    StepInputs inputs;
    inputs.models["model"] = model;
    if (text) inputs.texts["text"] = *text;
    inputs.parameters = catalogue_.get(step).resolve(given, "test");
    inputs.dtype = dtype;
    return call(step, inputs, context);
  }

  // With parameters for single layers.
  ModelState run_overridden(const std::string& step, const ModelState& model, const Json& given, const Json& overrides,
                            StepContext& context) const {
    const StepDescriptor& descriptor = catalogue_.get(step);
    StepInputs inputs;
    inputs.models["model"] = model;
    inputs.parameters = descriptor.resolve(given, "test");
    const Json checked = check_overrides(overrides, descriptor, inputs.parameters, "test");
    inputs.layer_settings = LayerSettings(checked, descriptor, given, inputs.parameters, "test");
    return call(step, inputs, context);
  }

  // Past every check but the step's own.
  ModelState run_unchecked(const std::string& step, const ModelState& model, const Json& resolved, StepContext& context) const {
    StepInputs inputs;
    inputs.models["model"] = model;
    inputs.parameters = resolved;
    return registry_.get(step)(inputs, context);
  }

 private:
  ModelState call(const std::string& step, const StepInputs& inputs, StepContext& context) const {
    ModelState out = registry_.get(step)(inputs, context);
    out.validate("result of " + step);
    return out;
  }

  StepCatalogue catalogue_ = StepCatalogue::builtin();
  StepRegistry registry_;
};

}  // namespace kelter::test
