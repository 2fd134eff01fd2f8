// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_context.h"

#include <algorithm>
#include <cmath>

#include "core/run/runner.h"

namespace kelter {
namespace {

constexpr auto message_interval = std::chrono::milliseconds(50);   // 20 Hz
constexpr std::int64_t items_before_estimate = 2;

}  // namespace

RunContext::RunContext(Stage stage, Cache& cache, const RunListener& listener, const CancelFlag& cancel, LogSink log)
    : stage_(std::move(stage)),
      cache_(cache),
      listener_(listener),
      cancel_(cancel),
      log_(std::move(log)),
      start_(Clock::now()) {}

double RunContext::seconds() const { return std::chrono::duration<double>(Clock::now() - start_ - paused_).count(); }

std::optional<double> RunContext::remaining(std::int64_t done, std::int64_t total) const {
  const std::int64_t own = done - *first_done_;
  if (own < items_before_estimate) return std::nullopt;
  return seconds() / static_cast<double>(own) * static_cast<double>(total - done);
}

void RunContext::begin() {
  if (listener_.progress) listener_.progress({stage_.node, stage_.step, stage_.index, stage_.count, 0, 0, {}, 0, std::nullopt});
}

void RunContext::progress(std::int64_t done, std::int64_t total, std::string_view what) {
  if (!first_done_) first_done_ = std::max<std::int64_t>(0, done - 1);
  const Clock::time_point now = Clock::now();
  const bool due = !last_sent_ || now - *last_sent_ >= message_interval || done >= total;
  if (listener_.progress && due) {
    last_sent_ = now;
    listener_.progress({stage_.node, stage_.step, stage_.index, stage_.count, done, total, std::string(what), seconds(),
                        remaining(done, total)});
  }
  check_cancelled();
}

// At a border, so that it is a layer at a time and not a value.
void RunContext::tell_linears() {
  if (!listener_.linears || told_linears_ == linears_.size()) return;
  LinearsMessage message{stage_.node, stage_.layers, Json::array()};
  for (; told_linears_ < linears_.size(); ++told_linears_) message.linears.push_back(linears_[told_linears_]);
  listener_.linears(message);
}

void RunContext::check_cancelled() {
  tell_linears();
  if (listener_.at_border) {
    const Clock::time_point before = Clock::now();
    listener_.at_border();
    paused_ += Clock::now() - before;
  }
  if (cancel_.requested()) throw Error(ErrorCode::cancelled, "The run was cancelled");
}

void RunContext::log(std::string_view message) { log_({"info", stage_.node, std::string(message)}); }

void RunContext::warn(std::string_view message) {
  warnings_.emplace_back(message);
  log_({"warning", stage_.node, std::string(message)});
}

void RunContext::record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) {
  const bool same = !linears_.empty() && linears_.back().at("layer") == layer && linears_.back().at("module") == module;
  if (!same) linears_.push_back({{"layer", layer}, {"module", module}});
  told_linears_ = std::min(told_linears_, linears_.size() - 1);   // a linear told in part is told again
  linears_.back()[std::string(quantity)] = std::isfinite(value) ? Json(value) : Json();
}

std::optional<std::vector<std::uint8_t>> RunContext::load_checkpoint(std::string_view key) {
  auto bytes = cache_.load_checkpoint(stage_.recipe, std::string(key));
  if (!bytes) return std::nullopt;
  resumed_ = true;
  log_({"info", stage_.node, "Goes on from the checkpoint " + std::string(key) + "."});
  return bytes;
}

void RunContext::save_checkpoint(std::string_view key, std::span<const std::uint8_t> bytes) {
  cache_.save_checkpoint(stage_.recipe, std::string(key), bytes);
}

void RunContext::drop_checkpoint(std::string_view key) { cache_.drop_checkpoint(stage_.recipe, std::string(key)); }

}  // namespace kelter
