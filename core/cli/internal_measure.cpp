// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli internal-measure: the fresh process in which the runner measures speed and memory
// (core/run/measures.h). Nothing but the model is loaded here, no plugin and no cache. Prints one MeasureResult;
// not for people.
#include "core/measure/isolated.h"

#include "core/cli/command.h"
#include "core/cli/interrupt.h"
#include "core/formats/dense_weight.h"
#include "core/run/engine_thread.h"

namespace kelter {
namespace {

struct Arguments {
  std::string model, measure;
  ComputeOptions compute;
};

int measure_for_parent(const Arguments& arguments, Console& console) {
  own_torch(arguments.compute.chosen_threads());
  InterruptibleContext context;
  console.document(run_isolated_measures(arguments.model, parse_json(arguments.measure, "--measure"),
                                         dtype_from_name(arguments.compute.chosen_dtype()), context,
                                         arguments.compute.chosen_device()));
  return 0;
}

}  // namespace

Command declare_internal_measure(CLI::App& app) {
  CLI::App* command = add_command(app, "internal-measure", "Measure in this process, for a run of another one.",
                                  "--model PATH --measure JSON [OPTION]...",
                                  {"kelter-cli internal-measure --model model.gguf --measure '{\"step\": \"measure.memory\", …}'"});
  command->group("");   // not listed
  auto arguments = std::make_shared<Arguments>();
  add_option(command, "--model", arguments->model, "PATH", "A file or folder that holds a model.")->required();
  add_option(command, "--measure", arguments->measure, "JSON", "{\"step\": ID, \"parameters\": {…}}, all resolved.")->required();
  add_compute_options(command, arguments->compute);
  return {command, [arguments](Console& console) { return measure_for_parent(*arguments, console); }};
}

}  // namespace kelter
