// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/layer_sweep.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "core/compress/layer_walk.h"
#include "core/compress/weight_archive.h"
#include "core/compress/windows.h"
#include "core/formats/compute_device.h"
#include "core/formats/device_weight.h"
#include "core/formats/side_work.h"
#include "core/model/forward_ops.h"
#include "core/model/transformer.h"

namespace kelter {
namespace {

constexpr std::int64_t processor_batch_tokens = 4096, device_batch_tokens = 16384;
constexpr std::int64_t probe_tokens = 256;
constexpr std::int64_t gram_parts = 4;

// Linears that read one input, named by the first of them, which the forward multiplies first.
struct SharedInput {
  std::string first;
  std::vector<std::string> modules;
};
using InputGroup = std::vector<SharedInput>;

const std::array<SharedInput, 4>& shared_inputs() {
  static const std::array<SharedInput, 4> inputs = {{{"self_attn.q_proj", {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}},
                                                    {"self_attn.o_proj", {"self_attn.o_proj"}},
                                                    {"mlp.gate_proj", {"mlp.gate_proj", "mlp.up_proj"}},
                                                    {"mlp.down_proj", {"mlp.down_proj"}}}};
  return inputs;
}

// Those whose statistics are gathered in one pass.
std::vector<InputGroup> input_groups(bool true_sequential) {
  const auto& inputs = shared_inputs();
  if (!true_sequential) return {InputGroup(inputs.begin(), inputs.end())};
  std::vector<InputGroup> groups;
  for (const SharedInput& input : inputs) groups.push_back({input});
  return groups;
}

// gram += x^T x, of which only the blocks on and above the diagonal are computed. bfloat16 products are exact in float32.
void add_gram(at::Tensor& gram, const at::Tensor& x) {
  const std::int64_t width = x.size(1), part = (width + gram_parts - 1) / gram_parts;
  const bool native = x.is_cuda() && x.scalar_type() != at::kFloat;
  const at::Tensor rows = native ? x : x.to(at::kFloat);
  for (std::int64_t first = 0; first < width; first += part) {
    at::Tensor block = gram.narrow(0, first, std::min(part, width - first)).narrow(1, first, width - first);
    const at::Tensor left = rows.narrow(1, first, block.size(0)).t(), right = rows.narrow(1, first, block.size(1));
    if (native) {
      block.copy_(at::addmm(block, left, right, at::kFloat));
    } else {
      block.addmm_(left, right);
    }
  }
}

// The other half.
void complete_gram(at::Tensor& gram) {
  at::Tensor lower = gram.triu(1).t();
  gram.triu_().add_(lower);
}

// Gathers the statistics of one pass.
class Gathering {
 public:
  Gathering(const InputGroup& group, Statistic statistic, std::int64_t samples) : statistic_(statistic) {
    for (const SharedInput& input : group) {
      inputs_[input.first].samples = samples;
      inputs_[input.first].first = input.first;
    }
  }

  void observe(const std::string& module, const at::Tensor& x) {
    const auto found = inputs_.find(module);
    if (found == inputs_.end()) return;
    InputStatistics& input = found->second;
    const at::Tensor rows = x.reshape({-1, x.size(-1)});
    if (input.tokens == 0) start(input, rows);
    input.tokens += rows.size(0);
    input.squared_norms.add_(squared_norms(rows));
    if (statistic_ == Statistic::gram) add_gram(input.gram, rows);
  }

  // Done with the last batch.
  void finish(std::int64_t layer) {
    for (auto& [module, input] : inputs_) {
      if (!input.squared_norms.isfinite().all().item<bool>())
        throw Error(ErrorCode::not_finite, "The input of a linear is not finite", "layer " + std::to_string(layer) + ", " + module,
                    "an activation is NaN, infinite or too large to be squared", "Check the model and the steps before, or compute in float32.");
      if (input.gram.defined()) complete_gram(input.gram);
    }
  }

  const InputStatistics& of(const SharedInput& input) const { return inputs_.at(input.first); }

 private:
  // Probed tokens are spread over the first batch.
  void start(InputStatistics& input, const at::Tensor& rows) const {
    const at::TensorOptions floats = rows.options().dtype(at::kFloat);
    const std::int64_t width = rows.size(1), step = std::max<std::int64_t>(1, rows.size(0) / probe_tokens);
    input.squared_norms = at::zeros({width}, floats);
    if (statistic_ == Statistic::gram) input.gram = at::zeros({width, width}, floats);
    input.probe = rows.slice(0, 0, std::min(rows.size(0), step * probe_tokens), step).to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  }

  Statistic statistic_;
  std::map<std::string, InputStatistics> inputs_;
};

// ||x (before - after)^T|| / ||x before^T||
double output_error(const at::Tensor& probe, const at::Tensor& before, const at::Tensor& after) {
  const at::Tensor wanted = at::linear(probe, before), difference = at::linear(probe, before - after);
  const double size = wanted.square().sum(at::kDouble).sqrt().item<double>();
  const double error = difference.square().sum(at::kDouble).sqrt().item<double>();
  return relative_error(error, size);
}

// What became of one layer.
struct ChangedLayer {
  NamedWeights weights;
  std::map<std::string, std::map<std::string, double>> values;   // by module and quantity
  std::vector<std::string> warnings;
};

// The rest behind the weights, so that one checkpoint is there whole or not at all.
std::vector<std::uint8_t> archive(const ChangedLayer& layer) {
  std::vector<std::uint8_t> bytes = archive_weights(layer.weights);
  const std::string rest = Json({{"values", layer.values}, {"warnings", layer.warnings}}).dump();
  const std::uint64_t size = bytes.size();
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(size >> (8 * i)));
  return bytes;
}

ChangedLayer restore(std::span<const std::uint8_t> bytes) {
  const auto damaged = [](const std::string& why) {
    return Error(ErrorCode::cache_damaged, "A checkpoint cannot be read", "", why, "Run the step again without its checkpoints.");
  };
  std::uint64_t size = 0;
  if (bytes.size() < 8) throw damaged("its end is missing");
  for (std::size_t i = 0; i < 8; ++i) size |= std::uint64_t{bytes[bytes.size() - 8 + i]} << (8 * i);
  if (size > bytes.size() - 8) throw damaged("its end is missing");
  const auto rest = bytes.subspan(size, bytes.size() - 8 - size);
  ChangedLayer layer{restore_weights(bytes.first(size)), {}, {}};
  try {
    const Json parsed = Json::parse(rest.begin(), rest.end());
    for (const auto& [module, values] : parsed.at("values").items())
      for (const auto& [quantity, value] : values.items())   // JSON has no infinity: it was written as null
        layer.values[module][quantity] = value.is_null() ? std::numeric_limits<double>::infinity() : value.get<double>();
    parsed.at("warnings").get_to(layer.warnings);
  } catch (const Json::exception& error) {
    throw damaged(error.what());
  }
  return layer;
}

class Sweep {
 public:
  Sweep(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
        const SweepOptions& options, StepContext& context, const LinearChange& change)
      : model_(model), layers_(layers), options_(options), context_(context), change_(change),
        groups_(input_groups(options.true_sequential)),
        forward_(model, calibration.dtype, calibration.device, Activations::exact, Placing::as_needed),
        ids_(windows_tensor(calibration.windows)),
        batch_(std::max<std::int64_t>(1, (forward_.device().is_cuda() ? device_batch_tokens : processor_batch_tokens) / ids_.size(1))),
        reading_(forward_.device()), saving_(forward_.device()) {
    hidden_ = at::empty({ids_.size(0), ids_.size(1), model.config.hidden}, at::TensorOptions(home_of_hidden()).dtype(hidden_type()));
    const std::int64_t batches = (ids_.size(0) + batch_ - 1) / batch_;
    passes_total_ = batches * (1 + (layers.empty() ? 0 : layers.back()) +
                               static_cast<std::int64_t>(layers.size() * groups_.size()));
  }

  ModelState run() {
    if (layers_.empty()) return model_;
    out_ = model_;
    read(0);
    for_each_batch("embedding", [&](const at::Tensor& hidden, std::int64_t first) { hidden.copy_(forward_.embed(ids_.narrow(0, first, hidden.size(0)))); });
    for (std::int64_t layer = 0; layer <= layers_.back(); ++layer) {
      reading_.wait();
      read(layer + 1);
      const std::vector<Weight> placed = linears_of(layer);   // their memory is of another stream: kept until the next layer is read
      if (std::binary_search(layers_.begin(), layers_.end(), layer)) change_layer(layer);
      if (layer != layers_.back() && !advanced_) advance(layer);
      advanced_ = false;
      reading_.wait();
      forward_.drop_layer(layer);
    }
    saving_.wait();
    return std::move(out_);
  }

 private:
  void read(std::int64_t layer) {
    if (layer <= layers_.back()) reading_.start([this, layer] { forward_.place_layer(model_, layer); });
  }

  std::vector<Weight> linears_of(std::int64_t layer) const {
    std::vector<Weight> linears;
    for (const char* module : linear_modules) linears.push_back(forward_.weight(layer, module));
    return linears;
  }

  at::ScalarType hidden_type() const { return forward_.dtype() == at::kBFloat16 ? at::kBFloat16 : at::kFloat; }

  // On the GPU if there is ample room, else in main memory.
  at::Device home_of_hidden() const {
    const at::Device device = forward_.device();
    if (!device.is_cuda()) return device;
    const auto bytes = static_cast<std::uint64_t>(ids_.numel() * model_.config.hidden) * c10::elementSize(hidden_type());
    return bytes <= device_memory(device).available() / 4 ? device : at::Device(at::kCPU);
  }

  template <typename Body>
  void for_each_batch(const std::string& what, Body body) {
    for (std::int64_t first = 0; first < ids_.size(0); first += batch_) {
      body(hidden_.narrow(0, first, std::min(batch_, ids_.size(0) - first)), first);
      context_.progress(std::min(++passes_done_, passes_total_), passes_total_, what);
    }
  }

  at::Tensor here(const at::Tensor& hidden) const { return hidden.to(forward_.device(), at::kFloat); }

  // The outputs of a layer take the place of its inputs.
  void advance(std::int64_t layer) {
    for_each_batch("layer " + std::to_string(layer) + ", outputs", [&](const at::Tensor& hidden, std::int64_t) {
      hidden.copy_(forward_.layer(layer, here(hidden)));
    });
  }

  void change_layer(std::int64_t layer) {
    const std::string key = "layer-" + std::to_string(layer);
    ChangedLayer changed;
    if (resumes_) {
      const auto kept = context_.load_checkpoint(key);
      resumes_ = kept.has_value();   // layers are kept in their order
      if (kept) changed = restore(*kept);
    }
    if (resumes_) {
      if (options_.inputs_from_changed) put_in_place(layer, changed.weights);
      take(changed.weights);
    } else {
      for (const InputGroup& group : groups_) change_group(layer, group, changed);
      saving_.start([this, key, changed]() mutable {
        for (auto& [name, weight] : changed.weights) weight = on_device(weight, at::kCPU);
        context_.save_checkpoint(key, archive(changed));
        take(changed.weights);
      });
    }
    record(layer, changed);
  }

  void take(const NamedWeights& weights) {
    for (const auto& [name, weight] : weights) out_.tensors[name] = weight;
  }

  void record(std::int64_t layer, const ChangedLayer& changed) {
    for (const char* module : linear_modules) {
      const auto values = changed.values.find(module);
      if (values == changed.values.end()) continue;
      for (const auto& [quantity, value] : values->second) context_.record_linear(layer, module, quantity, value);
    }
    for (const std::string& warning : changed.warnings) context_.warn(warning);
  }

  void put_in_place(std::int64_t layer, const NamedWeights& weights) {
    for (const char* module : linear_modules) {
      const auto found = weights.find(linear_name(layer, module));
      if (found != weights.end()) forward_.replace(layer, module, found->second);
    }
  }

  void change_group(std::int64_t layer, const InputGroup& group, ChangedLayer& changed) {
    const Gathering gathered = gather(layer, group);
    NamedWeights replacements;
    for (const SharedInput& input : group) {
      for (const std::string& module : input.modules) {
        context_.check_cancelled();
        try {
          const Weight& stored = model_.linear(layer, module);
          change_linear({layer, module, stored, placed(layer, module, stored), gathered.of(input)}, replacements, changed);
        } catch (const Error& error) {
          throw error.at(model_.place("layer " + std::to_string(layer) + ", " + module));
        }
      }
    }
    if (options_.inputs_from_changed) put_in_place(layer, replacements);
    changed.weights.merge(replacements);
  }

  // The forward's own, unless that was converted.
  Weight placed(std::int64_t layer, const std::string& module, const Weight& stored) const {
    const Weight& own = forward_.weight(layer, module);
    return own->descriptor() == stored->descriptor() ? own : on_device(stored, forward_.device());
  }

  void change_linear(const SweptLinear& linear, NamedWeights& replacements, ChangedLayer& layer) {
    ChangedLinear changed = change_(linear);
    if (!changed.warning.empty()) layer.warnings.push_back("Layer " + std::to_string(linear.layer) + ", " + linear.module + ": " + changed.warning);
    if (changed.weight == linear.weight) return;
    changed.weight = on_device(changed.weight, forward_.device());
    const at::Tensor before = linear.values(), after = changed.weight->decode(at::kFloat);
    if (!after.isfinite().all().item<bool>())
      throw Error(ErrorCode::not_finite, "The changed weight is not finite", "", "it holds NaN or infinity", "Use more damping or more text.");
    changed.values["output_error"] = output_error(linear.input.probe, before, after);
    changed.values.merge(change_of(before, after));
    layer.values[linear.module] = std::move(changed.values);
    replacements[linear_name(linear.layer, linear.module)] = std::move(changed.weight);
  }

  // One pass over all windows. Where the next layer's inputs come from the unchanged layer, this pass makes them, too.
  Gathering gather(std::int64_t layer, const InputGroup& group) {
    Gathering gathering(group, options_.statistic, ids_.size(0));
    const bool keeps_outputs = !options_.inputs_from_changed && &group == &groups_.back();
    const LinearObserver observe = [&](const std::string& module, const at::Tensor& x) {
      gathering.observe(module, x);
      return keeps_outputs || module != group.back().first;   // what comes behind is not wanted
    };
    for_each_batch("layer " + std::to_string(layer) + ", inputs", [&](const at::Tensor& hidden, std::int64_t) {
      const at::Tensor output = forward_.layer(layer, here(hidden), nullptr, {}, observe);
      if (keeps_outputs) hidden.copy_(output);
    });
    advanced_ = keeps_outputs;
    gathering.finish(layer);
    return gathering;
  }

  const ModelState& model_;
  const std::vector<std::int64_t>& layers_;
  const SweepOptions& options_;
  StepContext& context_;
  const LinearChange& change_;
  const std::vector<InputGroup> groups_;
  Transformer forward_;
  at::Tensor ids_;       // int64 [windows, tokens]
  std::int64_t batch_;   // windows at a time
  at::Tensor hidden_;    // [windows, tokens, hidden]: the input of the layer at hand
  bool advanced_ = false;   // or already its output
  std::int64_t passes_done_ = 0, passes_total_ = 0;
  ModelState out_;          // its tensors are put there by one thread at a time: all checkpoints are read before one is saved
  bool resumes_ = true;
  SideWork reading_, saving_;   // last: what they use outlives them
};

}  // namespace

at::Tensor InputStatistics::hessian() const { return gram * (2.0 / static_cast<double>(samples)); }

at::Tensor SweptLinear::values() const { return placed->decode(at::kFloat); }

ModelState sweep_linears(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                         const SweepOptions& options, StepContext& context, const LinearChange& change) {
  const at::NoGradGuard no_gradient;
  return Sweep(model, layers, calibration, options, context, change).run();
}

}  // namespace kelter
