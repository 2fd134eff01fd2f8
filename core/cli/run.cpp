// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli run FILE.kelter
#include "core/cli/chain.h"
#include "core/cli/pipeline.h"

namespace kelter {
namespace {

struct Arguments {
  std::string file, out;
  std::vector<std::string> settings;
  bool resume = false, dry_run = false;
  ComputeOptions compute;
};

int run(const Arguments& arguments, Console& console) {
  if (arguments.resume && arguments.out.empty()) {
    throw UsageError("There is nothing to resume", "--resume", "only a run folder keeps what a run finished", "Add --out DIR.");
  }
  PipelineRequest request{Document::load(arguments.file), arguments.compute, arguments.out, arguments.resume};
  Engine engine;
  tell_warnings(engine, console);
  for (const std::string& setting : arguments.settings) set_parameter(request.document, setting, engine.catalogue());
  if (arguments.dry_run) return plan_document(std::move(request), engine, console);
  return run_document(std::move(request), engine, console);
}

}  // namespace

Command declare_run(CLI::App& app) {
  CLI::App* command = add_command(app, "run", "Run a pipeline document and print its result table.", "FILE.kelter [OPTION]...",
                                  {"kelter-cli run resources/demo/demo.kelter --out out/demo",
                                   "kelter-cli run resources/demo/demo.kelter --dry-run",
                                   "kelter-cli run demo.kelter --set rtn-g64.bits=3 --set rtn-g64.group=32 --json",
                                   "kelter-cli run demo.kelter --out out/demo --resume"});
  auto arguments = std::make_shared<Arguments>();
  add_option(command, "FILE", arguments->file, " ", "A .kelter document.")->required();
  add_list(command, "--set", arguments->settings, "NODE.PARAM=VALUE", "Change a parameter; may be repeated.");
  add_option(command, "--out", arguments->out, "DIR", "Run folder: models, report.md, results.csv, .tex and .json, run.json, log.txt.");
  command->add_flag("--resume", arguments->resume, "Go on with the run that was interrupted in --out.");
  command->add_flag("--dry-run", arguments->dry_run, "Print what would be done: steps, time, memory, disk.");
  add_compute_options(command, arguments->compute);
  return {command, [arguments](Console& console) { return run(*arguments, console); }};
}

}  // namespace kelter
