// SPDX-License-Identifier: GPL-3.0-or-later
// Plain messages between the engine and whoever watches it (command line now, window later). Each has a
// JSON form and survives the round trip unchanged, so that the engine can live in another process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"

namespace kelter {

// Every from_json throws Error(file_malformed) naming the key that cannot be read.

enum class NodeState { waiting, running, done, failed, skipped, cancelled };
const char* to_string(NodeState state);

// The inverse of ErrorInfo::to_json(); an unknown code becomes `internal`.
ErrorInfo error_from_json(const Json& json);

// Two levels: stage i of n (nodes and their measures), and item j of m inside the stage.
struct ProgressMessage {
  std::string node;
  std::string stage;  // "quant.rtn", "measure.perplexity"
  std::int64_t stage_index = 0, stage_count = 0;
  std::int64_t item = 0, items = 0;
  std::string what;  // "layer 3", "window 7"
  double elapsed_seconds = 0;
  std::optional<double> remaining_seconds;  // of the stage; absent until it is known
  Json to_json() const;
  static ProgressMessage from_json(const Json& json);
  bool operator==(const ProgressMessage&) const = default;
};

struct LogMessage {
  std::string level;  // "info", "warning", "error"
  std::string node;
  std::string text;
  Json to_json() const;
  static LogMessage from_json(const Json& json);
  bool operator==(const LogMessage&) const = default;
};

// What a step under way has recorded of linears since its last such message, as in a ledger's "linears".
struct LinearsMessage {
  std::string node;
  std::int64_t layers = 0;  // of the model the step reads; 0 if there is none
  Json linears = Json::array();
  Json to_json() const;
  static LinearsMessage from_json(const Json& json);
  bool operator==(const LinearsMessage&) const = default;
};

// One measured value with its protocol, as in the command-line contract.
struct MeasureRecord {
  std::string metric;           // "perplexity", "accuracy", "decode_tokens_per_second", ...
  std::optional<double> value;  // absent: infinite, NaN or not available; `reason` says why
  std::string reason;
  std::optional<double> standard_error;  // "stderr"
  std::optional<double> spread;
  Json details = Json::object();  // further keys of the record ("task", "name", "items", "idle_resident_bytes")
  Json protocol = Json::object();
  // For paired comparisons: a list with the mean NLL of each window, or the hit (0 or 1) of each item. Kept in
  // the store, not printed.
  Json samples;
  Json to_json(bool with_samples = false) const;
  static MeasureRecord from_json(const Json& json);
  bool operator==(const MeasureRecord&) const = default;
};

// The result of one model node.
struct NodeRecord {
  std::string id, step, recipe, content;
  Json parameters = Json::object();
  Json overrides;  // of single layers, as a document holds them; null if there are none
  NodeState state = NodeState::waiting;
  bool cached = false;
  double seconds = 0;
  Json ledger;  // null until there is a model
  std::vector<MeasureRecord> measures;
  std::vector<std::string> warnings;
  std::optional<ErrorInfo> error;
  Json to_json(bool with_samples = false) const;
  static NodeRecord from_json(const Json& json);
};

// The document of `run`, `compress` and `measure`.
struct RunRecord {
  std::string kelter, device, device_class;
  Json environment = Json::object();  // host, libtorch version, threads, dtype, title, started, seconds
  std::vector<NodeRecord> nodes;
  Json to_json(bool with_samples = false) const;
  static RunRecord from_json(const Json& json);
};

}  // namespace kelter
