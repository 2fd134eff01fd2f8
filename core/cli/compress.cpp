// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli compress MODEL --step ID[:p=v,…]…
#include "core/cli/chain.h"
#include "core/cli/pipeline.h"

namespace kelter {
namespace {

struct Arguments {
  ChainRequest chain;
  std::string text, out;
  ComputeOptions compute;
};

int compress(const Arguments& arguments, Console& console) {
  Engine engine;
  tell_warnings(engine, console);
  ChainRequest chain = arguments.chain;
  if (!arguments.text.empty()) chain.text = arguments.text;
  if (chain.measure_source && chain.measures.empty()) {
    throw UsageError("The baseline has no effect", "--baseline", "there is nothing to measure", "Add --measure METRIC.");
  }
  return run_document({make_chain(chain, engine.catalogue()), arguments.compute, arguments.out, false}, engine, console);
}

}  // namespace

Command declare_compress(CLI::App& app) {
  CLI::App* command = add_command(
      app, "compress", "Send a model through steps, one after the other, and measure the last one.",
      "MODEL --step ID[:p=v,...]... [OPTION]...",
      {"kelter-cli compress store:smollm2-135m-instruct --step quant.rtn:bits=4,group=64 --out out/rtn",
       "kelter-cli compress model.gguf --step prune.depth:count=2 --step quant.rtn:bits=4 \\",
       "    --text path=resource:demo/prose-en.txt,samples=16,length=512 \\",
       "    --measure perplexity:text=resource:demo/test-en.txt,window=1024 --baseline --json"});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL", arguments->chain.model);
  add_list(command, "--step", arguments->chain.steps, "ID[:p=v,...]", "A step with its parameters; may be repeated (see kelter-cli steps).")
      ->required();
  add_option(command, "--text", arguments->text, "p=v,...",
             "Calibration text of every step that takes one: path, format, samples, length, sampling, seed.");
  add_option(command, "--out", arguments->out, "DIR", "Run folder with every model; without it results stay in the cache.");
  command->add_flag("--baseline", arguments->chain.measure_source, "Measure the source as well.");
  add_list(command, "--measure", arguments->chain.measures, "METRIC[:p=v,...]",
           "Measure the last step: perplexity, tasks, throughput, memory; may be repeated.");
  add_compute_options(command, arguments->compute);
  return {command, [arguments](Console& console) { return compress(*arguments, console); }};
}

}  // namespace kelter
