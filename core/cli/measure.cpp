// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli measure MODEL --measure METRIC[:p=v,…]…
#include "core/cli/chain.h"
#include "core/cli/pipeline.h"

namespace kelter {
namespace {

struct Arguments {
  ChainRequest chain;
  ComputeOptions compute;
};

int measure(const Arguments& arguments, Console& console) {
  Engine engine;
  tell_warnings(engine, console);
  return run_document({make_chain(arguments.chain, engine.catalogue()), arguments.compute, {}, false}, engine, console);
}

}  // namespace

Command declare_measure(CLI::App& app) {
  CLI::App* command = add_command(app, "measure", "Measure a model.", "MODEL --measure METRIC[:p=v,...]... [OPTION]...",
                                  {"kelter-cli measure store:smollm2-135m-instruct \\",
                                   "    --measure perplexity:text=resource:demo/test-en.txt,window=1024",
                                   "kelter-cli measure out/demo#rtn-g64 --measure tasks:names=resource:demo/questions.jsonl \\",
                                   "    --measure throughput:prompt=256,output=64,repeats=3 --json"});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL", arguments->chain.model);
  add_list(command, "--measure", arguments->chain.measures, "METRIC[:p=v,...]",
           "perplexity, tasks, throughput or memory with its parameters; may be repeated (see kelter-cli steps measure.perplexity).")
      ->required();
  add_compute_options(command, arguments->compute);
  return {command, [arguments](Console& console) { return measure(*arguments, console); }};
}

}  // namespace kelter
