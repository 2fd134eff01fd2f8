// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/isolated.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/kernels/dispatch.h"
#include "core/measure/memory.h"
#include "core/measure/read_bandwidth.h"
#include "core/measure/throughput.h"

namespace kelter {
namespace {

std::int64_t integer_or(const Json& parameters, const char* key, std::int64_t preset) {
  const auto found = parameters.find(key);
  if (found == parameters.end()) return preset;
  if (!found->is_number_integer())
    throw Error(ErrorCode::invalid_parameter, "A parameter of the measure is not an integer", key, found->dump());
  return found->get<std::int64_t>();
}

Activations activations_or_exact(const Json& parameters) {
  const auto found = parameters.find("activations");
  if (found == parameters.end()) return Activations::exact;
  return activations_from_name(found->is_string() ? found->get<std::string>() : found->dump());
}

MemoryRequest memory_request(const Json& parameters, at::Device device) {
  const MemoryRequest preset;
  return {integer_or(parameters, "prompt", preset.prompt), integer_or(parameters, "output", preset.output), device,
          activations_or_exact(parameters)};
}

ThroughputRequest throughput_request(const Json& parameters) {
  const ThroughputRequest preset;
  return {integer_or(parameters, "prompt", preset.prompt), integer_or(parameters, "output", preset.output),
          integer_or(parameters, "batch", preset.batch), integer_or(parameters, "repeats", preset.repeats),
          activations_or_exact(parameters)};
}

struct Requests {
  std::vector<MemoryRequest> memory;
  std::vector<ThroughputRequest> throughput;
};

Requests read_requests(const Json& measures, at::Device device) {
  Requests requests;
  for (const Json& measure : measures.is_array() ? measures : Json::array({measures})) {
    const std::string step = measure.is_object() ? measure.value("step", "") : "";
    const Json parameters = measure.is_object() ? measure.value("parameters", Json::object()) : Json::object();
    if (step == "measure.memory") {
      requests.memory.push_back(memory_request(parameters, device));
    } else if (step == "measure.throughput") {
      requests.throughput.push_back(throughput_request(parameters));
    } else {
      throw Error(ErrorCode::invalid_parameter, "This measure does not run in a process of its own", "\"" + step + "\"");
    }
  }
  return requests;
}

Json number_or_null(const std::optional<std::uint64_t>& bytes) { return bytes ? Json(*bytes) : Json(nullptr); }

Json memory_record(const MemoryResult& result, const MemoryRequest& request, const std::string& dtype) {
  Json record = {{"metric", "peak_resident_bytes"}, {"value", number_or_null(result.peak_resident_bytes)}};
  if (!result.peak_resident_bytes) record["reason"] = "not available on this system";
  record["idle_resident_bytes"] = number_or_null(result.idle_resident_bytes);
  record["peak_anonymous_bytes"] = number_or_null(result.peak_anonymous_bytes);
  record["peak_file_backed_bytes"] = number_or_null(result.peak_file_backed_bytes);
  record["cache_bytes"] = result.cache_bytes;
  record["protocol"] = {{"prompt", request.prompt}, {"output", request.output}, {"batch", 1}, {"dtype", dtype},
                        {"activations", to_string(request.activations)}};
  return record;
}

Json gpu_memory_record(const MemoryResult& result, const MemoryRequest& request, const std::string& dtype) {
  return {{"metric", "gpu_peak_bytes"}, {"value", number_or_null(result.peak_gpu_bytes)},
          {"reserved_bytes", number_or_null(result.peak_gpu_reserved_bytes)},
          {"device_used_bytes", number_or_null(result.gpu_used_bytes)}, {"cache_bytes", result.cache_bytes},
          {"protocol", {{"prompt", request.prompt}, {"output", request.output}, {"batch", 1}, {"dtype", dtype},
                        {"activations", to_string(request.activations)}}}};
}

Json speed_record(const char* metric, const MeasuredSpeed& speed, const ThroughputRequest& request, const std::string& dtype) {
  Json protocol = {{"prompt", request.prompt}};
  if (std::string_view(metric) == "decode_tokens_per_second") protocol["output"] = request.output;
  protocol.update({{"batch", request.batch}, {"repeats", request.repeats}, {"dtype", dtype}, {"activations", to_string(request.activations)}});
  return {{"metric", metric}, {"value", speed.value}, {"spread", speed.spread}, {"protocol", protocol}};
}

void add_throughput_records(const ThroughputResult& result, const ThroughputRequest& request, const std::string& dtype,
                            double bandwidth, Json& records) {
  Json decode = speed_record("decode_tokens_per_second", result.decode_tokens_per_second, request, dtype);
  const double bytes = result.weight_bytes_per_step + result.cache_bytes_per_step;
  decode["bytes_per_step"] = bytes;
  decode["read_bandwidth_bytes_per_second"] = bandwidth;
  decode["bandwidth_share"] = bytes * result.decode_tokens_per_second.value / static_cast<double>(request.batch) / bandwidth;
  records.push_back(std::move(decode));
  records.push_back(speed_record("prefill_tokens_per_second", result.prefill_tokens_per_second, request, dtype));
  records.push_back(speed_record("time_to_first_token_ms", result.time_to_first_token_ms, request, dtype));
}

Json counted_kernels() {
  Json kernels = Json::object();
  for (const auto& [name, count] : kernel_counts()) kernels[name] = {{"calls", count.calls}, {"bytes_read", count.bytes_read}};
  return kernels;
}

// How many linears rounded activations, into the records whose protocol says so.
void add_rounded_linears(const RoundedLinears& linears, Json& records) {
  for (Json& record : records) {
    if (record["protocol"]["activations"] == to_string(Activations::int8))
      record["int8_linears"] = {{"rounded", linears.rounded}, {"all", linears.all}};
  }
}

// Positions an engine of batch 1 needs for all requests, so that one engine serves them.
std::int64_t shared_capacity(const Requests& requests) {
  std::int64_t capacity = 1;
  for (const MemoryRequest& request : requests.memory) capacity = std::max(capacity, request.prompt + request.output);
  for (const ThroughputRequest& request : requests.throughput)
    if (request.batch == 1) capacity = std::max(capacity, request.prompt + request.output);
  return capacity;
}

}  // namespace

Json run_isolated_measures(const fs::path& model, const Json& measures, at::ScalarType dtype, StepContext& context,
                           at::Device device) {
  const std::optional<std::uint64_t> idle = process_memory().resident;
  const auto start = std::chrono::steady_clock::now();
  const Requests requests = read_requests(measures, device);
  const std::int64_t capacity = shared_capacity(requests);
  const std::string dtype_text = dtype_name(dtype);
  reset_kernel_counts();
  std::optional<RunningModel> running;
  std::int64_t batch = 0;
  Activations activations = Activations::exact;
  RoundedLinears rounded;
  const auto open = [&](std::int64_t wanted_batch, std::int64_t positions, Activations wanted) -> RunningModel& {
    if (!running || batch != wanted_batch || wanted_batch != 1 || activations != wanted) {
      running.reset();   // never two engines at once
      running.emplace(open_model(model), dtype, positions, wanted_batch, device, wanted);
      batch = wanted_batch;
      activations = wanted;
      if (wanted == Activations::int8) rounded = running->engine.rounded_linears();
    }
    return *running;
  };
  Json records = Json::array();
  for (const MemoryRequest& request : requests.memory) {
    const MemoryResult result = measure_memory(idle, [&]() -> RunningModel& { return open(1, capacity, request.activations); }, request, context);
    records.push_back(memory_record(result, request, dtype_text));
    if (result.peak_gpu_bytes) records.push_back(gpu_memory_record(result, request, dtype_text));
  }
  std::vector<ThroughputResult> speeds;
  for (const ThroughputRequest& request : requests.throughput) {
    RunningModel& used = open(request.batch, request.batch == 1 ? capacity : request.prompt + request.output, request.activations);
    speeds.push_back(measure_throughput(used.engine, used.vocabulary, request, context));
  }
  running.reset();   // the buffers need room
  const double bandwidth = speeds.empty() ? 0 : device.is_cuda() ? measure_device_bandwidth(device) : measure_read_bandwidth();
  for (std::size_t i = 0; i < speeds.size(); ++i)
    add_throughput_records(speeds[i], requests.throughput[i], dtype_text, bandwidth, records);
  add_rounded_linears(rounded, records);
  const std::string note = exact_linears_note(rounded);
  const Json warnings = note.empty() ? Json::array() : Json::array({note});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return {{"records", records}, {"kernels", counted_kernels()}, {"seconds", seconds}, {"warnings", warnings}};
}

}  // namespace kelter
