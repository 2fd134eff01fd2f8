// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the run room share: a scratch folder with its own user data, a tiny model, steps that do little.
#pragma once

#include <QTemporaryDir>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <ATen/ATen.h>

#include "core/formats/dense_weight.h"
#include "core/model/model_state.h"
#include "core/run/measures.h"
#include "core/run/step_registry.h"
#include "core/describe/step_descriptor.h"
#include "tests/support/tiny_llama.h"

namespace kelter::test {

// A folder of its own for everything Kelter keeps; gone at the end.
class Scratch {
 public:
  Scratch() {
    ::setenv("XDG_DATA_HOME", (path() / "data").c_str(), 1);
    ::setenv("XDG_CACHE_HOME", (path() / "cache").c_str(), 1);
  }
  fs::path path() const { return dir_.path().toStdString(); }

 private:
  QTemporaryDir dir_;
};

inline fs::path write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  write_file_atomically(path, text);
  return path;
}

inline ModelState tiny_model(const fs::path& folder, const TinyLlama& options = {}) {
  fs::create_directories(folder);
  return open_model(write_tiny_llama(folder / "tiny.gguf", options));
}

inline Weight dense(const std::vector<std::int64_t>& shape, float value) {
  return DenseWeight::from_tensor(at::full(shape, value), at::kBFloat16);
}

// A copy with one tensor of its own.
inline ModelState variant(const ModelState& state, float value) {
  const std::string name = linear_name(0, "mlp.up_proj");
  return state.with(name, dense(state.tensor(name)->shape(), value));
}

inline StepDescriptor test_descriptor(const std::string& id, const std::string& parameters = "[]") {
  return StepDescriptor::from_json(
      Json::parse(R"({"id": ")" + id + R"(", "version": 1, "family": "test", "title": "Test",
        "inputs": [{"name": "model", "type": "model"}], "outputs": [{"name": "model", "type": "model"}],
        "card": {"summary": "For tests.", "formula": "none", "paper": "none", "cost": "none", "saves": "Nothing."},
        "parameters": )" + parameters + "}"), "test");
}

// test.same       returns its input
// test.scale      multiplies every linear by `factor` (layers may differ), layer by layer with a checkpoint each. Writes a line to the file
//                 KELTER_TEST_TRACE for every layer it computes and kills its process behind layer KELTER_TEST_DIE_AFTER.
// test.fail       fails at layer `layer`
// test.torch      makes libtorch fail
// test.memory     asks for more memory than there is
// test.wrong      returns a model without one of its tensors
// test.slow       sleeps `seconds`, asking for cancellation every 10 ms
inline StepCatalogue test_catalogue() {
  PluginDescription plugin;
  plugin.name = "test";
  plugin.steps = {
      test_descriptor("test.same"),
      test_descriptor("test.torch"),
      test_descriptor("test.wrong"),
      test_descriptor("test.memory"),
      test_descriptor(
          "test.scale",
          R"([{"id": "factor", "type": "number", "label": "Factor", "unit": "none", "default": 0.5, "per_layer": true,
                "help": "Factor."}])"),
      test_descriptor(
          "test.fail",
          R"([{"id": "layer", "type": "integer", "label": "Layer", "unit": "none", "default": 1, "help": "Layer."}])"),
      test_descriptor(
          "test.slow",
          R"([{"id": "seconds", "type": "number", "label": "Time", "unit": "seconds", "default": 30, "help": "Time."}])")};
  StepCatalogue catalogue = StepCatalogue::builtin();
  catalogue.add(plugin);
  return catalogue;
}

inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

inline ModelState scale_step(const StepInputs& inputs, StepContext& context) {
  ModelState state = inputs.model();
  for (std::int64_t layer = 0; layer < state.layer_count(); ++layer) {
    const double factor = inputs.parameters_of(layer).at("factor").get<double>();
    const std::string key = "layer-" + std::to_string(layer);
    std::vector<std::uint8_t> bytes = context.load_checkpoint(key).value_or(std::vector<std::uint8_t>());
    const bool resumed = !bytes.empty();
    std::size_t offset = 0;
    for (const char* module : linear_modules) {
      const std::string name = linear_name(layer, module);
      const Weight& weight = state.tensor(name);
      const std::size_t size = static_cast<std::size_t>(weight->numel()) * 2;
      if (!resumed) {
        const Weight scaled = DenseWeight::from_tensor(weight->decode(at::kFloat) * factor, at::kBFloat16);
        const Bytes data = scaled->parts().front().data;
        bytes.insert(bytes.end(), data.data(), data.data() + data.size());
      }
      const std::vector<std::uint8_t> part(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                                           bytes.begin() + static_cast<std::ptrdiff_t>(offset + size));
      state = state.with(name, std::make_shared<DenseWeight>(weight->shape(), at::kBFloat16, Bytes::own(part)));
      offset += size;
    }
    if (!resumed) {
      context.save_checkpoint(key, bytes);
      if (!variable("KELTER_TEST_TRACE").empty())
        std::ofstream(variable("KELTER_TEST_TRACE"), std::ios::app) << layer << "\n";
      if (variable("KELTER_TEST_DIE_AFTER") == std::to_string(layer)) std::raise(SIGKILL);
    }
    context.progress(layer + 1, state.layer_count(), key);
  }
  return state;
}

inline StepRegistry test_registry() {
  StepRegistry registry;
  registry.add("test.same", 1, [](const StepInputs& inputs, StepContext&) { return inputs.model(); });
  registry.add("test.scale", 1, scale_step);
  registry.add("test.fail", 1, [](const StepInputs& inputs, StepContext& context) -> ModelState {
    const auto layer = inputs.parameters.at("layer").get<std::int64_t>();
    context.progress(layer, inputs.model().layer_count(), "layer");
    throw Error(ErrorCode::not_finite, "The Hessian is not finite", "layer " + std::to_string(layer),
                "a calibration token is NaN", "Use another text.");
  });
  registry.add("test.torch", 1, [](const StepInputs& inputs, StepContext&) {
    at::matmul(at::zeros({2, 3}), at::zeros({2, 3}));
    return inputs.model();
  });
  registry.add("test.memory", 1, [](const StepInputs& inputs, StepContext&) {
    at::empty({std::int64_t{1} << 50});
    return inputs.model();
  });
  registry.add("test.wrong", 1, [](const StepInputs& inputs, StepContext&) {
    ModelState state = inputs.model();
    state.tensors.erase("model.layers.1.input_layernorm.weight");
    return state;
  });
  registry.add("test.slow", 1, [](const StepInputs& inputs, StepContext& context) {
    for (double left = inputs.parameters.at("seconds").get<double>(); left > 0; left -= 0.01) {
      context.check_cancelled();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return inputs.model();
  });
  return registry;
}

}  // namespace kelter::test
