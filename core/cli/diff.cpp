// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli diff MODEL_A MODEL_B
#include <cmath>

#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/cli/model_diff.h"
#include "core/describe/nearest.h"
#include "core/report/numbers.h"
#include "core/report/table.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"

namespace kelter {
namespace {

struct Arguments {
  std::string a, b;
  bool all = false;
};

Json or_null(const std::optional<double>& value) { return value && std::isfinite(*value) ? Json(*value) : Json(); }

std::uint64_t total_bytes(const ModelState& model) {
  std::uint64_t sum = 0;
  for (const auto& [name, weight] : model.tensors) sum += weight->bytes();
  return sum;
}

const char* change_of(const TensorDifference& tensor) {
  if (!tensor.a) return "added";
  if (!tensor.b) return "removed";
  if (tensor.same) return "same";
  return tensor.a->shape() == tensor.b->shape() ? "changed" : "reshaped";
}

Json side_json(const std::string& name, const Weight& weight, const std::optional<double>& sparsity) {
  if (!weight) return nullptr;
  return {{"name", name}, {"shape", weight->shape()}, {"format", weight->name()}, {"bytes", weight->bytes()}, {"sparsity", or_null(sparsity)}};
}

Json model_json(const std::string& name, const ModelState& model) {
  return {{"model", name}, {"layers", model.layer_count()}, {"tensors", model.tensors.size()}, {"total_bytes", total_bytes(model)}};
}

Json difference_json(const Arguments& arguments, const ModelState& a, const ModelState& b, const ModelDifference& difference) {
  Json json = {{"a", model_json(arguments.a, a)}, {"b", model_json(arguments.b, b)}, {"removed_layers", difference.removed_layers},
               {"added_layers", difference.added_layers}, {"relative_error", or_null(difference.relative_error)}};
  Json counts = {{"same", 0}, {"changed", 0}, {"reshaped", 0}, {"removed", 0}, {"added", 0}};
  Json tensors = Json::array();
  for (const TensorDifference& tensor : difference.tensors) {
    counts[change_of(tensor)] = counts[change_of(tensor)].get<int>() + 1;
    if (tensor.same && !arguments.all) continue;
    tensors.push_back({{"change", change_of(tensor)}, {"a", side_json(tensor.name_a, tensor.a, tensor.sparsity_a)},
                       {"b", side_json(tensor.name_b, tensor.b, tensor.sparsity_b)}, {"relative_error", or_null(tensor.relative_error)},
                       {"max_abs_error", or_null(tensor.largest_error)}});
  }
  json["counts"] = std::move(counts);
  json["tensors"] = std::move(tensors);
  return json;
}

// "Q4_1", or "Q4_1 -> int4 g64" where the two differ.
std::string pair_text(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  return a == b ? a : a + " -> " + b;
}

std::string text_of(const Weight& weight, const std::function<std::string(const WeightFormat&)>& get) { return weight ? get(*weight) : ""; }

Cell pair_cell(const TensorDifference& tensor, const std::function<std::string(const WeightFormat&)>& get) {
  return {pair_text(text_of(tensor.a, get), text_of(tensor.b, get)), {}, {}};
}

Cell number_cell(const std::optional<double>& value, const std::string& text) { return value ? Cell{text, value, {}} : Cell{}; }

std::string percent(const std::optional<double>& share) { return share ? format_fixed(100 * *share, 1) + " %" : ""; }

Table difference_table(const ModelDifference& difference, bool all) {
  Table table;
  for (const char* title : {"Tensor", "Change", "Shape", "Format"}) table.add_column(title, ColumnKind::text);
  for (const char* title : {"Bytes", "Zeros", "Relative error", "Largest error"}) table.add_column(title);
  for (const TensorDifference& tensor : difference.tensors) {
    if (tensor.same && !all) continue;
    table.rows.push_back({{pair_text(tensor.name_a, tensor.name_b), {}, {}}, {change_of(tensor), {}, {}},
                          pair_cell(tensor, [](const WeightFormat& w) { return Json(w.shape()).dump(); }),
                          pair_cell(tensor, [](const WeightFormat& w) { return w.name(); }),
                          pair_cell(tensor, [](const WeightFormat& w) { return format_bytes(w.bytes()); }),
                          {pair_text(percent(tensor.sparsity_a), percent(tensor.sparsity_b)), {}, {}},
                          number_cell(tensor.relative_error, format_scientific(tensor.relative_error.value_or(0))),
                          number_cell(tensor.largest_error, format_scientific(tensor.largest_error.value_or(0)))});
  }
  return table;
}

std::string layers_text(const char* what, const std::vector<std::int64_t>& layers) {
  if (layers.empty()) return "";
  std::vector<std::string> numbers;
  for (const std::int64_t layer : layers) numbers.push_back(std::to_string(layer));
  return std::string(what) + join(numbers) + "\n";
}

std::string difference_text(const Arguments& arguments, const ModelState& a, const ModelState& b, const ModelDifference& difference) {
  const auto model_line = [](const std::string& name, const ModelState& model) {
    return name + ": " + std::to_string(model.layer_count()) + " layers, " + format_bytes(total_bytes(model)) + "\n";
  };
  std::string text = "A  " + model_line(arguments.a, a) + "B  " + model_line(arguments.b, b) +
                     layers_text("Layers of A that B has not: ", difference.removed_layers) +
                     layers_text("Layers of B that A has not: ", difference.added_layers);
  if (difference.relative_error) {
    text += "Relative error over all tensors of equal shape: " + format_scientific(*difference.relative_error) + "\n";
  }
  const Table table = difference_table(difference, arguments.all);
  return text + (table.rows.empty() ? "No tensor differs.\n" : "\n" + table_to_text(table));
}

int diff(const Arguments& arguments, Console& console) {
  own_torch(default_threads());
  const ModelState a = open_model(resolve_model(arguments.a)), b = open_model(resolve_model(arguments.b));
  const ModelDifference difference = compare_models(a, b);
  if (console.json()) console.document(difference_json(arguments, a, b, difference));
  console.text(difference_text(arguments, a, b, difference));
  return 0;
}

}  // namespace

Command declare_diff(CLI::App& app) {
  CLI::App* command =
      add_command(app, "diff", "Show what differs between two models: layers, shapes, formats, sparsity, error norms.",
                  "MODEL_A MODEL_B [OPTION]...",
                  {"kelter-cli diff store:smollm2-135m-instruct out/demo#rtn-g64", "kelter-cli diff out/demo#file out/demo#depth2 --json"});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL_A", arguments->a);
  add_model(command, "MODEL_B", arguments->b);
  command->add_flag("--all", arguments->all, "List the tensors that do not differ, too.");
  return {command, [arguments](Console& console) { return diff(*arguments, console); }};
}

}  // namespace kelter
