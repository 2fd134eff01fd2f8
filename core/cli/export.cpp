// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli export MODEL --format hf|gguf --out PATH
#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/model/export.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"

namespace kelter {
namespace {

struct Arguments {
  std::string model, format, out, type = "keep";
};

void check(const Arguments& arguments) {
  if (arguments.format != "hf" && arguments.format != "gguf")
    throw UsageError("There is no export format \"" + arguments.format + "\"", "--format", {}, "Use hf or gguf.");
}

Exported write(const Arguments& arguments, const ModelState& model) {
  if (arguments.format == "hf") return export_hugging_face(model, arguments.out, arguments.type);
  if (fs::exists(arguments.out))
    throw Error(ErrorCode::file_unreadable, "There is something already", arguments.out, "it would be overwritten", "Name another file.");
  return export_gguf(model, arguments.out, arguments.type);
}

std::string remarks(const Arguments& arguments, const Exported& exported) {
  std::string text;
  const std::string as = arguments.format == "gguf" ? "F16" : arguments.type == "keep" ? "bfloat16" : arguments.type;
  if (!exported.expanded.empty())
    text += std::to_string(exported.expanded.size()) + " packed or composite tensors are written as " + as + ": the format has no place for them as they are.\n";
  if (!exported.unblocked.empty())
    text += std::to_string(exported.unblocked.size()) + " tensors are written as F16: their rows are no multiple of the block size.\n";
  return text;
}

int run_export(const Arguments& arguments, Console& console) {
  check(arguments);
  own_torch(default_threads());
  const Exported exported = write(arguments, open_model(resolve_model(arguments.model)));
  if (console.json())
    console.document({{"model", arguments.model}, {"format", arguments.format}, {"type", arguments.type}, {"out", arguments.out},
                      {"bytes", exported.bytes}, {"expanded", exported.expanded}, {"unblocked", exported.unblocked}});
  console.text(arguments.out + ": " + format_bytes(exported.bytes) + "\n" + remarks(arguments, exported));
  return 0;
}

}  // namespace

Command declare_export(CLI::App& app) {
  CLI::App* command = add_command(app, "export", "Write a model for other programs.", "MODEL --format hf|gguf --out PATH [OPTION]...",
                                  {"kelter-cli export out/demo#bf16 --format hf --out smollm2-bf16",
                                   "kelter-cli export store:smollm2-135m-instruct --format gguf --type Q8_0 --out smollm2-q8_0.gguf"});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL", arguments->model);
  add_option(command, "--format", arguments->format, "FORMAT", "hf: a Hugging Face folder. gguf: a GGUF file.")->required();
  add_option(command, "--out", arguments->out, "PATH", "The folder or file to write; nothing is overwritten.")->required();
  add_option(command, "--type", arguments->type, "TYPE",
             "keep (default): tensors as they are stored, where the format can hold them. hf: float32, bfloat16, float16. "
             "gguf: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1.");
  return {command, [arguments](Console& console) { return run_export(*arguments, console); }};
}

}  // namespace kelter
