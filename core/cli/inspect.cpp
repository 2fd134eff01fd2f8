// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli inspect MODEL
#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/cli/interrupt.h"
#include "core/describe/fields.h"
#include "core/describe/nearest.h"
#include "core/measure/tensor_statistics.h"
#include "core/report/numbers.h"
#include "core/report/table.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_header.h"
#include "core/run/model_source.h"

namespace kelter {
namespace {

struct Arguments {
  std::string model, find;
  bool tensors = false, statistics = false;

  bool lists_tensors() const { return tensors || statistics || !find.empty(); }
  bool lists(const TensorHeader& tensor) const { return tensor.name.find(find) != std::string::npos; }
};

using Statistics = std::map<std::string, TensorStatistics>;   // of the listed tensors, by name; empty if not asked for

struct Sum {
  std::int64_t tensors = 0, parameters = 0;
  std::uint64_t bytes = 0;
  std::map<std::string, std::int64_t> formats;   // tensors of each

  void add(const TensorHeader& tensor) {
    ++tensors;
    parameters += tensor.parameters;
    bytes += tensor.bytes;
    ++formats[tensor.format];
  }
  double bits() const { return parameters > 0 ? 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters) : 0; }
  Json to_json(const std::string& key, const std::string& name) const {
    return {{key, name}, {"tensors", tensors}, {"parameters", parameters}, {"bytes", bytes}, {"bits_per_weight", bits()},
            {"formats", formats}};
  }
};

using Sums = std::vector<std::pair<std::string, Sum>>;   // in order of appearance

Sums sums_by(const ModelHeader& header, std::string TensorHeader::*key) {
  Sums sums;
  for (const TensorHeader& tensor : header.tensors) {
    auto found = std::find_if(sums.begin(), sums.end(), [&](const auto& sum) { return sum.first == tensor.*key; });
    if (found == sums.end()) found = sums.insert(sums.end(), {tensor.*key, {}});
    found->second.add(tensor);
  }
  return sums;
}

Sum total_of(const ModelHeader& header) {
  Sum sum;
  for (const TensorHeader& tensor : header.tensors) sum.add(tensor);
  return sum;
}

const char* kind_name(const TokenizerData& data) {
  return data.kind == TokenizerKind::byte_level ? "byte-level BPE" : "SentencePiece BPE";
}

std::string tokenizer_text(const TokenizerData& data) {
  return std::string(kind_name(data)) + (data.pre_tokenizer.empty() ? "" : ", pre-tokenizer " + data.pre_tokenizer) + ", " +
         std::to_string(data.tokens.size()) + " tokens, " + std::to_string(data.merges.size()) + " merges";
}

// What of the structure a plain Llama has not.
std::string extras_text(const ModelConfig& config) {
  std::string text;
  if (config.rope.scaling != RopeScaling::none) text += ", scaled " + config.to_json()["rope"]["scaling"].get<std::string>();
  if (config.window > 0) text += ", window " + std::to_string(config.window);
  if (config.bias != BiasConfig{}) text += ", with biases";
  return text;
}

Json tokenizer_json(const TokenizerData& data) {
  const auto special = std::count(data.types.begin(), data.types.end(), 3);
  const auto id = [](std::int64_t value) { return value < 0 ? Json() : Json(value); };
  return {{"type", kind_name(data)},
          {"pre_tokenizer", data.pre_tokenizer},
          {"vocabulary", data.tokens.size()},
          {"merges", data.merges.size()},
          {"special_tokens", special},
          {"bos", id(data.bos)},
          {"eos", id(data.eos)},
          {"unknown", id(data.unknown)},
          {"padding", id(data.padding)},
          {"adds_bos", data.add_bos},
          {"chat_template", !data.chat_template.empty()}};
}

Json tensors_json(const ModelHeader& header, const Arguments& arguments, const Statistics& statistics) {
  Json tensors = Json::array();
  for (const TensorHeader& tensor : header.tensors) {
    if (!arguments.lists(tensor)) continue;
    tensors.push_back({{"name", tensor.name}, {"stored_name", tensor.stored_name}, {"kind", tensor.kind}, {"shape", tensor.shape},
                       {"format", tensor.format}, {"parameters", tensor.parameters}, {"bytes", tensor.bytes}});
    const auto found = statistics.find(tensor.name);
    if (found != statistics.end()) tensors.back()["statistics"] = found->second.to_json();
  }
  return tensors;
}

Json header_json(const ModelHeader& header, const Arguments& arguments, const Statistics& statistics) {
  const Sum total = total_of(header);
  Json json = {{"model", arguments.model}, {"path", header.path}, {"container", header.container}, {"file_bytes", header.file_bytes},
               {"config", header.config.to_json()}, {"layer_count", header.config.layers.size()}, {"parameters", total.parameters},
               {"tensor_bytes", total.bytes}, {"bits_per_weight", total.bits()}, {"badges", header.history}};
  json["kinds"] = Json::array();
  for (const auto& [name, sum] : sums_by(header, &TensorHeader::kind)) json["kinds"].push_back(sum.to_json("kind", name));
  json["formats"] = Json::array();
  for (const auto& [name, sum] : sums_by(header, &TensorHeader::format)) {
    json["formats"].push_back(sum.to_json("format", name));
    json["formats"].back().erase("formats");
  }
  json["tokenizer"] = header.tokenizer ? tokenizer_json(header.tokenizer->data()) : Json();
  json["tensors"] = tensors_json(header, arguments, statistics);
  return json;
}

Cell cell(const std::string& text) { return {text, {}, {}}; }
Cell count_cell(std::int64_t count) { return {std::to_string(count), static_cast<double>(count), {}}; }
Cell bytes_cell(std::uint64_t bytes) { return {format_bytes(bytes), static_cast<double>(bytes), {}}; }

std::string format_names(const Sum& sum) {
  std::vector<std::string> names;
  for (const auto& [name, count] : sum.formats) names.push_back(name);
  return join(names);
}

std::string kinds_text(const ModelHeader& header) {
  Table table;
  table.add_column("Kind", ColumnKind::text);
  for (const char* title : {"Tensors", "Parameters", "Bytes", "Bits/weight"}) table.add_column(title);
  table.add_column("Format", ColumnKind::text);
  const auto add = [&](const std::string& name, const Sum& sum) {
    table.rows.push_back({cell(name), count_cell(sum.tensors), count_cell(sum.parameters), bytes_cell(sum.bytes),
                          {format_fixed(sum.bits(), 2), sum.bits(), {}}, cell(format_names(sum))});
  };
  for (const auto& [name, sum] : sums_by(header, &TensorHeader::kind)) add(name, sum);
  add("all", total_of(header));
  return table_to_text(table);
}

Cell statistic_cell(double value) { return std::isnan(value) ? Cell{} : Cell{format_scientific(value), value, {}}; }

Cell share_cell(double part, double whole) {
  const double share = whole > 0 ? 100 * part / whole : 0;
  return {format_fixed(share, 1) + " %", share, {}};
}

std::vector<Cell> statistics_cells(const TensorStatistics& of) {
  return {statistic_cell(of.minimum),   statistic_cell(of.maximum),  statistic_cell(of.mean),
          statistic_cell(of.deviation), {std::isnan(of.kurtosis) ? missing_text : format_fixed(of.kurtosis, 1), of.kurtosis, {}},
          share_cell(static_cast<double>(of.zeros), static_cast<double>(of.count)), count_cell(of.not_finite)};
}

std::string tensors_text(const ModelHeader& header, const Arguments& arguments, const Statistics& statistics) {
  Table table;
  for (const char* title : {"Tensor", "Shape", "Format"}) table.add_column(title, ColumnKind::text);
  for (const char* title : {"Bytes", "Share"}) table.add_column(title);
  if (!statistics.empty())
    for (const char* title : {"Least", "Largest", "Mean", "Deviation", "Kurtosis", "Zeros", "NaN/Inf"}) table.add_column(title);
  const auto all_bytes = static_cast<double>(total_of(header).bytes);
  for (const TensorHeader& tensor : header.tensors) {
    if (!arguments.lists(tensor)) continue;
    table.rows.push_back({cell(tensor.name), cell(Json(tensor.shape).dump()), cell(tensor.format), bytes_cell(tensor.bytes),
                          share_cell(static_cast<double>(tensor.bytes), all_bytes)});
    if (statistics.empty()) continue;
    const std::vector<Cell> more = statistics_cells(statistics.at(tensor.name));
    table.rows.back().insert(table.rows.back().end(), more.begin(), more.end());
  }
  return table.rows.empty() ? "No tensor has \"" + arguments.find + "\" in its name.\n" : table_to_text(table);
}

// "9", or "9 to 12" where layers differ.
std::string range_text(const ModelConfig& config, std::int64_t LayerConfig::*value) {
  const auto [least, most] = std::minmax_element(config.layers.begin(), config.layers.end(), [value](const auto& a, const auto& b) {
    return a.*value < b.*value;
  });
  const std::string low = std::to_string((*least).*value), high = std::to_string((*most).*value);
  return low == high ? low : low + " to " + high;
}

std::string summary_text(const ModelHeader& header) {
  const ModelConfig& config = header.config;
  return config.name + "\n" +
         "File        " + header.path + " (" + header.container + ", " + format_bytes(header.file_bytes) + ")\n" +
         "Structure   " + config.architecture + ", " + std::to_string(config.layers.size()) + " layers, hidden " + std::to_string(config.hidden) +
         ", MLP " + range_text(config, &LayerConfig::intermediate) + ", heads " + range_text(config, &LayerConfig::heads) +
         " (keys and values " + range_text(config, &LayerConfig::kv_heads) + "), head size " + std::to_string(config.head_dim) + "\n" +
         "Positions   " + std::to_string(config.context) + ", rotary base " + whole_number(config.rope_theta).dump() + extras_text(config) + "\n" +
         "Head        " + (config.tied_embeddings ? "the embedding (tied)" : "its own matrix") + "\n" +
         "Tokenizer   " + (header.tokenizer ? tokenizer_text(header.tokenizer->data()) : "none") + "\n" +
         (header.history.empty() ? "" : "Badges      " + join(header.history) + "\n") + "\n";
}

// Reads the listed tensors; nothing else of inspect touches their data.
Statistics statistics_of(const ModelHeader& header, const Arguments& arguments) {
  own_torch(default_threads());
  const ModelState model = open_model(resolve_model(arguments.model));
  InterruptibleContext context;
  Statistics statistics;
  for (const TensorHeader& tensor : header.tensors)
    if (arguments.lists(tensor)) statistics.emplace(tensor.name, tensor_statistics(*model.tensor(tensor.name), context));
  return statistics;
}

int inspect(const Arguments& arguments, Console& console) {
  const ModelHeader header = read_model_header(arguments.model);
  const Statistics statistics = arguments.statistics ? statistics_of(header, arguments) : Statistics();
  if (console.json()) console.document(header_json(header, arguments, statistics));
  console.text(summary_text(header) + kinds_text(header) +
               (arguments.lists_tensors() ? "\n" + tensors_text(header, arguments, statistics) : ""));
  return 0;
}

}  // namespace

Command declare_inspect(CLI::App& app) {
  CLI::App* command = add_command(app, "inspect", "Show a model's structure, formats and bytes.", "MODEL [OPTION]...",
                                  {"kelter-cli inspect store:smollm2-135m-instruct", "kelter-cli inspect model.gguf --tensors",
                                   "kelter-cli inspect model.gguf --find layers.3. --statistics",
                                   "kelter-cli inspect out/demo#rtn-g64 --json"});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL", arguments->model);
  command->add_flag("--tensors", arguments->tensors, "List every tensor, too (--json always does).");
  add_option(command, "--find", arguments->find, "TEXT", "List the tensors with this text in their names alone.");
  command->add_flag("--statistics", arguments->statistics,
                    "Read the listed tensors, too: least, largest, mean, deviation, kurtosis, zeros; with --json a histogram.");
  return {command, [arguments](Console& console) { return inspect(*arguments, console); }};
}

}  // namespace kelter
