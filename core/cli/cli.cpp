// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/cli.h"

#include <algorithm>
#include <clocale>
#include <sstream>
#include <string_view>

#include "core/base/version.h"
#include "core/cli/command.h"
#include "core/cli/interrupt.h"
#include "core/describe/nearest.h"
#include "core/run/translate.h"

namespace kelter {
namespace {

constexpr int success = 0, failure = 1, misuse = 2;

using Declare = Command (*)(CLI::App&);
constexpr Declare declarations[] = {declare_inspect, declare_steps,    declare_run,      declare_compress, declare_measure,
                                    declare_compare, declare_generate, declare_tokenize, declare_diff,     declare_export,
                                    declare_download, declare_bench,   declare_internal_measure};

constexpr const char* footer = R"(MODEL is a GGUF file, a Hugging Face folder (dense, or quantized by GPTQ, AutoAWQ or compressed-tensors), a Kelter
folder, store:NAME for a model of the model store, ORG/NAME for a model of the local hub cache (filled by the command
download), or RUNDIR#NODE for a node of a run folder.

Exit status: 0 success, 1 an error or a failed node, 2 a wrong command line, 130 cancelled (Ctrl-C).

Examples:
  kelter-cli inspect store:smollm2-135m-instruct
  kelter-cli compress store:smollm2-135m-instruct --step quant.rtn:bits=4,group=64 --out out/rtn
  kelter-cli COMMAND --help)";

bool contains(int argc, char** argv, std::string_view word) {
  return std::any_of(argv + 1, argv + argc, [&](const char* one) { return one == word; });
}

// CLI11 would say only that a word was not expected.
void check_command_name(int argc, char** argv, const std::vector<Command>& commands) {
  if (argc < 2 || argv[1][0] == '-') return;
  const std::string name = argv[1];
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.app->get_name() == name) return;
    if (!command.app->get_group().empty()) names.push_back(command.app->get_name());
  }
  throw UsageError("There is no command \"" + name + "\"", name, "", did_you_mean(name, names, "The commands are " + join(names) + "."));
}

const Command* named_command(const std::vector<Command>& commands) {
  const auto found = std::find_if(commands.begin(), commands.end(), [](const Command& command) { return command.app->parsed(); });
  return found == commands.end() ? nullptr : &*found;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

int parse_and_run(int argc, char** argv, Console& console) {
  CLI::App app("Kelter presses language models and shows honestly what came out.");
  app.name("kelter-cli");
  app.formatter(help_page("COMMAND [ARGUMENT]... [OPTION]..."));
  app.set_version_flag("--version", std::string("kelter-cli ") + version, "Print the version.");
  app.get_help_ptr()->description("Print this page.");
  app.footer(footer);
  std::vector<Command> commands;
  for (const Declare declare : declarations) commands.push_back(declare(app));
  try {
    check_command_name(argc, argv, commands);
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {   // --help, --version
    std::ostringstream out, unused;
    app.exit(asked, out, unused);
    console.text(out.str());
    return success;
  } catch (const CLI::ParseError& error) {
    const Command* command = named_command(commands);
    const std::string page = command ? "kelter-cli " + command->app->get_name() + " --help" : "kelter-cli --help";
    throw UsageError("The command line cannot be read", command ? command->app->get_name() : "", first_line(error.what()),
                     "See " + page + ".");
  }
  const Command* command = named_command(commands);
  if (command) return command->run(console);
  console.text(app.help());
  throw UsageError("No command was given", "", "", "Name one of the commands above.");
}

int report(Console& console, const ErrorInfo& error, int code) {
  console.error(error);
  return code;
}

}  // namespace

int run_cli(int argc, char** argv) {
  std::setlocale(LC_ALL, "C");
  watch_interrupts();
  const bool help = contains(argc, argv, "--help") || contains(argc, argv, "-h") || contains(argc, argv, "--version");
  const bool internal = argc > 1 && std::string_view(argv[1]) == "internal-measure";
  Console console(!help && (contains(argc, argv, "--json") || internal));
  try {
    const int code = parse_and_run(argc, argv, console);
    console.finish();
    return code;
  } catch (const UsageError& error) {
    return report(console, error.info(), misuse);
  } catch (...) {
    const ErrorInfo error = translate_exception(std::current_exception(), "");
    return report(console, error, error.code == ErrorCode::cancelled ? cancelled_exit_code : failure);
  }
}

}  // namespace kelter
