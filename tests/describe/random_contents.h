// SPDX-License-Identifier: GPL-3.0-or-later
// Random messages for tests of their JSON form. Header only; needs the room describe.
#pragma once

#include <limits>
#include <random>
#include <string>

#include "core/describe/messages.h"
#include "core/describe/plan.h"

namespace kelter::test {

// Random contents of every kind that a message may carry; the same for a seed everywhere.
class Contents {
 public:
  explicit Contents(unsigned seed) : random_(seed) {}

  bool flip() { return random_() % 2; }
  std::int64_t integer() {
    return static_cast<std::int64_t>((std::uint64_t{random_()} << 32) | random_()) >> (random_() % 64);
  }
  double number() {
    const double scale[] = {1e-300, 1e-9, 0.1, 1.0, 3.0, 1e9, 1e300};
    return (static_cast<double>(random_()) / 4294967296.0 - 0.5) * scale[random_() % 7];
  }
  std::string text() {
    static const char* parts[] = {"a", "\"",   "\\", "\n", "\xc3\xa9", "\xe2\x80\x94", "\xf0\x9f\x8d\x87",
                                  " ", "\x01", "/",  ","};
    std::string out;
    for (unsigned i = random_() % 6; i > 0; --i)
      out += parts[random_() % 11];
    return out;
  }
  Json value(int depth = 3) {
    switch (random_() % (depth > 0 ? 7 : 5)) {
      case 0:
        return text();
      case 1:
        return integer();
      case 2:
        return number();
      case 3:
        return flip();
      case 4:
        return nullptr;
      case 5: {
        Json list = Json::array();
        for (unsigned i = random_() % 3; i > 0; --i)
          list.push_back(value(depth - 1));
        return list;
      }
      default:
        return object(depth - 1);
    }
  }
  Json object(int depth = 2) {
    Json out = Json::object();
    for (unsigned i = random_() % 4; i > 0; --i)
      out["k" + text()] = value(depth);
    return out;
  }

  MeasureRecord measure() {
    MeasureRecord record;
    record.metric = flip() ? "perplexity" : "peak_resident_bytes";
    if (flip()) record.value = number();
    if (!record.value || flip()) record.reason = "r" + text();
    if (flip()) record.standard_error = number();
    if (flip()) record.spread = number();
    record.details = object();
    record.protocol = object();
    if (flip()) record.samples = {number(), 1, 0};
    return record;
  }

  ProgressMessage progress() {
    ProgressMessage message{text(), text(), integer(), integer(), integer(), integer(), text(), number(), std::nullopt};
    if (flip()) message.remaining_seconds = number();
    return message;
  }
  LogMessage log() { return {text(), text(), text()}; }

  NodeRecord node(NodeState state) {
    NodeRecord record;
    record.id = text();
    record.step = text();
    record.recipe = text();
    record.content = text();
    record.parameters = object();
    record.state = state;
    record.cached = flip();
    record.seconds = number();
    if (flip()) record.ledger = object();
    record.measures = {measure(), measure()};
    if (flip()) record.warnings = {text()};
    if (state == NodeState::failed) record.error = ErrorInfo{ErrorCode::disk_full, "what", text(), text(), ""};
    return record;
  }
  // One node of every state.
  RunRecord run() {
    RunRecord record{text(), text(), text(), object(), {}};
    for (const NodeState state : {NodeState::waiting, NodeState::running, NodeState::done, NodeState::failed,
                                  NodeState::skipped, NodeState::cancelled}) {
      record.nodes.push_back(node(state));
    }
    return record;
  }
  Plan plan() {
    Plan plan;
    for (unsigned i = random_() % 3; i > 0; --i) {
      PlannedNode node{text(), text(), text(), flip(), std::nullopt, std::nullopt, std::nullopt};
      if (flip()) node.seconds = number();
      if (flip()) node.peak_bytes = random_();
      if (flip()) node.disk_bytes = std::numeric_limits<std::uint64_t>::max();
      plan.nodes.push_back(node);
    }
    if (flip()) plan.seconds = number();
    plan.disk_bytes = static_cast<std::uint64_t>(integer());
    plan.peak_bytes = random_();
    if (flip()) plan.warnings = {text(), text()};
    return plan;
  }

 private:
  std::mt19937 random_;
};

}  // namespace kelter::test
