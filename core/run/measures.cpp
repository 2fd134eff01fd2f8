// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/measures.h"

#include <chrono>
#include <cstdlib>

#include "core/kernels/dispatch.h"
#include "core/run/child_process.h"

namespace kelter {
namespace {

Json counted_kernels() {
  Json json = Json::object();
  for (const auto& [name, count] : kernel_counts()) {
    if (count.calls > 0) json[name] = {{"calls", count.calls}, {"bytes_read", count.bytes_read}};
  }
  return json;
}

fs::path child_program() {
  const char* named = std::getenv("KELTER_CLI");
  return named && *named ? fs::path(named) : executable_folder() / "kelter-cli";
}

}  // namespace

void MeasureTable::add(const std::string& step, MeasureEntry entry) { entries_[step] = std::move(entry); }

const MeasureEntry& MeasureTable::get(const std::string& step) const {
  const auto found = entries_.find(step);
  if (found == entries_.end()) throw Error(ErrorCode::internal, "This measure has no code", step);
  return found->second;
}

MeasureResult measure_here(const MeasureEntry& entry, const MeasureInputs& inputs, StepContext& context) {
  reset_kernel_counts();
  const auto start = std::chrono::steady_clock::now();
  MeasureResult result;
  result.records = entry.function(inputs, context);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.kernels = counted_kernels();
  return result;
}

MeasureResult measure_in_child(const std::string& step, const Json& parameters, const fs::path& model,
                               const std::string& dtype, const std::string& device, int threads,
                               const std::function<void()>& poll) {
  const Json measure = {{"step", step}, {"parameters", parameters}};
  const auto start = std::chrono::steady_clock::now();
  const ChildOutput child = run_child(child_program(),
                                      {"internal-measure", "--model", fs::absolute(model).string(), "--measure",
                                       measure.dump(), "--dtype", dtype, "--device", device, "--threads", std::to_string(threads)},
                                      poll);
  MeasureResult result = MeasureResult::from_json(parse_json(child.output, "output of the measuring process"));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace kelter
