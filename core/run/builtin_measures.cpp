// SPDX-License-Identifier: GPL-3.0-or-later
// The measures of core/measure as records of the command-line contract.
#include "core/describe/parameter.h"
#include "core/describe/recipe.h"
#include "core/formats/dense_weight.h"
#include "core/measure/perplexity.h"
#include "core/measure/tasks.h"
#include "core/run/measures.h"

namespace kelter {
namespace {

std::string text_of(const Json& parameters, const char* key) {
  const auto found = parameters.find(key);
  return found != parameters.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_of(const Json& parameters, const char* key) { return parameters.at(key).get<std::int64_t>(); }

MeasureRecord record_of(const std::string& metric, double value, const Json& protocol) {
  MeasureRecord record;
  record.metric = metric;
  record.value = value;
  record.protocol = protocol;
  return record;
}

// The forward a measure asks for; says so if some linears cannot round activations.
Transformer forward_of(const MeasureInputs& inputs, StepContext& context) {
  const Activations activations = activations_from_name(inputs.parameters.value("activations", "exact"));
  Transformer model(inputs.model, inputs.dtype, inputs.device, activations);
  if (activations == Activations::exact) return model;
  const std::string note = exact_linears_note(model.rounded_linears());
  if (!note.empty()) context.warn(note);
  return model;
}

// How many linears rounded activations, where they were to.
void add_rounded_linears(const Transformer& model, Json& details) {
  if (model.activations() == Activations::exact) return;
  details["int8_linears"] = {{"rounded", model.rounded_linears().rounded}, {"all", model.rounded_linears().all}};
}

Json perplexity_protocol(const PerplexityRequest& request, const PerplexityResult& result, const Transformer& model) {
  Json protocol = {
      {"name", request.protocol}, {"text", result.text_sha256}, {"format", request.format}, {"window", request.window}};
  if (request.stride != 0 && request.stride != request.window) protocol["stride"] = request.stride;
  protocol.update({{"windows", result.windows},
                   {"tokens", result.tokens},
                   {"bos", result.bos},
                   {"dtype", dtype_name(model.dtype())},
                   {"activations", to_string(model.activations())}});
  return protocol;
}

std::vector<MeasureRecord> perplexity(const MeasureInputs& inputs, StepContext& context) {
  const Json& given = inputs.parameters;
  const PerplexityRequest request{text_of(given, "text"),     text_of(given, "format"),   text_of(given, "field"),
                                  number_of(given, "window"), number_of(given, "stride"), text_of(given, "protocol"),
                                  number_of(given, "limit")};
  const Transformer model = forward_of(inputs, context);
  const PerplexityResult result = measure_perplexity(model, inputs.model.text_tokenizer(), request, context);
  const Json protocol = perplexity_protocol(request, result, model);
  std::vector<MeasureRecord> records{record_of("perplexity", result.value, protocol)};
  records[0].standard_error = result.standard_error;
  records[0].samples = result.window_nll;
  if (request.protocol == "document") {
    records.push_back(record_of("word_perplexity", result.word_perplexity, protocol));
    records.push_back(record_of("byte_perplexity", result.byte_perplexity, protocol));
    records.push_back(record_of("bits_per_byte", result.bits_per_byte, protocol));
  }
  for (MeasureRecord& record : records) add_rounded_linears(model, record.details);
  return records;
}

MeasureRecord accuracy(const std::string& task, const char* name, double value, double standard_error,
                       const std::vector<std::uint8_t>& hits, const Json& protocol) {
  MeasureRecord record = record_of("accuracy", value, protocol);
  record.details = {{"task", task}, {"name", name}, {"items", hits.size()}};
  record.standard_error = standard_error;
  record.samples = hits;
  return record;
}

std::vector<MeasureRecord> tasks(const MeasureInputs& inputs, StepContext& context) {
  const Transformer model = forward_of(inputs, context);
  TaskOptions options;
  options.limit = number_of(inputs.parameters, "limit");
  const Json protocol = {
      {"shots", number_of(inputs.parameters, "shots")}, {"dtype", dtype_name(inputs.dtype)},
      {"activations", to_string(model.activations())}};
  std::vector<MeasureRecord> records;
  for (const std::string& name : split_names(text_of(inputs.parameters, "names"))) {
    const std::vector<TaskItem> items = load_task(name, task_folder(text_of(inputs.parameters, "data")));
    const TaskResult result = measure_task(model, inputs.model.text_tokenizer(), items, options, context);
    const std::string task = fs::path(name.substr(name.find(':') + 1)).stem().string();
    records.push_back(accuracy(task, "acc", result.acc, result.acc_stderr, result.hits, protocol));
    records.push_back(accuracy(task, "acc_norm", result.acc_norm, result.acc_norm_stderr, result.hits_norm, protocol));
    if (result.truncated > 0) {
      context.warn("Task " + task + ": " + std::to_string(result.truncated) +
                   " contexts lost their beginning to fit the model.");
    }
  }
  for (MeasureRecord& record : records) add_rounded_linears(model, record.details);
  return records;
}

}  // namespace

MeasureTable MeasureTable::builtin() {
  MeasureTable table;
  table.add("measure.perplexity", {perplexity});
  table.add("measure.tasks", {tasks});
  table.add("measure.throughput", {});
  table.add("measure.memory", {});
  return table;
}

}  // namespace kelter
