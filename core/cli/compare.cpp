// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli compare RUN…
#include "core/report/compare.h"

#include "core/cli/command.h"
#include "core/run/run_folder.h"

namespace kelter {
namespace {

struct Arguments {
  std::vector<std::string> runs;
  std::string format = "text";
  bool all = false;
};

RunRecord read_run(const std::string& name) {
  const fs::path path = name;
  if (fs::is_directory(path)) return read_run_folder(path);
  return path.filename() == "run.json" ? read_run_folder(path.parent_path()) : RunRecord::from_json(read_json_file(path));
}

std::string written(const Table& table, const std::string& format) {
  if (format == "csv") return table_to_csv(table);
  if (format == "markdown") return table_to_markdown(table);
  if (format == "latex") return table_to_latex(table);
  return table_to_text(table);
}

int compare(const Arguments& arguments, Console& console) {
  std::vector<RunRecord> runs;
  for (const std::string& name : arguments.runs) runs.push_back(read_run(name));
  const Table table = compare_runs(runs, {arguments.runs, !arguments.all});
  if (console.json() || arguments.format == "json") {
    console.document(table_to_json(table));
    return 0;
  }
  console.text(table.rows.empty() ? "The runs do not differ.\n" : written(table, arguments.format));
  return 0;
}

}  // namespace

Command declare_compare(CLI::App& app) {
  CLI::App* command = add_command(app, "compare", "Show what differs between runs: parameters, sizes, results.", "RUN... [OPTION]...",
                                  {"kelter-cli compare out/first out/second", "kelter-cli compare out/a out/b out/c --format latex",
                                   "kelter-cli compare out/a out/b --all --json"});
  auto arguments = std::make_shared<Arguments>();
  command->add_option("RUN", arguments->runs, "Run folders, or files of JSON that run or compress printed; the first is the baseline.")
      ->option_text("...")
      ->required();
  add_option(command, "--format", arguments->format, "FORMAT", "text, csv, markdown, latex or json (default text).")
      ->check(CLI::IsMember({"text", "csv", "markdown", "latex", "json"}));
  command->add_flag("--all", arguments->all, "Show what is equal, too.");
  return {command, [arguments](Console& console) { return compare(*arguments, console); }};
}

}  // namespace kelter
