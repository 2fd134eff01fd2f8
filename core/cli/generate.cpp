// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli generate MODEL --prompt TEXT --max-tokens N [--chat [--system TEXT]]
#include "core/model/generate.h"

#include <chrono>

#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/cli/interrupt.h"
#include "core/formats/dense_weight.h"
#include "core/model/chat_template.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"

namespace kelter {
namespace {

struct Arguments {
  std::string model, prompt, system;
  bool chat = false;
  std::int64_t max_tokens = 0;
  bool greedy = false;
  double temperature = 0;
  std::int64_t seed = 0;
  std::string activations = "exact";
  ComputeOptions compute;
};

Json rate(double count, double seconds) { return seconds > 0 && count > 0 ? Json(count / seconds) : Json(); }

Json result_json(const Arguments& arguments, const std::vector<std::int32_t>& prompt, const Generated& generated, const std::string& text) {
  const bool at_end = static_cast<std::int64_t>(generated.ids.size()) < arguments.max_tokens;
  return {{"model", arguments.model},
          {"prompt", arguments.prompt},
          {"prompt_ids", prompt},
          {"ids", generated.ids},
          {"text", text},
          {"stopped", at_end ? "end" : "length"},
          {"temperature", arguments.temperature},
          {"seed", arguments.temperature > 0 ? Json(arguments.seed) : Json()},
          {"dtype", arguments.compute.chosen_dtype()},
          {"activations", arguments.activations},
          {"device_class", device_class(arguments.compute.chosen_threads(), arguments.compute.chosen_device())},
          {"prefill_seconds", generated.prefill_seconds},
          {"decode_seconds", generated.decode_seconds},
          {"prefill_tokens_per_second", rate(static_cast<double>(prompt.size()), generated.prefill_seconds)},
          {"decode_tokens_per_second", rate(static_cast<double>(generated.ids.size()) - 1, generated.decode_seconds)}};
}

std::string conversation(const Arguments& arguments, const Tokenizer& tokenizer) {
  std::vector<ChatMessage> messages = {{"user", arguments.prompt}};
  if (!arguments.system.empty()) messages.insert(messages.begin(), {"system", arguments.system});
  return render_chat(tokenizer, messages);
}

int run_generate(const Arguments& arguments, Console& console) {
  arguments.compute.check();
  if (arguments.compute.progress == "json") console.use_json_messages();
  own_torch(arguments.compute.chosen_threads());
  const ModelState model = open_model(resolve_model(arguments.model));
  const Tokenizer& tokenizer = model.text_tokenizer();
  const std::string rendered = arguments.chat ? conversation(arguments, tokenizer) : "";
  const std::vector<std::int32_t> prompt = arguments.chat ? encode_chat(tokenizer, rendered) : tokenizer.encode(arguments.prompt, true);
  if (prompt.empty()) throw UsageError("The prompt is empty", "--prompt", "there is nothing to continue", "Write at least a word.");
  GenerateOptions options;
  options.max_tokens = arguments.max_tokens;
  if (arguments.chat) options.more_ends = end_of_turn_ids(tokenizer);
  options.temperature = arguments.temperature;
  options.device = arguments.compute.chosen_device();
  options.activations = activations_from_name(arguments.activations);
  options.seed = static_cast<std::uint64_t>(arguments.seed);
  const auto started = std::chrono::steady_clock::now();
  std::int64_t written = 0;
  const auto each = [&](std::int32_t id) {
    stop_if_interrupted();
    console.text(tokenizer.token_bytes(id));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
    if (arguments.compute.progress == "json")
      console.progress({"", "generate", 1, 1, ++written, options.max_tokens, "token", elapsed.count(), {}});
  };
  const Generated generated = generate(model, dtype_from_name(arguments.compute.chosen_dtype()), prompt, options, each);
  console.text("\n");
  if (const std::string note = exact_linears_note(generated.rounded_linears); !note.empty()) console.log({"warning", "", note});
  if (!console.json()) return 0;
  Json result = result_json(arguments, prompt, generated, tokenizer.decode(generated.ids));
  if (options.activations == Activations::int8)
    result["int8_linears"] = {{"rounded", generated.rounded_linears.rounded}, {"all", generated.rounded_linears.all}};
  if (arguments.chat) result["chat"] = {{"system", arguments.system}, {"rendered", rendered}};
  console.document(result);
  return 0;
}

}  // namespace

Command declare_generate(CLI::App& app) {
  CLI::App* command = add_command(app, "generate", "Continue a text.",
                                  "MODEL --prompt TEXT --max-tokens N [--chat [--system TEXT]] [--greedy | --temperature T --seed S] [--activations exact|int8] [OPTION]...",
                                  {"kelter-cli generate store:smollm2-135m-instruct --prompt \"The capital of France is\" --max-tokens 16",
                                   "kelter-cli generate store:smollm2-135m-instruct --chat --prompt \"Name three rivers.\" --max-tokens 64",
                                   "kelter-cli generate out/demo#rtn-g64 --prompt \"Once upon a time\" --max-tokens 32 --temperature 0.8 --seed 7"});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL", arguments->model);
  add_option(command, "--prompt", arguments->prompt, "TEXT", "The text to continue, as it is; with --chat the user's message.")->required();
  CLI::Option* chat = command->add_flag("--chat", arguments->chat, "Write the prompt as a conversation, with the model's chat template.");
  add_option(command, "--system", arguments->system, "TEXT", "The system message before the prompt.")->needs(chat);
  add_option(command, "--max-tokens", arguments->max_tokens, "N", "The most tokens to write.")
      ->required()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31));
  CLI::Option* greedy = command->add_flag("--greedy", arguments->greedy, "Always take the most likely token (the default).");
  CLI::Option* temperature = command->add_option("--temperature", arguments->temperature, "Draw tokens; higher is wilder, above 0.")
                                 ->option_text("T")
                                 ->check(CLI::Range(1e-4, 100.0))
                                 ->excludes(greedy);
  add_option(command, "--seed", arguments->seed, "S", "Seed of the draws (default 0).")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->needs(temperature);
  add_option(command, "--activations", arguments->activations, "exact|int8",
             "Leave activations as they are (the default), or round them to 8 bits for products with packed weights, on the processor.")
      ->check(CLI::IsMember({"exact", "int8"}));
  add_compute_options(command, arguments->compute);
  return {command, [arguments](Console& console) { return run_generate(*arguments, console); }};
}

}  // namespace kelter
