// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/prepare.h"

#include "core/base/hash.h"
#include "core/describe/recipe.h"
#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/run/device.h"
#include "core/run/model_source.h"
#include "core/run/planner.h"

namespace kelter {
namespace {

constexpr const char* model_source_step = "source.model";

std::string absolute_path(const std::string& path, const fs::path& folder) {
  return path.empty() ? path : fs::absolute(resolve_path(path, folder)).lexically_normal().string();
}

// Names are looked up in their folder; those that are files themselves become absolute.
std::string absolute_names(const std::string& names, const fs::path& folder) {
  std::string joined;
  for (const std::string& name : split_names(names)) {
    const bool is_file = named_files(name, "folder").front() == name;
    joined += (joined.empty() ? "" : "+") + (is_file ? absolute_path(name, folder) : name);
  }
  return joined;
}

Json absolute_parameters(const GraphNode& node, const fs::path& folder) {
  Json parameters = node.parameters;
  for (const ParameterSchema& schema : node.step->parameters) {
    Json& value = parameters[schema.id];
    if (!value.is_string()) continue;
    const std::string text = value.get<std::string>();
    if (schema.type == ParameterType::names && !schema.folder.empty()) value = absolute_names(text, folder);
    if (schema.type == ParameterType::folder) value = absolute_path(text, folder);
    const bool is_model = node.step->id == model_source_step;
    if (schema.type == ParameterType::path && !is_model) value = absolute_path(text, folder);
  }
  return parameters;
}

void check_steps(const PreparedRun& run, const RunServices& services) {
  for (const GraphNode& node : run.graph.nodes) {
    if (node.step->is_source() || node.bypass) continue;
    const std::string where = "node " + node.id + ", step " + node.step->id;
    if (node.step->is_measure()) {
      static_cast<void>(services.measures.get(node.step->id));
      continue;
    }
    if (!services.registry.has(node.step->id, node.step->version)) {
      throw Error(ErrorCode::plugin, "The code of this step is not loaded", where,
                  "its plugin is missing or was refused", "See the log for the plugin's own error.");
    }
  }
}

void find_sources(PreparedRun& run) {
  run.sources.resize(run.graph.nodes.size());
  for (std::size_t i = 0; i < run.graph.nodes.size(); ++i) {
    const GraphNode& node = run.node(i);
    if (node.step->id != model_source_step) continue;
    try {
      run.sources[i] = resolve_model(node.parameters.at("path").get<std::string>(), run.document.folder);
    } catch (const Error& error) {
      throw error.at("node " + node.id);
    }
  }
}

// Of a file a parameter names: a model (anything resolve_model knows) or a text.
std::string file_identity(const std::string& path, const fs::path& folder, FileIdentities& identities) {
  const fs::path plain = resolve_path(path, folder);
  if (fs::is_regular_file(plain)) return identities.of(plain);
  const bool model = path.starts_with("store:") || path.find('#') != std::string::npos || fs::is_directory(plain);
  return identities.of(model ? resolve_model(path, folder) : plain);
}

RunOptions filled(RunOptions options) {
  const at::Device device = parse_device(options.device);
  options.device = to_string(device);
  if (options.dtype.empty()) options.dtype = default_dtype(device);
  check_dtype(options.dtype, device);
  if (options.threads <= 0) options.threads = default_threads();
  return options;
}

}  // namespace

std::string PreparedRun::result_key(const MeasureTable& measures, std::size_t measure, std::size_t model) const {
  const bool bound = measures.get(node(measure).step->id).fresh_process();
  return kelter::result_key(recipes[model], bound ? xxh128_hex(recipes[measure] + " on " + host) : recipes[measure]);
}

TextRequest PreparedRun::text_request(std::size_t source) const {
  const Json& values = parameters[source];
  TextRequest request;
  const auto text = [&](const char* key, std::string& value) {
    if (values.contains(key) && values[key].is_string()) value = values[key].get<std::string>();
  };
  const auto number = [&](const char* key, std::int64_t& value) {
    if (values.contains(key) && values[key].is_number_integer()) value = values[key].get<std::int64_t>();
  };
  text("path", request.path);
  text("format", request.format);
  text("field", request.field);
  text("sampling", request.sampling);
  number("samples", request.samples);
  number("length", request.length);
  number("seed", request.seed);
  return request;
}

PreparedRun prepare_run(const Document& document, const RunOptions& options, const RunServices& services) {
  PreparedRun run{document, filled(options), at::kFloat, at::kCPU, {}, host_name(), {}, {}, {}, {}};
  run.dtype = dtype_from_name(run.options.dtype);
  run.device = parse_device(run.options.device);
  run.device_class = device_class(run.options.threads, run.device);
  run.graph = build_graph(document, services.catalogue);
  check_steps(run, services);
  find_sources(run);
  for (const GraphNode& node : run.graph.nodes) run.parameters.push_back(absolute_parameters(node, document.folder));
  run.recipes = recipes_as(run, services, run.options.dtype, run.device_class);
  return run;
}

std::vector<std::string> recipes_as(const PreparedRun& run, const RunServices& services, const std::string& dtype,
                                    const std::string& device_class) {
  const auto identity = [&](const std::string& path) {
    return file_identity(path, run.document.folder, services.identities);
  };
  return recipe_keys(run.graph, {dtype, device_class, identity});
}

Plan plan_run(const PreparedRun& run, const RunServices& services) {
  const bool resumed = run.options.resume && !run.options.out.empty();
  const FinishedWork finished = resumed ? FinishedWork::read(run.options.out) : FinishedWork();
  const auto has_result = [&](std::size_t measure, std::size_t model) {
    const std::string key = run.result_key(services.measures, measure, model);
    return finished.result(key) || services.cache.has_result(key);
  };
  // A source that cannot be opened fails as a node, with its own error; it does not stop the others.
  const auto source_size = [&](std::size_t source) {
    try {
      return model_totals(open_model(run.sources[source]));
    } catch (const Error&) {
      return ModelTotals();
    }
  };
  return make_plan({run.graph, run.recipes, services.cache, services.store, run.device_class, !run.options.out.empty(),
                    has_result, source_size, &finished});
}

}  // namespace kelter
