// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"

#include "core/formats/compute_device.h"
#include "core/run/device.h"

namespace kelter {
namespace {

constexpr std::size_t help_column = 34;

// The usual help page with the synopsis that the contract writes.
class HelpPage : public CLI::Formatter {
 public:
  explicit HelpPage(std::string synopsis) : synopsis_(std::move(synopsis)) {
    label("Positionals", "Arguments");
    column_width(help_column);
  }
  std::string make_usage(const CLI::App*, std::string) const override { return "\nUsage: kelter-cli " + synopsis_ + "\n"; }

 private:
  std::string synopsis_;
};

std::string example_text(const std::vector<std::string>& examples) {
  std::string text = examples.size() == 1 ? "Example:" : "Examples:";
  for (const std::string& example : examples) text += "\n  " + example;
  return text;
}

// An empty text for "cuda:N", else what is wrong with it (as CLI11 asks).
std::string gpu_number(const std::string& text) {
  const bool digits = text.size() > 5 && text.size() < 9 && text.find_first_not_of("0123456789", 5) == std::string::npos;
  return text.starts_with("cuda:") && digits ? "" : text + " is not cpu, cuda, cuda:N or auto";
}

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_page(const std::string& synopsis) { return std::make_shared<HelpPage>(synopsis); }

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description, const std::string& synopsis,
                      const std::vector<std::string>& examples) {
  CLI::App* command = app.add_subcommand(name, description);
  command->formatter(help_page(name + " " + synopsis));
  command->group("Commands");
  command->footer(example_text(examples));
  command->get_help_ptr()->description("Print this page.");
  command->add_flag("--json")->description("Print one JSON document on stdout.");   // read by run_cli before anything else
  return command;
}

CLI::Option* add_option(CLI::App* command, const std::string& name, std::string& target, const std::string& value,
                        const std::string& help) {
  return command->add_option(name, target, help)->option_text(value);
}

CLI::Option* add_option(CLI::App* command, const std::string& name, std::int64_t& target, const std::string& value,
                        const std::string& help) {
  return command->add_option(name, target, help)->option_text(value);
}

CLI::Option* add_list(CLI::App* command, const std::string& name, std::vector<std::string>& target, const std::string& value,
                      const std::string& help) {
  return command->add_option(name, target, help)->option_text(value)->allow_extra_args(false);
}

CLI::Option* add_model(CLI::App* command, const std::string& name, std::string& target) {
  return add_option(command, name, target, " ", "A GGUF file, a Hugging Face folder, a Kelter folder, store:NAME, ORG/NAME of the hub's cache, or RUNDIR#NODE.")->required();
}

void add_compute_options(CLI::App* command, ComputeOptions& options) {
  add_option(command, "--device", options.device, "cpu|cuda|cuda:N|auto",
             "Where to compute: the processor (default), an NVIDIA GPU, or a GPU if there is one.")
      ->check(CLI::IsMember({"cpu", "cuda", "auto"}) | CLI::Validator(gpu_number, "cuda:N"));
  add_option(command, "--dtype", options.dtype, "TYPE",
             "Compute type of dense parts: float32, bfloat16 or float16 (default bfloat16 where the device is fast at it).")
      ->check(CLI::IsMember({"float32", "bfloat16", "float16"}));
  command->add_option("--threads", options.threads, "Threads to compute with (default: all processors).")
      ->option_text("N")
      ->check(CLI::Range(1, 4096));
  add_option(command, "--progress", options.progress, "json", "Progress as one JSON object a line on stderr.")
      ->check(CLI::IsMember({"json"}));
}

void ComputeOptions::check() const {
  check_dtype(dtype, chosen_device());
}

at::Device ComputeOptions::chosen_device() const { return parse_device(device); }
std::string ComputeOptions::chosen_dtype() const { return dtype.empty() ? default_dtype(chosen_device()) : dtype; }
int ComputeOptions::chosen_threads() const { return threads > 0 ? threads : default_threads(); }

}  // namespace kelter
