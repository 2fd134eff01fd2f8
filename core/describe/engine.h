// SPDX-License-Identifier: GPL-3.0-or-later
// The door between a window and the engine: requests go in, events come out, both plain structs with a JSON form
// that survives the round trip, so that the engine can live in another process. The window links only libkelter and
// finds the engine at run time: libkelter-engine exports `kelter_start_engine`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/describe/messages.h"
#include "core/describe/plan.h"

namespace kelter {

// ---- requests; `id` names the request in every event that answers it -------------------------------------

// How and where a document is computed.
struct EngineSettings {
  std::string dtype;           // empty: the device's default
  int threads = 0;             // 0: all this process may use
  std::string device = "cpu";
  Json to_json() const;
  static EngineSettings from_json(const Json& json);
  bool operator==(const EngineSettings&) const = default;
};

// Runs a document; queued behind a run under way. Answered by RunStarted, then RunProgress, RunLog, LinearsRecorded and NodeChanged,
// and at the end by RunFinished or RequestFailed.
struct RunRequest {
  std::string id;
  Json document;
  std::string folder;          // where relative paths of the document start
  std::string out;             // run folder; empty: results stay in the cache
  bool resume = false;         // what an earlier run finished in `out` is used
  EngineSettings settings;
  bool operator==(const RunRequest&) const = default;
};

// What a run would do; served within 2 s even while a run is under way, and replaced by a newer plan request.
// Answered by PlanMade or RequestFailed.
struct PlanRequest {
  std::string id;
  Json document;
  std::string folder, out;
  EngineSettings settings;
  // If not empty: recipe keys as the device class and compute type of a run made elsewhere would give them.
  std::string recorded_device_class, recorded_dtype;
  bool operator==(const PlanRequest&) const = default;
};

// Opens a model (a file, a folder, store:NAME, RUNDIR#NODE) for a look. Answered by ModelInspected or RequestFailed.
struct InspectRequest {
  std::string id, model, folder;
  bool operator==(const InspectRequest&) const = default;
};

// Reads one tensor of a model (named as in ModelInspected) and counts what its numbers are like. Interactive as a
// generation is. Answered by TensorMeasured or RequestFailed.
struct StatisticsRequest {
  std::string id, tag, model, folder, tensor;
  bool operator==(const StatisticsRequest&) const = default;
};

// Continues a prompt. Interactive: served at the next border of a run; a newer request with the same `tag` replaces
// a queued older one, which then gets RequestFailed(cancelled). Answered by TokenWritten and GenerationFinished.
struct GenerateRequest {
  std::string id, tag, model, folder, prompt;
  std::int64_t max_tokens = 64;
  double temperature = 0;      // 0: greedy
  std::int64_t seed = 0;
  EngineSettings settings;
  bool operator==(const GenerateRequest&) const = default;
};

// Reads a run folder, made here or on another machine. Answered by RunOpened or RequestFailed.
struct OpenRunRequest {
  std::string id, folder;
  bool operator==(const OpenRunRequest&) const = default;
};

// Stops the request `target` (a queued or running run, a generation) within two seconds; what was finished is kept.
struct CancelRequest {
  std::string target;
  bool operator==(const CancelRequest&) const = default;
};

using EngineRequest =
    std::variant<RunRequest, PlanRequest, InspectRequest, StatisticsRequest, GenerateRequest, OpenRunRequest,
                 CancelRequest>;
Json to_json(const EngineRequest& request);             // {"request": "run", …}
EngineRequest engine_request_from_json(const Json& json);  // Error(file_malformed)

// ---- events ----------------------------------------------------------------------------------------------

// Something a document can be computed on. A GPU that cannot be used is reported with the reason; where the driver
// does not even say which GPUs there are, one entry "cuda" without a name stands for all.
struct ComputeDevice {
  std::string id;              // as in EngineSettings::device: "cpu", "cuda:0"
  std::string name;            // "NVIDIA H100 80GB HBM3"; empty for the processor
  std::string device_class, dtype;  // what recipes of this machine carry, and the default compute type; empty with a problem
  std::uint64_t memory_bytes = 0;   // of a GPU, 0 if not known
  std::optional<ErrorInfo> problem;
  Json to_json() const;
  static ComputeDevice from_json(const Json& json);
};

// The engine is there. `devices`: the processor first. Warnings: plugins that were refused, a store of runs that cannot be opened.
struct EngineReady {
  std::string device_class, host, dtype;
  int threads = 0;
  std::vector<ErrorInfo> warnings;
  std::vector<ComputeDevice> devices = {};
};

struct RunStarted {
  std::string id;
  RunRecord record;            // all nodes waiting, with their recipes
};

struct RunProgress {
  std::string id;
  ProgressMessage progress;
};

struct RunLog {
  std::string id;
  LogMessage message;
};

// Layer by layer while a step runs, before its NodeChanged; what a checkpoint kept comes again.
struct LinearsRecorded {
  std::string id;
  LinearsMessage message;
};

// The record of one model node changed; with samples.
struct NodeChanged {
  std::string id;
  NodeRecord node;
};

// The run ended: done, failed in some nodes, or cancelled, as its nodes say; with samples.
struct RunFinished {
  std::string id;
  RunRecord record;
};

struct PlanMade {
  std::string id;
  Plan plan;
  std::map<std::string, std::string> recorded_recipes;  // graph node -> key, if the request asked for them
};

// {"name", "path", "container", "file_bytes", "architecture", "layers", "hidden", "heads", "kv_heads", "head_dim",
//  "intermediate", "vocabulary", "context", "parameters", "tensor_bytes", "bits_per_weight", "formats": {name: tensors},
//  "tensors": [{"name", "shape", "format", "bytes"}]}
// "heads", "kv_heads" and "intermediate" are [least, most] where layers differ.
struct ModelInspected {
  std::string id;
  Json model;
};

// {"count", "zeros", "not_finite", "minimum", "maximum", "mean", "deviation", "kurtosis", "histogram": [counts]}: NaN and
// infinite values are counted and left out of everything else; a number that does not exist is null. The histogram has
// equal bins from minimum to maximum.
struct TensorMeasured {
  std::string id, tensor;
  Json statistics;
};

struct TokenWritten {
  std::string id;
  std::string text;            // bytes of this token that are whole characters so far
  std::int64_t count = 0;      // tokens written
  double decode_seconds = 0;
};

struct GenerationFinished {
  std::string id;
  std::int64_t prompt_tokens = 0, tokens = 0;
  double prefill_seconds = 0, decode_seconds = 0;
  bool at_end = false;         // the model ended the text; else the limit did
};

struct RunOpened {
  std::string id, folder;
  RunRecord record;            // with samples
  Json document;
  bool made_here = false;      // on this host and device class
};

struct RequestFailed {
  std::string id;              // empty: the engine itself cannot start
  ErrorInfo error;
};

using EngineEvent = std::variant<EngineReady, RunStarted, RunProgress, RunLog, LinearsRecorded, NodeChanged, RunFinished, PlanMade,
                                 ModelInspected, TensorMeasured, TokenWritten, GenerationFinished,
                                 RunOpened, RequestFailed>;
Json to_json(const EngineEvent& event);                 // {"event": "run_started", …}
EngineEvent engine_event_from_json(const Json& json);   // Error(file_malformed)

// ---- the engine ------------------------------------------------------------------------------------------

// Called on threads of the engine, one call at a time. Must not block.
using EngineListener = std::function<void(const EngineEvent&)>;

class EngineService {
 public:
  // Cancels what runs and waits for it; no event comes afterwards.
  virtual ~EngineService() = default;
  // Any thread; returns at once.
  virtual void send(const EngineRequest& request) = 0;
};

// The type of `extern "C" kelter_start_engine`. Loads the plugins on the engine thread and sends EngineReady. The
// caller deletes the service before the listener's objects go.
using StartEngine = EngineService* (*)(const EngineListener& listener);
inline constexpr const char* start_engine_symbol = "kelter_start_engine";

}  // namespace kelter
